/**
 * The settings that the simulated cluster knows, by Kafka's names and with the defaults of Kafka
 * 4.4 (`AbstractKafkaConfig`, `LogConfig`, `ServerTopicConfigSynonyms`): one table for brokers and
 * one for topics. A topic's setting falls back to the broker's setting of the same meaning. Left
 * out: security, quotas, tiered storage, share groups and whatever only tunes a real machine.
 */
import {
  boolean,
  double,
  int,
  list,
  long,
  longMax,
  readSetting,
  short,
  text,
  unsetNumber,
  type SettingDefinition,
  type SettingValue,
} from './setting-definition'

/** By Kafka's names; what is not given has Kafka's default. */
export type Settings = Readonly<Record<string, SettingValue>>

const cleanupPolicies = ['compact', 'delete']
const compressions = ['uncompressed', 'zstd', 'lz4', 'snappy', 'gzip', 'producer']
const timestampTypes = ['CreateTime', 'LogAppendTime']

const brokerTable = {
  // Nodes and topics
  'auto.create.topics.enable': boolean(true),
  'auto.leader.rebalance.enable': boolean(true),
  'broker.heartbeat.interval.ms': int(2000),
  'broker.session.timeout.ms': int(9000),
  'connections.max.idle.ms': long(600_000),
  'default.replication.factor': int(1),
  'delete.topic.enable': boolean(true),
  'leader.imbalance.check.interval.seconds': long(300, 1),
  'num.partitions': int(1, 1),
  'request.timeout.ms': int(30_000),
  'socket.request.max.bytes': int(104_857_600, 1),
  'unclean.leader.election.enable': boolean(false),
  'unclean.leader.election.interval.ms': long(300_000, 1),
  // Replication
  'fetch.max.bytes': int(57_671_680, 1024),
  'min.insync.replicas': int(1, 1),
  'replica.fetch.backoff.ms': int(1000, 0),
  'replica.fetch.max.bytes': int(1_048_576, 0),
  'replica.fetch.min.bytes': int(1),
  'replica.fetch.response.max.bytes': int(10_485_760, 0),
  'replica.fetch.wait.max.ms': int(500),
  'replica.high.watermark.checkpoint.interval.ms': long(5000),
  'replica.lag.time.max.ms': long(30_000),
  // Groups
  'group.initial.rebalance.delay.ms': int(3000),
  'group.max.session.timeout.ms': int(1_800_000),
  'group.max.size': int(2_147_483_647, 1),
  'group.min.session.timeout.ms': int(6000),
  'offset.metadata.max.bytes': int(4096),
  'offsets.commit.timeout.ms': int(5000, 1),
  'offsets.retention.check.interval.ms': long(600_000, 1),
  'offsets.retention.minutes': int(10_080, 1),
  'offsets.topic.num.partitions': int(50, 1),
  'offsets.topic.replication.factor': short(3, 1),
  'offsets.topic.segment.bytes': int(104_857_600, 1),
  // Producers and transactions
  'add.partitions.to.txn.retry.backoff.max.ms': int(100, 0),
  'add.partitions.to.txn.retry.backoff.ms': int(20, 1),
  'producer.id.expiration.check.interval.ms': int(600_000, 1),
  'producer.id.expiration.ms': int(86_400_000, 1),
  'transaction.abort.timed.out.transaction.cleanup.interval.ms': int(10_000, 1),
  'transaction.max.timeout.ms': int(900_000, 1),
  'transaction.partition.verification.enable': boolean(true),
  'transaction.remove.expired.transaction.cleanup.interval.ms': int(3_600_000, 1),
  'transaction.state.log.min.isr': int(2, 1),
  'transaction.state.log.num.partitions': int(50, 1),
  'transaction.state.log.replication.factor': short(3, 1),
  'transaction.state.log.segment.bytes': int(104_857_600, 1),
  'transactional.id.expiration.ms': int(604_800_000, 1),
  // Logs: what topics fall back to
  'compression.gzip.level': int(-1, -1, 9),
  'compression.lz4.level': int(9, 1, 17),
  'compression.type': text('producer', compressions),
  'compression.zstd.level': int(3, -131_072, 22),
  'log.cleaner.delete.retention.ms': long(86_400_000, 0),
  'log.cleaner.max.compaction.lag.ms': long(longMax, 1),
  'log.cleaner.min.cleanable.ratio': double(0.5, 0, 1),
  'log.cleaner.min.compaction.lag.ms': long(0, 0),
  'log.cleanup.policy': list('delete', cleanupPolicies),
  'log.flush.interval.messages': long(longMax, 1),
  'log.flush.interval.ms': unsetNumber('LONG', -longMax),
  'log.flush.scheduler.interval.ms': long(longMax),
  'log.index.interval.bytes': int(4096, 0),
  'log.index.size.max.bytes': int(10_485_760, 4),
  'log.message.timestamp.after.max.ms': long(3_600_000, 0),
  'log.message.timestamp.before.max.ms': long(longMax, 0),
  'log.message.timestamp.type': text('CreateTime', timestampTypes),
  'log.preallocate': boolean(false),
  'log.retention.bytes': long(-1),
  'log.retention.check.interval.ms': long(300_000, 1),
  'log.retention.hours': int(168),
  'log.retention.minutes': unsetNumber('INT', -(2 ** 31)),
  'log.retention.ms': unsetNumber('LONG', -longMax),
  'log.roll.hours': int(168, 1),
  'log.roll.jitter.hours': int(0, 0),
  'log.roll.jitter.ms': unsetNumber('LONG', -longMax),
  'log.roll.ms': unsetNumber('LONG', -longMax),
  'log.segment.bytes': int(1_073_741_824, 1_048_576),
  'log.segment.delete.delay.ms': long(60_000, 0),
  'max.decompressed.message.bytes': int(2_147_483_639, 1, 2_147_483_639),
  'message.max.bytes': int(1_048_588, 0),
} as const satisfies Record<string, SettingDefinition>

