/**
 * What a partition's leader knows of one follower: how far its log reaches, and when it was last
 * level with the leader's (`Replica.scala`). A follower names a partition in its Fetch only when it
 * has moved, so the leader also looks at when the follower last asked for anything at all.
 */
import type { SessionPosition } from './replication-session'

export class FollowerProgress {
  /** -1: not known, it has not fetched since this broker leads. */
  endOffset = -1
  /** Of the follower's registration with the controller, as its last Fetch said. */
  brokerEpoch = -1
  /** Where the follower's Fetch reads this partition; undefined while it does not. */
  position: SessionPosition | undefined
  private lastFetchMs = -Infinity
  private lastFetchLeaderEndOffset = -1

  /** @param lastCaughtUpMs a follower in the ISR of a new leader gets the benefit of the doubt */
  constructor(
    readonly id: number,
    private lastCaughtUpMs: number,
  ) {}

  fetched(fetchOffset: number, leaderEndOffset: number, nowMs: number): void {
    if (fetchOffset >= leaderEndOffset) {
      this.caughtUpAt(nowMs)
    } else if (fetchOffset >= this.lastFetchLeaderEndOffset) {
      this.caughtUpAt(this.lastFetchMs)
    }
    this.endOffset = fetchOffset
    this.lastFetchLeaderEndOffset = leaderEndOffset
    this.lastFetchMs = nowMs
  }

  /** To be told before the leader's log grows. */
  leaderAppends(leaderEndOffset: number): void {
    if (this.position === undefined || this.endOffset < leaderEndOffset) return
    this.caughtUpAt(this.position.session.lastFetchMs)
  }

  isCaughtUp(leaderEndOffset: number, nowMs: number, lagTimeMaxMs: number): boolean {
    return this.endOffset === leaderEndOffset || nowMs - this.lastCaughtUpMs <= lagTimeMaxMs
  }

  private caughtUpAt(timeMs: number): void {
    this.lastCaughtUpMs = Math.max(this.lastCaughtUpMs, timeMs)
  }
}
