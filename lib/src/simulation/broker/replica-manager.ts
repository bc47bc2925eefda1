/**
 * All partitions of one broker (`ReplicaManager.scala`): takes what the controller has decided,
 * leads or follows accordingly, and looks now and then for followers that lag behind. What it does
 * for an image is proportional to the topics that have changed.
 */
import type { AlterPartitionResponse } from '../controller/alter-partition'
import type { LogSettings } from '../log/partition-log'
import type { MetadataImage, PartitionImage, TopicImage } from '../metadata-image'
import { setting, topicSetting } from '../settings'
import type { BrokerContext } from './broker-context'
import type { AlterPartitionResult, IsrProposal } from './isr-state'
import { Partition, partitionKey, type PartitionContext } from './partition'
import type { ReplicaFetchRequest, ReplicaFetchResponse } from './replica-fetch'
import { ReplicaFetcher } from './replica-fetcher'
import { ReplicationSession } from './replication-session'

/** How soon Linux writes changed pages to disk by itself (`dirty_expire_centisecs`). */
const writebackMs = 30_000

/** What a broker's partitions mean to its coordinators. */
export interface PartitionListener {
  /** Another leader epoch, which this broker leads or not. */
  leaderEpochChanged(partition: Partition): void
  topicDeleted(topic: TopicImage): void
}

const emptyImage: MetadataImage = { version: 0, brokers: new Map(), topics: new Map() }

export class ReplicaManager {
  image = emptyImage
  /** Of this broker's registration. */
  brokerEpoch = -1
  private readonly partitions = new Map<string, Partition>()
  private readonly fetchers = new Map<number, ReplicaFetcher>()
  /** Which fetcher a partition is with. */
  private readonly following = new Map<Partition, ReplicaFetcher>()
  private readonly sessions = new Map<number, ReplicationSession>()
  private readonly partitionContext: PartitionContext

  constructor(
    private readonly context: BrokerContext,
    private readonly listener: PartitionListener,
  ) {
    const { settings, timers, id: brokerId } = context
    const lagTimeMaxMs = setting(settings, 'replica.lag.time.max.ms')
    this.partitionContext = {
      brokerId,
      timers,
      lagTimeMaxMs,
      isEligible: (id, epoch) => {
        const broker = this.image.brokers.get(id)
        return broker !== undefined && !broker.fenced && broker.epoch === epoch
      },
      alterPartition: (partition, proposal, reply) => {
        this.alterPartition(partition, proposal, reply)
      },
    }
    this.every(lagTimeMaxMs / 2, (partition) => partition.leadership?.shrinkIsr())
    this.every(setting(settings, 'replica.high.watermark.checkpoint.interval.ms'), ({ log }) =>
      log.checkpointHighWatermark(),
    )
    this.every(setting(settings, 'producer.id.expiration.check.interval.ms'), ({ log }) =>
      log.expireProducers(context.startedAtMs + timers.now()),
    )
    this.every(writebackMs, ({ log }) => log.flush())
  }

  find(topic: string, partition: number): Partition | undefined {
    return this.partitions.get(partitionKey(topic, partition))
  }

  apply(image: MetadataImage): void {
    const before = this.image
    this.image = image
    if (before === emptyImage) this.deleteStrayLogs(image)
    for (const topic of before.topics.values()) {
      if (image.topics.get(topic.name)?.id !== topic.id) this.deleteTopic(topic)
    }
    for (const topic of image.topics.values()) {
      const known = before.topics.get(topic.name)
      if (known === topic) continue
      for (const [index, partition] of topic.partitions.entries()) {
        const changed = known?.id !== topic.id || known.config !== topic.config
        if (changed || known.partitions[index] !== partition) {
          this.applyPartition(topic, index, partition)
        }
      }
    }
  }

  /** What this broker stopped to replicate while it was dead (`LogManager.isStrayReplica`). */
  private deleteStrayLogs({ topics }: MetadataImage): void {
    const own = new Map<string, number>()
    for (const { name, id, partitions } of topics.values()) {
      for (const [index, { replicas }] of partitions.entries()) {
        if (replicas.includes(this.context.id)) own.set(partitionKey(name, index), id)
      }
    }
    this.context.disk.deleteUnless((key, topicId) => own.get(key) === topicId)
  }

  /** A follower's Fetch. */
  replicaFetch(
    request: ReplicaFetchRequest,
    answer: (response: ReplicaFetchResponse) => void,
  ): void {
    let session = this.sessions.get(request.replicaId)
    if (request.session === 'new') {
      session?.end()
      session = new ReplicationSession(this.context.timers, (key) => this.partitions.get(key))
      this.sessions.set(request.replicaId, session)
    }
    if (session === undefined) answer('unknown session')
    else session.fetch(request, answer)
  }