/**
 * Features of the cluster rather than settings of a broker: `kafka-features.sh` sets them and
 * DescribeConfigs does not tell of them. ELR (KIP-966) is 1, on, in clusters formatted since 4.1.
 */
const featureTable = {
  'eligible.leader.replicas.version': int(1, 0, 1),
} as const satisfies Record<string, SettingDefinition>

const lookup = { ...brokerTable, ...featureTable }

export type BrokerSettingName = keyof typeof brokerTable
export type SettingName = keyof typeof lookup
type ValueOf<Definition> = Definition extends SettingDefinition<infer Value> ? Value : never

export interface TopicSettingDefinition<Value extends SettingValue | null = SettingValue | null> {
  readonly definition: SettingDefinition<Value>
  /** Broker settings of the same meaning, the first that is set counts, times its factor. */
  readonly synonyms: readonly { readonly name: BrokerSettingName; readonly factor: number }[]
}

const minuteMs = 60_000
const hourMs = 3_600_000

function topic<Value extends SettingValue | null>(
  definition: SettingDefinition<Value>,
  ...synonyms: (BrokerSettingName | [name: BrokerSettingName, factor: number])[]
): TopicSettingDefinition<Value> {
  return {
    definition,
    synonyms: synonyms.map((synonym) => {
      const [name, factor] = typeof synonym === 'string' ? [synonym, 1] : synonym
      return { name, factor }
    }),
  }
}

