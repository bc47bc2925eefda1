/**
 * One partition as an observer outside of all brokers sees it: what the controller has decided, the
 * replicas' logs, and the committed prefix, which is as long as the highest high watermark that any
 * leader ever had. Which brokers died without shutting down is kept too, since they decide what
 * Kafka promises (KIP-966): while fewer than `min.insync.replicas` of them are not back in the ISR,
 * nothing that is committed is lost.
 */
import type { Leadership } from '../broker/leadership'
import type { PartitionImage } from '../metadata-image'
import type { StoredBatch } from '../stored-batch'
import type { ObservedProducer, ObservedReplica } from './observed-replica'

/** What an invariant may look at beside the logs. */
export interface ClusterView {
  /** Undefined: the broker is dead, or does not lead. */
  leadership(broker: number, topic: string, partition: number): Leadership | undefined
  /** Milliseconds since 1970, as records' timestamps. */
  nowMs(): number
}

export interface PartitionRules {
  minInSyncReplicas: number
  /** `eligible.leader.replicas.version` */
  eligibleLeaderReplicas: 'on' | 'off'
  /** `unclean.leader.election.enable` */
  uncleanElections: 'allowed' | 'refused'
}

export class ObservedPartition {
  readonly replicas = new Map<number, ObservedReplica>()
  /** Every offset before `end` is committed; `last` is the batch before it. */
  committed: { end: number; last: StoredBatch | undefined } = { end: 0, last: undefined }
  /** By leader epoch; -1: nobody. */
  readonly elected = new Map<number, number>()
  /** Dead without shutdown and not back in the ISR, with their broker epoch then. */
  readonly uncleanShutdowns = new Map<number, number>()
  /** Predecessors of all batches that any leader wrote here. */
  readonly written = new WeakMap<StoredBatch, StoredBatch | undefined>()
  /** By leader epoch: where its leader writes next. */
  readonly epochEnds = new Map<number, number>()
  /** By producer id: the first batch of each transaction that no marker ends; of committed ones. */
  readonly openCommitted = new Map<number, StoredBatch>()
  /** An unclean election was allowed: what its winner has will be what is committed. */
  completeness: 'asserted' | 'suspended' = 'asserted'
  /** Of the last unclean election: what leaders before it still commit, unaware, is lost. */
  uncleanEpoch = -1
  /** Committed records were lost, where Kafka does not promise to keep them. */
  hasLostRecords = false
  /** Of offsets committed by groups that were not beyond the high watermark then. */
  largestGroupOffset = 0

  constructor(
    readonly topic: string,
    readonly index: number,
    public image: PartitionImage,
    public rules: PartitionRules,
    readonly view: ClusterView,
  ) {}

  get key(): string {
    return `${this.topic}-${this.index}`
  }

  leadershipOf(broker: number): Leadership | undefined {
    return this.view.leadership(broker, this.topic, this.index)
  }

  /** The replica whose broker leads, and knows it, in the epoch that the controller has. */
  get leader(): { replica: ObservedReplica; leadership: Leadership } | undefined {
    const replica = this.replicas.get(this.image.leader)
    const leadership = this.leadershipOf(this.image.leader)
    if (replica === undefined || leadership?.leaderEpoch !== this.image.leaderEpoch) {
      return undefined
    }
    return { replica, leadership }
  }

  /** Whether all that is committed stands in a replica's log, or was deleted there on purpose. */
  hasCommitted(replica: ObservedReplica): boolean {
    const { end, last } = this.committed
    if (last === undefined || replica.log.startOffset >= end) return true
    return replica.batchAt(end - 1) === last
  }

  /** Whether the broker may have removed what it knew of a producer, by its settings. */
  mayHaveForgotten(producer: ObservedProducer, { log }: ObservedReplica): boolean {
    const idleMs = this.view.nowMs() - producer.lastTimestampMs
    return idleMs >= log.settings.producerIdExpirationMs
  }

  /** The high watermark of a leader is there now. @returns what has become committed */
  commitUpTo(highWatermark: number, { log }: ObservedReplica): StoredBatch[] {
    if (highWatermark <= this.committed.end) return []
    const from = Math.max(this.committed.end, log.startOffset)
    const bounds = { upperBound: highWatermark, maxBytes: Infinity, oversized: 'none' } as const
    const batches = from < log.endOffset ? log.read(from, bounds) : []
    this.committed = { end: highWatermark, last: batches.at(-1) ?? this.committed.last }
    return batches
  }

  /** Records may be lost and this leader has what is left. */
  acceptLoss({ replica }: { replica: ObservedReplica }): void {
    const end = replica.log.highWatermark
    this.committed = { end, last: end > 0 ? replica.batchAt(end - 1) : undefined }
    this.hasLostRecords = true
    this.largestGroupOffset = 0
    this.openCommitted.clear()
  }

  /** Kafka promises nothing any more: as many brokers as acknowledge may have lost their disks. */
  get mayHaveLost(): boolean {
    const { minInSyncReplicas, eligibleLeaderReplicas } = this.rules
    if (this.uncleanShutdowns.size === 0) return false
    return eligibleLeaderReplicas === 'off' || this.uncleanShutdowns.size >= minInSyncReplicas
  }
}