  private applyPartition(topic: TopicImage, index: number, image: PartitionImage): void {
    const isReplica = image.replicas.includes(this.context.id)
    const known = this.find(topic.name, index)
    if (!isReplica) {
      if (known !== undefined) this.removePartition(known)
      return
    }
    const partition = known ?? this.addPartition(topic, index)
    partition.log.settings = this.logSettings(topic)
    const { settings } = this.context
    const minInSync = topicSetting(topic.config, settings, 'min.insync.replicas')
    if (!partition.apply(image, minInSync)) return
    this.stopFollowing(partition)
    if (image.leader !== this.context.id && image.leader !== -1) {
      this.follow(partition, image.leader)
    }
    this.listener.leaderEpochChanged(partition)
  }

  private addPartition(topic: TopicImage, index: number): Partition {
    const place = { topic: topic.name, topicId: topic.id, partition: index }
    const log = this.context.disk.open(place, this.logSettings(topic))
    const partition = new Partition(topic.name, topic.id, index, log, this.partitionContext)
    this.partitions.set(partition.key, partition)
    return partition
  }

  private removePartition(partition: Partition): void {
    this.partitions.delete(partition.key)
    this.stopFollowing(partition)
    partition.stop()
    this.context.disk.delete(partition.topic, partition.index)
    this.listener.leaderEpochChanged(partition)
  }

  private deleteTopic(topic: TopicImage): void {
    for (const index of topic.partitions.keys()) {
      const partition = this.find(topic.name, index)
      if (partition !== undefined) this.removePartition(partition)
    }
    this.listener.topicDeleted(topic)
  }

  private follow(partition: Partition, leader: number): void {
    let fetcher = this.fetchers.get(leader)
    if (fetcher === undefined) this.fetchers.set(leader, (fetcher = this.newFetcher(leader)))
    this.following.set(partition, fetcher)
    fetcher.add(partition, partition.leaderEpoch)
  }

  private stopFollowing(partition: Partition): void {
    this.following.get(partition)?.remove(partition)
    this.following.delete(partition)
  }

  private newFetcher(leader: number): ReplicaFetcher {
    const { settings, timers, id: replicaId } = this.context
    const limits = {
      replicaId,
      maxWaitMs: setting(settings, 'replica.fetch.wait.max.ms'),
      maxBytes: setting(settings, 'replica.fetch.response.max.bytes'),
      partitionMaxBytes: setting(settings, 'replica.fetch.max.bytes'),
    }
    return new ReplicaFetcher({
      timers,
      backoffMs: setting(settings, 'replica.fetch.backoff.ms'),
      limits: () => ({ ...limits, brokerEpoch: this.brokerEpoch }),
      send: (request, answered, failed) => {
        this.context.askBroker<ReplicaFetchResponse>(leader, {
          serve: (broker, answer) => broker.replicas.replicaFetch(request, answer),
          answered,
          failed,
        })
      },
    })
  }

  private alterPartition(
    { topic, topicId, index }: Partition,
    { leaderEpoch, partitionEpoch, newIsr }: IsrProposal,
    reply: (result: AlterPartitionResult) => void,
  ): void {
    const members = newIsr.map((broker) => ({
      broker,
      brokerEpoch: this.image.brokers.get(broker)?.epoch ?? -1,
    }))
    const entry = { topic, topicId, partition: index, leaderEpoch, partitionEpoch }
    const request = {
      broker: this.context.id,
      brokerEpoch: this.brokerEpoch,
      partitions: [{ ...entry, newIsr: members }],
    }
    this.context.askController<AlterPartitionResponse>({
      serve: (controller, answer) => controller.alterPartition(request, answer),
      answered: ({ error, partitions: [result] }) => {
        if (error !== 'NONE') reply({ error })
        else if (result === undefined) throw new Error(`AlterPartition left out ${topic}-${index}`)
        else if (result.error !== 'NONE') reply({ error: result.error })
        else reply({ ...result, error: 'NONE' })
      },
    })
  }

  private logSettings({ config }: TopicImage): LogSettings {
    const { settings } = this.context
    return {
      maxMessageBytes: topicSetting(config, settings, 'max.message.bytes'),
      flushMessages: topicSetting(config, settings, 'flush.messages'),
      producerIdExpirationMs: setting(settings, 'producer.id.expiration.ms'),
      transactionVerification: setting(settings, 'transaction.partition.verification.enable')
        ? 'on'
        : 'off',
    }
  }

  private every(intervalMs: number, look: (partition: Partition) => void): void {
    this.context.timers.after(intervalMs, () => {
      this.every(intervalMs, look)
      for (const partition of [...this.partitions.values()]) look(partition)
    })
  }
}
