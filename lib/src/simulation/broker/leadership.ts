/**
 * A broker's leadership of one partition in one leader epoch: how far the followers are, which of
 * them are in sync, and with that how far the high watermark may go (`Partition.scala`). It ends
 * with the epoch; whoever still waits then is told that this broker leads no more.
 */
import type { PartitionImage } from '../metadata-image'
import type { PartitionLog } from '../log/partition-log'
import type { Timers } from '../timers'
import { FollowerProgress } from './follower-progress'
import { IsrState, type AlterPartitionResult, type IsrProposal } from './isr-state'
import { ReplicationWaits } from './replication-waits'

/** Before a proposal of the ISR is sent again (`AlterPartitionManager`). */
const alterPartitionBackoffMs = 50

/** What a leader needs of its broker. */
export interface LeaderContext {
  readonly brokerId: number
  readonly timers: Timers
  /** `replica.lag.time.max.ms` */
  readonly lagTimeMaxMs: number
  /** Whether a broker may join an ISR: registered with that epoch, and not fenced. */
  isEligible(brokerId: number, brokerEpoch: number): boolean
  alterPartition(proposal: IsrProposal, reply: (result: AlterPartitionResult) => void): void
  highWatermarkAdvanced(): void
}

export class Leadership {
  readonly leaderEpoch: number
  /** The end of the log when this broker became leader. */
  readonly epochStartOffset: number
  readonly followers = new Map<number, FollowerProgress>()
  readonly waits: ReplicationWaits
  readonly isr: IsrState
  private state: 'leading' | 'ended' = 'leading'
  /** `min.insync.replicas`, or the number of replicas if that is smaller. */
  private minInSync = 1

  constructor(
    private readonly log: PartitionLog,
    private readonly context: LeaderContext,
    image: PartitionImage,
  ) {
    this.leaderEpoch = image.leaderEpoch
    this.epochStartOffset = log.endOffset
    this.isr = new IsrState(image)
    this.waits = new ReplicationWaits(context.timers)
  }

  get hasEnoughReplicas(): boolean {
    return this.isr.committed.length >= this.minInSync
  }

  /** A new image of the same leader epoch, or the first. */
  apply(image: PartitionImage, minInSyncReplicas: number): void {
    this.minInSync = Math.min(minInSyncReplicas, image.replicas.length)
    this.setFollowers(image)
    this.isr.apply(image)
    this.isrChanged()
  }

  end(): void {
    this.state = 'ended'
    for (const { position } of this.followers.values()) position?.session.lost(position)
    this.waits.endAll('NOT_LEADER_OR_FOLLOWER')
  }

  /** To be told before the log grows. */
  appends(): void {
    const { endOffset } = this.log
    for (const follower of this.followers.values()) follower.leaderAppends(endOffset)
  }

  appended(): void {
    for (const { position } of this.followers.values()) position?.session.hasRecords(position)
    this.advanceHighWatermark()
  }

  /** The followers hear of a new high watermark or log start with their next records. */
  tellNewOffsets(): void {
    for (const { position } of this.followers.values()) position?.session.hasNewOffsets(position)
  }

  /** A follower asks for what comes at `fetchOffset`: it has everything before it. */
  followerFetched(follower: FollowerProgress, fetchOffset: number, brokerEpoch: number): void {
    const before = follower.endOffset
    follower.brokerEpoch = brokerEpoch
    follower.fetched(fetchOffset, this.log.endOffset, this.context.timers.now())
    this.expandIsr(follower)
    if (follower.endOffset !== before) this.advanceHighWatermark()
  }

  isInSync(follower: FollowerProgress): boolean {
    return this.isr.committed.includes(follower.id)
  }

  /** Proposes to add a follower that has caught up. */
  expandIsr(follower: FollowerProgress): void {
    const { id, endOffset, brokerEpoch } = follower
    if (this.isr.isChanging || this.isr.committed.includes(id)) return
    if (endOffset < this.log.highWatermark || endOffset < this.epochStartOffset) return
    if (this.context.isEligible(id, brokerEpoch)) this.changeIsr([...this.isr.committed, id])
  }

  /** Proposes to remove the followers that have lagged behind for too long. */
  shrinkIsr(): void {
    if (this.isr.isChanging) return
    const newIsr = this.isr.committed.filter((id) => {
      const follower = this.followers.get(id)
      return follower === undefined || this.isCaughtUp(follower)
    })
    if (newIsr.length < this.isr.committed.length) this.changeIsr(newIsr)
  }

  private changeIsr(newIsr: readonly number[]): void {
    this.submit(this.isr.propose(newIsr, this.leaderEpoch))
  }

  private submit(proposal: IsrProposal): void {
    this.context.alterPartition(proposal, (result) => {
      if (this.state === 'ended') return
      const verdict = this.isr.answer(proposal, result)
      if (verdict === 'settled') this.isrChanged()
      if (verdict !== 'again') return
      this.context.timers.after(alterPartitionBackoffMs, () => {
        if (this.state === 'leading') this.submit(proposal)
      })
    })
  }

  private isrChanged(): void {
    for (const follower of this.followers.values()) {
      const { position } = follower
      if (position !== undefined && !this.isInSync(follower)) position.session.fellBehind(position)
    }
    this.advanceHighWatermark()
  }

  /** Below the minimum of in-sync replicas it stays where it is (KAFKA-15583). */
  private advanceHighWatermark(): void {
    if (!this.hasEnoughReplicas) return
    let lowest = this.log.endOffset
    for (const follower of this.followers.values()) {
      if (follower.endOffset < lowest && this.counts(follower)) lowest = follower.endOffset
    }
    if (lowest <= this.log.highWatermark) return
    this.log.advanceHighWatermark(lowest)
    this.tellNewOffsets()
    this.context.highWatermarkAdvanced()
    this.waits.passed(this.log.highWatermark)
  }

  /** Whether the high watermark waits for this follower: it is in sync, or about to be. */
  private counts(follower: FollowerProgress): boolean {
    if (this.isr.maximal.includes(follower.id)) return true
    if (!this.context.isEligible(follower.id, follower.brokerEpoch)) return false
    return this.isCaughtUp(follower)
  }

  private isCaughtUp(follower: FollowerProgress): boolean {
    const { timers, lagTimeMaxMs } = this.context
    return follower.isCaughtUp(this.log.endOffset, timers.now(), lagTimeMaxMs)
  }

  private setFollowers({ replicas, isr }: PartitionImage): void {
    const now = this.context.timers.now()
    for (const id of replicas) {
      if (id === this.context.brokerId || this.followers.has(id)) continue
      const inSync = isr.includes(id)
      this.followers.set(id, new FollowerProgress(id, inSync ? now : -Infinity))
    }
    for (const [id, { position }] of this.followers) {
      if (replicas.includes(id)) continue
      this.followers.delete(id)
      position?.session.lost(position)
    }
  }
}
