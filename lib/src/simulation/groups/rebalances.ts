/**
 * How a group gets from one generation to the next (`GroupMetadataManager`): members are told to
 * join again, the join phase ends when all have or the rebalance timeout is over, and those who
 * were not there in time are removed. A group's first rebalance waits a while for more members
 * (group.initial.rebalance.delay.ms, KIP-134).
 */
import { type KafkaErrorName, errorCode } from '../../protocol/errors'
import type { ClassicGroup } from './classic-group'
import { type GroupMember, emptyAssignment, isExcusedFromHeartbeats } from './group-member'
import { groupRecord } from './group-records'
import { joinedResponse } from './join-response'
import { refusedJoin } from './refusals'
import type { Records, Shard } from './shard'

export class Rebalances {
  constructor(private readonly shard: Shard) {}

  /** Starts a rebalance, or looks whether the one under way can end. */
  prepareOrComplete(group: ClassicGroup): Records {
    return group.canRebalance ? this.prepare(group) : this.completeIfAllJoined(group)
  }

  /** Members that have sent SyncGroup are told to join again; the others hear it by heartbeat. */
  prepare(group: ClassicGroup): Records {
    if (group.state === 'CompletingRebalance') this.resetAssignments(group, 'REBALANCE_IN_PROGRESS')
    group.timers.cancel('sync')
    const isFirst = group.state === 'Empty'
    if (isFirst) {
      const delayMs = this.shard.options.initialRebalanceDelayMs
      const remainingMs = Math.max(group.rebalanceTimeoutMs - delayMs, 0)
      this.scheduleFirstJoin(group, delayMs, remainingMs)
    }
    group.transitionTo('PreparingRebalance')
    if (isFirst) return []
    if (group.hasAllMembersJoined) return this.complete(group)
    group.timers.schedule('join', group.rebalanceTimeoutMs, () =>
      this.appendInBackground(this.complete(group)),
    )
    return []
  }

  /** Not in the first rebalance, which only its delay ends. */
  completeIfAllJoined(group: ClassicGroup): Records {
    const waits = group.state === 'PreparingRebalance' && group.previousState !== 'Empty'
    return waits && group.hasAllMembersJoined ? this.complete(group) : []
  }

  /** As long as members keep coming, the delay starts anew, up to the rebalance timeout. */
  private scheduleFirstJoin(group: ClassicGroup, delayMs: number, remainingMs: number): void {
    group.timers.schedule('join', delayMs, () => {
      if (!group.newMemberAdded || remainingMs === 0) {
        this.appendInBackground(this.complete(group))
        return
      }
      group.newMemberAdded = false
      const nextDelayMs = Math.min(this.shard.options.initialRebalanceDelayMs, remainingMs)
      this.scheduleFirstJoin(group, nextDelayMs, Math.max(remainingMs - delayMs, 0))
    })
  }

  /** Ends the join phase with those who have joined. */
  private complete(group: ClassicGroup): Records {
    group.timers.cancel('join')
    for (const member of [...group.members.values()]) {
      if (member.awaitingJoin === undefined) this.drop(group, member.memberId)
    }
    group.startNextGeneration()
    if (group.state === 'Empty') return [groupRecord(group, new Map())]
    for (const member of group.members.values()) {
      const answer = member.awaitingJoin
      member.awaitingJoin = undefined
      answer?.(joinedResponse(group, member.memberId))
      member.isNew = false
      this.expectHeartbeat(group, member)
      group.pendingSync.add(member.memberId)
    }
    group.timers.schedule('sync', group.rebalanceTimeoutMs, () => this.expirePendingSync(group))
    return []
  }

  /** Whoever has not sent SyncGroup within the rebalance timeout is removed. */
  private expirePendingSync(group: ClassicGroup): void {
    for (const memberId of [...group.pendingSync]) this.drop(group, memberId)
    this.appendInBackground(this.prepare(group))
  }

  /** The member is gone, and so is its session. */
  drop(group: ClassicGroup, memberId: string): void {
    group.remove(memberId)
    group.timers.cancel(`session ${memberId}`)
  }

  /** Starts the member's session anew. */
  expectHeartbeat(group: ClassicGroup, member: GroupMember): void {
    this.scheduleExpiry(group, member.memberId, member.sessionTimeoutMs)
  }

  scheduleExpiry(group: ClassicGroup, memberId: string, timeoutMs: number): void {
    group.timers.schedule(`session ${memberId}`, timeoutMs, () =>
      this.appendInBackground(this.expire(group, memberId)),
    )
  }

  private expire(group: ClassicGroup, memberId: string): Records {
    const member = group.members.get(memberId)
    if (member !== undefined) {
      return isExcusedFromHeartbeats(member) ? [] : this.removeExpired(group, member)
    }
    if (!group.pendingJoin.has(memberId)) return []
    group.remove(memberId)
    return this.completeWithout(group)
  }

  private removeExpired(group: ClassicGroup, member: GroupMember): Records {
    this.remove(group, member)
    if (group.state === 'Stable' || group.state === 'CompletingRebalance') {
      return this.prepareOrComplete(group)
    }
    return this.completeWithout(group)
  }

  /** Somebody less to wait for; here Kafka ends a first rebalance, too. */
  private completeWithout(group: ClassicGroup): Records {
    const ends = group.state === 'PreparingRebalance' && group.hasAllMembersJoined
    return ends ? this.complete(group) : []
  }

  /** A JoinGroup of this member that is parked hears that it is no member any more. */
  remove(group: ClassicGroup, member: GroupMember): void {
    member.awaitingJoin?.(refusedJoin('UNKNOWN_MEMBER_ID', ''))
    member.awaitingJoin = undefined
    this.drop(group, member.memberId)
  }

  /** Nobody has an assignment; who waits for one hears why. */
  resetAssignments(group: ClassicGroup, error: KafkaErrorName): void {
    for (const member of group.members.values()) member.assignment = emptyAssignment
    this.propagateAssignments(group, error)
  }

  /** Answers every parked SyncGroup, and those members' sessions start anew. */
  propagateAssignments(group: ClassicGroup, error: KafkaErrorName): void {
    for (const member of group.members.values()) {
      const answer = member.awaitingSync
      if (answer === undefined) continue
      member.awaitingSync = undefined
      const { assignment } = member
      answer({ throttleTimeMs: 0, errorCode: errorCode(error), assignment })
      this.expectHeartbeat(group, member)
    }
  }

  /** What a timer decided. If it cannot be written nobody is told; the next rebalance writes. */
  private appendInBackground(records: Records): void {
    if (records.length > 0) this.shard.writes.append({ records, done: () => {} })
  }
}