const topicTable = {
  'cleanup.policy': topic(list('delete', cleanupPolicies), 'log.cleanup.policy'),
  'compression.gzip.level': topic(int(-1, -1, 9), 'compression.gzip.level'),
  'compression.lz4.level': topic(int(9, 1, 17), 'compression.lz4.level'),
  'compression.type': topic(text('producer', compressions), 'compression.type'),
  'compression.zstd.level': topic(int(3, -131_072, 22), 'compression.zstd.level'),
  'delete.retention.ms': topic(long(86_400_000, 0), 'log.cleaner.delete.retention.ms'),
  'file.delete.delay.ms': topic(long(60_000, 0), 'log.segment.delete.delay.ms'),
  'flush.messages': topic(long(longMax, 1), 'log.flush.interval.messages'),
  'flush.ms': topic(long(longMax, 0), 'log.flush.interval.ms', 'log.flush.scheduler.interval.ms'),
  'follower.replication.throttled.replicas': topic(list('')),
  'index.interval.bytes': topic(int(4096, 0), 'log.index.interval.bytes'),
  'leader.replication.throttled.replicas': topic(list('')),
  'max.compaction.lag.ms': topic(long(longMax, 1), 'log.cleaner.max.compaction.lag.ms'),
  'max.decompressed.message.bytes': topic(
    int(2_147_483_639, 1, 2_147_483_639),
    'max.decompressed.message.bytes',
  ),
  'max.message.bytes': topic(int(1_048_588, 0), 'message.max.bytes'),
  'message.timestamp.after.max.ms': topic(long(3_600_000, 0), 'log.message.timestamp.after.max.ms'),
  'message.timestamp.before.max.ms': topic(long(longMax, 0), 'log.message.timestamp.before.max.ms'),
  'message.timestamp.type': topic(text('CreateTime', timestampTypes), 'log.message.timestamp.type'),
  'min.cleanable.dirty.ratio': topic(double(0.5, 0, 1), 'log.cleaner.min.cleanable.ratio'),
  'min.compaction.lag.ms': topic(long(0, 0), 'log.cleaner.min.compaction.lag.ms'),
  'min.insync.replicas': topic(int(1, 1), 'min.insync.replicas'),
  preallocate: topic(boolean(false), 'log.preallocate'),
  'retention.bytes': topic(long(-1), 'log.retention.bytes'),
  'retention.ms': topic(
    long(604_800_000, -1),
    'log.retention.ms',
    ['log.retention.minutes', minuteMs],
    ['log.retention.hours', hourMs],
  ),
  'segment.bytes': topic(int(1_073_741_824, 1_048_576), 'log.segment.bytes'),
  'segment.index.bytes': topic(int(10_485_760, 4), 'log.index.size.max.bytes'),
  'segment.jitter.ms': topic(long(0, 0), 'log.roll.jitter.ms', ['log.roll.jitter.hours', hourMs]),
  'segment.ms': topic(long(604_800_000, 1), 'log.roll.ms', ['log.roll.hours', hourMs]),
  'unclean.leader.election.enable': topic(boolean(false), 'unclean.leader.election.enable'),
} as const satisfies Record<string, TopicSettingDefinition>

export type TopicSettingName = keyof typeof topicTable
type TopicValueOf<Name extends TopicSettingName> = ValueOf<(typeof topicTable)[Name]['definition']>

export const brokerSettings: ReadonlyMap<string, SettingDefinition> = new Map(
  Object.entries(brokerTable),
)
export const topicSettings: ReadonlyMap<string, TopicSettingDefinition> = new Map(
  Object.entries(topicTable),
)
const known: ReadonlyMap<string, SettingDefinition> = new Map(Object.entries(lookup))

/** Throws, by name, for a setting that the simulated cluster does not know or cannot take. */
export function checkSettings(settings: Settings): void {
  for (const [name, raw] of Object.entries(settings)) {
    const definition = known.get(name)
    if (definition === undefined) {
      throw new RangeError(
        `the simulated cluster has no setting ${name}: leave it out, or look for its name in ` +
          'lib/src/simulation/settings.ts',
      )
    }
    readOrThrow(name, definition, raw)
  }
}

/** A broker's setting: as given, else Kafka's default; null where Kafka has none. */
export function setting<Name extends SettingName>(
  settings: Settings,
  name: Name,
): ValueOf<(typeof lookup)[Name]> {
  const definition: SettingDefinition = lookup[name]
  const raw = settings[name]
  const value = raw === undefined ? definition.defaultValue : readOrThrow(name, definition, raw)
  return value as ValueOf<(typeof lookup)[Name]>
}

/**
 * A topic's setting: as set on the topic, else the broker's setting of the same meaning, else
 * Kafka's default.
 */
export function topicSetting<Name extends TopicSettingName>(
  topicConfig: Readonly<Record<string, string>>,
  settings: Settings,
  name: Name,
): TopicValueOf<Name> {
  const { definition, synonyms }: TopicSettingDefinition = topicTable[name]
  const own = topicConfig[name]
  if (own !== undefined) return readOrThrow(name, definition, own) as TopicValueOf<Name>
  for (const synonym of synonyms) {
    if (settings[synonym.name] === undefined) continue
    const value = setting(settings, synonym.name)
    const scaled = synonym.factor === 1 ? value : Number(value) * synonym.factor
    return scaled as TopicValueOf<Name>
  }
  return definition.defaultValue as TopicValueOf<Name>
}

function readOrThrow(name: string, definition: SettingDefinition, raw: SettingValue): SettingValue {
  const read = readSetting(definition, raw)
  if ('problem' in read) throw new RangeError(`setting ${name} is ${raw}: it ${read.problem}`)
  return read.value
}
