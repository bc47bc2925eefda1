/**
 * One partition on one broker: its log, and this broker's part in it, leader or follower. Appends
 * go to the leader and may wait for the in-sync replicas; consumers read up to the high watermark,
 * or with read_committed up to the last stable offset, and may wait for more (`Partition.scala`).
 */
import type { KafkaErrorName } from '../../protocol/errors'
import type { Buffer } from '../../protocol/platform'
import type { AppendResult, LeaderAppend, PartitionLog } from '../log/partition-log'
import type { PartitionImage } from '../metadata-image'
import { Leadership, type LeaderContext } from './leadership'
import type { FetchOutcome } from './replica-fetch'

/** Someone who waits for more to read here. */
export interface Reader {
  /** The high watermark has moved. */
  moreToRead(): void
  /** Whoever was the leader is no more. */
  leaderChanged(): void
}

/** -1: all in-sync replicas; an append with it is refused when they are too few. */
export type Acks = -1 | 0 | 1

export type PartitionContext = Omit<LeaderContext, 'highWatermarkAdvanced' | 'alterPartition'> & {
  alterPartition(partition: Partition, ...args: Parameters<LeaderContext['alterPartition']>): void
}

export class Partition {
  readonly key: string
  /** Present while this broker leads. */
  leadership: Leadership | undefined
  leaderEpoch = -1
  readonly readers = new Set<Reader>()

  constructor(
    readonly topic: string,
    readonly topicId: number,
    readonly index: number,
    readonly log: PartitionLog,
    private readonly context: PartitionContext,
  ) {
    this.key = partitionKey(topic, index)
  }

  /** @returns whether this is another leader epoch than before */
  apply(image: PartitionImage, minInSyncReplicas: number): boolean {
    if (image.leaderEpoch < this.leaderEpoch) return false
    const isNewEpoch = image.leaderEpoch > this.leaderEpoch
    this.leaderEpoch = image.leaderEpoch
    if (image.leader !== this.context.brokerId) {
      this.endLeadership()
    } else {
      if (isNewEpoch) this.lead(image)
      this.leadership?.apply(image, minInSyncReplicas)
    }
    if (isNewEpoch) for (const reader of [...this.readers]) reader.leaderChanged()
    return isNewEpoch
  }

  /** This broker has nothing to do with the partition any more. */
  stop(): void {
    this.endLeadership()
    for (const reader of [...this.readers]) reader.leaderChanged()
  }

  append(records: Buffer, acks: Acks, how: Omit<LeaderAppend, 'leaderEpoch'>): AppendResult {
    const { leadership, log } = this
    if (leadership === undefined) return refused('NOT_LEADER_OR_FOLLOWER')
    if (acks === -1 && !leadership.hasEnoughReplicas) return refused('NOT_ENOUGH_REPLICAS')
    leadership.appends()
    const result = log.appendAsLeader(records, { ...how, leaderEpoch: leadership.leaderEpoch })
    if (result.outcome === 'appended') leadership.appended()
    return result
  }

  /**
   * `done` hears when all in-sync replicas have what was appended, at once if they have; or that
   * this took longer than `timeoutMs`, which may be Infinity.
   */
  awaitReplication(
    lastOffset: number,
    timeoutMs: number,
    done: (error: KafkaErrorName) => void,
  ): void {
    const { leadership } = this
    if (leadership === undefined) done('NOT_LEADER_OR_FOLLOWER')
    else if (this.log.highWatermark > lastOffset) done('NONE')
    else leadership.waits.add(lastOffset + 1, timeoutMs, done)
  }

  /** Takes over what the leader sent. */
  replicate(fetched: Extract<FetchOutcome, { kind: 'records' }>): void {
    const { log } = this
    if (fetched.batches.length > 0) log.appendAsFollower(fetched.batches)
    if (log.advanceHighWatermark(fetched.highWatermark)) this.tellReaders()
    if (fetched.logStartOffset > log.startOffset) log.deleteRecordsBefore(fetched.logStartOffset)
  }

  private lead(image: PartitionImage): void {
    this.endLeadership()
    const { context } = this
    this.log.startLeaderEpoch(image.leaderEpoch)
    const leaderContext: LeaderContext = {
      brokerId: context.brokerId,
      timers: context.timers,
      lagTimeMaxMs: context.lagTimeMaxMs,
      isEligible: (brokerId, brokerEpoch) => context.isEligible(brokerId, brokerEpoch),
      alterPartition: (proposal, reply) => context.alterPartition(this, proposal, reply),
      highWatermarkAdvanced: () => this.tellReaders(),
    }
    this.leadership = new Leadership(this.log, leaderContext, image)
  }

  private endLeadership(): void {
    const { leadership } = this
    this.leadership = undefined
    leadership?.end()
  }

  private tellReaders(): void {
    if (this.readers.size === 0) return
    for (const reader of [...this.readers]) reader.moreToRead()
  }
}

/** As Kafka's TopicPartition is written. */
export function partitionKey(topic: string, partition: number): string {
  return `${topic}-${partition}`
}

function refused(error: KafkaErrorName): AppendResult {
  return { outcome: 'refused', error }
}
