/**
 * What the simulated cluster costs. First kafkajs over it against kafkajs over brokers that answer
 * at once and do nothing, both in virtual time and over the same network in memory: what is left of
 * kafkajs's own speed. Then the cluster alone, without kafkajs and without the wire: records a
 * second when each Produce holds one record and waits for all three replicas, and how the cost of
 * a record grows with the log.
 */
import type { Kafka } from 'kafkajs'
import type { BrokerSession, ServedCluster } from '../../lib/src/clusters/embedded/broker-session'
import type { RequestOf, ResponseOf } from '../../lib/src/protocol/api'
import type { metadata } from '../../lib/src/protocol/apis/metadata'
import type { AnyApi } from '../../lib/src/protocol/registry'
import { built } from './built'
import { spread, type BenchResult } from './result'

const { courseSettings } = built<typeof import('../../lib/src/clusters/course-settings')>(
  'clusters/course-settings',
)
const { EventLoop } = built<typeof import('../../lib/src/clusters/embedded/event-loop')>(
  'clusters/embedded/event-loop',
)
const { startOfTimeMs, virtualGlobals } = built<
  typeof import('../../lib/src/clusters/embedded/virtual-globals')
>('clusters/embedded/virtual-globals')
const { VirtualNetwork } = built<typeof import('../../lib/src/clusters/embedded/virtual-network')>(
  'clusters/embedded/virtual-network',
)
const { AppTimers, appWorld } = built<typeof import('../../lib/src/lab/app-world')>('lab/app-world')
const { loadKafkajs } =
  built<typeof import('../../lib/src/lab/kafkajs-module')>('lab/kafkajs-module')
const { createTopics } = built<typeof import('../../lib/src/protocol/apis/create-topics')>(
  'protocol/apis/create-topics',
)
const { produce } =
  built<typeof import('../../lib/src/protocol/apis/produce')>('protocol/apis/produce')
const { encodeRecordBatch } = built<typeof import('../../lib/src/protocol/record-batch-encode')>(
  'protocol/record-batch-encode',
)
const { versionRanges } =
  built<typeof import('../../lib/src/protocol/version-ranges')>('protocol/version-ranges')
const { SimulatedCluster } =
  built<typeof import('../../lib/src/simulation/cluster')>('simulation/cluster')
type Simulated = InstanceType<typeof SimulatedCluster>

const header = { clientId: 'bench', correlationId: 1 }

const rounds = 7
const topic = 'orders'
const brokers = [1, 2, 3].map((id) => ({ id, host: `broker-${id}`, port: 9092 }))
const replicas = [1, 2, 3]

export async function run(): Promise<BenchResult[]> {
  return [
    await kafkajsSpeed('one record a send', { sends: 400, records: 1 }, 'off'),
    await kafkajsSpeed('100 records a send', { sends: 100, records: 100 }, 'off'),
    await kafkajsSpeed('one record a send', { sends: 400, records: 1 }, 'checked'),
    await kafkajsSpeed('100 records a send', { sends: 100, records: 100 }, 'checked'),
    ...recordsPerSecond(),
  ]
}

// --- kafkajs over the cluster, and over nothing

interface Load {
  sends: number
  records: number
}

/** Ratios of processor time: other work on the machine counts less in it. */
async function kafkajsSpeed(
  what: string,
  { sends, records }: Load,
  invariants: 'checked' | 'off',
): Promise<BenchResult> {
  const once = async (cluster: ServedCluster): Promise<number> => {
    const begin = process.cpuUsage()
    await inVirtualTime(cluster, (kafka) => sendAll(kafka, sends, records))
    const { user, system } = process.cpuUsage(begin)
    return user + system
  }
  await once(simulatedCluster(invariants))
  await once(new IdleCluster())
  const ratios: number[] = []
  const perSend: number[] = []
  for (let round = 0; round < rounds; round++) {
    const idleUs = await once(new IdleCluster())
    const simulatedUs = await once(simulatedCluster(invariants))
    ratios.push(idleUs / simulatedUs)
    perSend.push(simulatedUs / sends)
  }
  return {
    name: `simulation: kafkajs, ${what}, invariants ${invariants}: idle brokers / simulated`,
    goal: invariants === 'off' ? 'at least 0.8' : 'at least 0.4',
    ratio: spread(ratios),
    runs: rounds,
    simulatedPerSendUs: spread(perSend),
  }
}

async function sendAll(kafka: Kafka, sends: number, records: number): Promise<void> {
  const producer = kafka.producer()
  await producer.connect()
  for (let send = 0; send < sends; send++) {
    const messages = Array.from({ length: records }, (_, index) => ({
      value: `order-${send}-${index}`,
      partition: 0,
    }))
    await producer.send({ topic, messages })
  }
  await producer.disconnect()
}

async function inVirtualTime(
  cluster: ServedCluster,
  work: (kafka: Kafka) => Promise<void>,
): Promise<void> {
  const loop: InstanceType<typeof EventLoop> = new EventLoop([
    cluster,
    {
      get nextAtMs() {
        return network.nextAtMs
      },
      advanceTo: (nowMs) => network.advanceTo(nowMs),
    },
  ])
  const network: InstanceType<typeof VirtualNetwork> = new VirtualNetwork({
    events: loop,
    cluster,
    brokers,
    seed: 1,
    latencyMs: { min: 0.2, max: 0.6 },
    maxRequestBytes: 1024 * 1024,
  })
  loop.surroundWith(virtualGlobals(loop, () => 0.5))
  await loop.run(async () => {
    if (cluster instanceof SimulatedCluster) {
      makeTopic(cluster)
      await new Promise((resolve) => setTimeout(resolve, 1000))
    }
    const kafkajs = loadKafkajs(appWorld(new AppTimers(), () => 0.5))
    const kafka = new kafkajs.Kafka({
      brokers: brokers.map(({ host, port }) => `${host}:${port}`),
      logLevel: kafkajs.logLevel.NOTHING,
      socketFactory: (({ host, port, onConnect }: SocketOrder) => {
        const socket = network.open('shop', undefined, host, port)
        socket.on('connect', onConnect)
        return {
          // kafkajs listens for `timeout`, too, which no connection in memory has.
          on: (name: string, listener: () => void) =>
            name === 'timeout' ? undefined : socket.on(name as 'end', listener),
          write: (bytes: Buffer) => socket.write(bytes),
          end: () => socket.end(),
          unref: () => undefined,
        }
      }) as never,
    })
    await work(kafka)
  })
}

interface SocketOrder {
  host: string
  port: number
  onConnect: () => void
}

function simulatedCluster(invariants: 'checked' | 'off'): Simulated {
  const settings = courseSettings
  return new SimulatedCluster({ brokers, settings, seed: 1, startOfTimeMs, invariants })
}

/** Brokers that answer at once what a producer asks, and keep nothing. */
class IdleCluster implements ServedCluster {
  readonly nextAtMs = undefined
  private offset = 0

  advanceTo(): void {
    // No time passes in here.
  }

  connect(): BrokerSession {
    return {
      request: (api, request, _header, reply) => reply(this.answer(api, request)),
      onClose: () => undefined,
      close: () => undefined,
    }
  }

  private answer({ name }: AnyApi, request: unknown): unknown {
    if (name === 'Metadata') return metadataAnswer
    if (name === 'ApiVersions') {
      return { errorCode: 0, apiKeys: versionRanges(), throttleTimeMs: 0 }
    }
    if (name !== 'Produce') throw new Error(`the idle brokers do not know ${name}`)
    const { topics } = request as RequestOf<typeof produce>
    const partition = { partition: 0, errorCode: 0, logAppendTimeMs: -1, logStartOffset: 0 }
    const answer: ResponseOf<typeof produce> = {
      topics: topics.map((each) => ({
        topic: each.topic,
        partitions: [{ ...partition, baseOffset: this.offset++ }],
      })),
      throttleTimeMs: 0,
    }
    return answer
  }
}

const metadataAnswer: ResponseOf<typeof metadata> = {
  throttleTimeMs: 0,
  brokers: brokers.map(({ id, host, port }) => ({ nodeId: id, host, port, rack: null })),
  clusterId: null,
  controllerId: 1,
  topics: [
    {
      errorCode: 0,
      topic,
      isInternal: false,
      partitions: [
        { partition: 0, errorCode: 0, leaderId: 1, replicas, isr: replicas, offlineReplicas: [] },
      ],
    },
  ],
}

// --- the cluster alone

function recordsPerSecond(): BenchResult[] {
  const small = 10_000
  const large = 1_000_000
  for (let round = 0; round < rounds; round++) appendRecords(small)
  const smallUs: number[] = []
  for (let round = 0; round < rounds; round++) smallUs.push(appendRecords(small))
  const largeUs = [appendRecords(large), appendRecords(large), appendRecords(large)]
  const base = spread(smallUs).median
  return [
    {
      name: 'simulation: a record in a log of 1 M / of 10 k',
      goal: 'flat: near 1',
      ratio: spread(largeUs.map((us) => us / base)),
      runs: largeUs.length,
      perRecordUs: spread(smallUs),
      recordsPerSecond: Math.round(1e6 / base),
    },
  ]
}

/** @returns microseconds of processor time per record */
function appendRecords(count: number): number {
  const cluster = simulatedCluster('off')
  makeTopic(cluster)
  cluster.advanceTo(1000)
  // A broker works on one request of a connection at a time: a busy one has many connections.
  const sessions = Array.from({ length: 100 }, () => sessionOf(cluster))
  const records = encodeRecordBatch({ records: [{ value: 'order-1' }], timestampMs: startOfTimeMs })
  const request: RequestOf<typeof produce> = {
    transactionalId: null,
    acks: -1,
    timeoutMs: 30_000,
    topics: [{ topic, partitions: [{ partition: 0, records }] }],
  }
  let asked = 0
  let answered = 0
  const ask = (session: BrokerSession): void => {
    asked += 1
    session.request(produce, request, header, (response: unknown) => {
      const error = (response as ResponseOf<typeof produce>).topics[0]?.partitions[0]?.errorCode
      if (error !== 0) throw new Error(`Produce failed with error ${error}`)
      answered += 1
      if (asked < count) ask(session)
    })
  }
  const begin = process.cpuUsage()
  for (const session of sessions) ask(session)
  while (answered < count) cluster.advanceTo(cluster.nextAtMs as number)
  const { user, system } = process.cpuUsage(begin)
  return (user + system) / count
}

/** The topic is there a few milliseconds later. */
function makeTopic(cluster: Simulated): void {
  const session = sessionOf(cluster)
  const topics = [
    {
      topic,
      numPartitions: -1,
      replicationFactor: -1,
      assignments: [{ partition: 0, brokerIds: replicas }],
      configs: [],
    },
  ]
  const request = { topics, timeoutMs: 5000, validateOnly: false }
  session.request(createTopics, request, header, () => undefined)
}

function sessionOf(cluster: Simulated): BrokerSession {
  const session = cluster.connect(1)
  if (session === 'refused') throw new Error('broker 1 refuses')
  return session
}
