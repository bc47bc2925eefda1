/**
 * The group coordinator of one partition of `__consumer_offsets`, classic protocol
 * (`GroupCoordinatorService` and its shard): consumers join groups, heartbeat and commit offsets
 * here. What must survive is in the log before it is answered, and another broker rebuilds this
 * state from the log. The new protocol (KIP-848) and static membership (KIP-345) are left out.
 */
import type { RequestOf, ResponseOf } from '../../protocol/api'
import type { deleteGroups } from '../../protocol/apis/delete-groups'
import type { describeGroups } from '../../protocol/apis/describe-groups'
import type { heartbeat } from '../../protocol/apis/heartbeat'
import type { joinGroup } from '../../protocol/apis/join-group'
import type { leaveGroup } from '../../protocol/apis/leave-group'
import type { listGroups } from '../../protocol/apis/list-groups'
import type { offsetCommit } from '../../protocol/apis/offset-commit'
import type { offsetFetch } from '../../protocol/apis/offset-fetch'
import type { syncGroup } from '../../protocol/apis/sync-group'
import type { txnOffsetCommit } from '../../protocol/apis/txn-offset-commit'
import type { KafkaErrorName } from '../../protocol/errors'
import type { CoordinatorLog, CoordinatorRecord } from '../coordinator-log'
import type { Timers } from '../timers'
import { Committing } from './committing'
import { describeGroup } from './describing'
import { type ClientContext, Joining } from './joining'
import { KeyedTimers } from './keyed-timers'
import { Leaving } from './leaving'
import { type Verdict, Offsets } from './offsets'
import { Rebalances } from './rebalances'
import * as refusals from './refusals'
import { Removal } from './removal'
import { applyWrite } from './replaying'
import { type GroupOptions, type Shard, Groups } from './shard'
import { Syncing } from './syncing'
import { type Producer, Writes } from './writes'

type Reply<Api> = (response: ResponseOf<Api>) => void

export interface GroupCoordinatorSeams {
  readonly log: CoordinatorLog
  readonly timers: Timers
  /** In [0, 1); member ids come from it. */
  readonly random: () => number
  readonly options: GroupOptions
}

export class GroupCoordinator {
  private phase: 'loading' | 'active' | 'resigned' = 'loading'
  private readonly shard: Shard
  private readonly rebalances: Rebalances
  private readonly joining: Joining
  private readonly syncing: Syncing
  private readonly leaving: Leaving
  private readonly committing: Committing
  private readonly removal: Removal
  private readonly background: KeyedTimers

  /** Refuses everything with COORDINATOR_LOAD_IN_PROGRESS until `loaded` is called. */
  constructor({ log, timers, random, options }: GroupCoordinatorSeams) {
    const writes = new Writes({
      log,
      timers,
      timeoutMs: options.offsetsCommitTimeoutMs,
      apply: (write) => applyWrite(this.shard, write, 'live'),
    })
    const offsets = new Offsets()
    this.shard = { groups: new Groups(timers), offsets, writes, timers, random, options }
    this.rebalances = new Rebalances(this.shard)
    this.joining = new Joining(this.shard, this.rebalances)
    this.syncing = new Syncing(this.shard, this.rebalances)
    this.leaving = new Leaving(this.shard, this.rebalances)
    this.committing = new Committing(this.shard, this.rebalances)
    this.removal = new Removal(this.shard)
    this.background = new KeyedTimers(timers)
  }

  /** One batch of the log, in its order; with a producer it waits for that producer's marker. */
  replay(records: readonly CoordinatorRecord[], producer?: Producer): void {
    const order = this.shard.writes.nextOrder()
    applyWrite(this.shard, { records, producer, order }, 'replay')
  }

  replayMarker(producerId: number, verdict: Verdict): void {
    this.shard.offsets.endTransaction(producerId, verdict)
  }

  /** The whole log has been replayed: members that it names have a session's time to report. */
  loaded(): void {
    this.phase = 'active'
    for (const group of this.shard.groups.all()) {
      for (const member of group.members.values()) this.rebalances.expectHeartbeat(group, member)
    }
    this.scheduleExpiry()
  }

  /** A marker that this broker has written has passed the high watermark. */
  markerWritten(producerId: number, verdict: Verdict): void {
    this.shard.writes.confirmUnknown()
    this.shard.offsets.endTransaction(producerId, verdict)
  }

  /** Another broker leads the partition now: every parked request hears NOT_COORDINATOR. */
  resign(): void {
    this.phase = 'resigned'
    this.background.cancelAll()
    this.shard.writes.close()
    for (const group of this.shard.groups.all()) {
      group.transitionTo('Dead')
      for (const member of group.members.values()) {
        member.awaitingJoin?.(refusals.refusedJoin('NOT_COORDINATOR', member.memberId))
        member.awaitingSync?.(refusals.refusedSync('NOT_COORDINATOR'))
      }
      group.timers.cancelAll()
    }
  }

  joinGroup(
    request: RequestOf<typeof joinGroup>,
    context: ClientContext,
    reply: Reply<typeof joinGroup>,
  ): void {
    const error = this.unavailable()
    if (error !== undefined) return reply(refusals.refusedJoin(error, request.memberId))
    this.joining.join(request, context, once(reply))
  }

  syncGroup(request: RequestOf<typeof syncGroup>, reply: Reply<typeof syncGroup>): void {
    const error = this.unavailable()
    if (error !== undefined) return reply(refusals.refusedSync(error))
    this.syncing.sync(request, once(reply))
  }

  heartbeat(request: RequestOf<typeof heartbeat>, reply: Reply<typeof heartbeat>): void {
    const error = this.unavailable()
    if (error !== undefined) return reply(refusals.refusedHeartbeat(error))
    this.syncing.heartbeat(request, reply)
  }

  leaveGroup(request: RequestOf<typeof leaveGroup>, reply: Reply<typeof leaveGroup>): void {
    const error = this.unavailable()
    if (error !== undefined) return reply(refusals.refusedLeave(error))
    this.leaving.leave(request, reply)
  }

  offsetCommit(request: RequestOf<typeof offsetCommit>, reply: Reply<typeof offsetCommit>): void {
    const error = this.unavailable()
    if (error !== undefined) return reply(refusals.refusedOffsetCommit(request, error))
    this.committing.commit(request, reply)
  }

  txnOffsetCommit(
    request: RequestOf<typeof txnOffsetCommit>,
    reply: Reply<typeof txnOffsetCommit>,
  ): void {
    const error = this.unavailable()
    if (error !== undefined) return reply(refusals.refusedTxnOffsetCommit(request, error))
    this.committing.commitInTransaction(request, reply)
  }

  offsetFetch(request: RequestOf<typeof offsetFetch>, reply: Reply<typeof offsetFetch>): void {
    const error = this.unavailable()
    if (error !== undefined) return reply(refusals.refusedOffsetFetch(error))
    this.committing.fetch(request, reply)
  }

  /** A group that is not there is described as Dead, without an error, as before KIP-1043. */
  describeGroups(
    request: RequestOf<typeof describeGroups>,
    reply: Reply<typeof describeGroups>,
  ): void {
    const error = this.unavailable()
    if (error !== undefined) return reply(refusals.refusedDescribe(request, error))
    const groups = request.groups.map((groupId) =>
      describeGroup(groupId, this.shard.groups.findDurable(groupId)),
    )
    reply({ throttleTimeMs: 0, groups })
  }

  listGroups(_request: RequestOf<typeof listGroups>, reply: Reply<typeof listGroups>): void {
    const error = this.unavailable()
    if (error !== undefined) return reply(refusals.refusedList(error))
    const groups = [...this.shard.groups.allDurable()].map(({ groupId, protocolType = '' }) => ({
      groupId,
      protocolType,
    }))
    reply({ throttleTimeMs: 0, errorCode: 0, groups })
  }

  deleteGroups(request: RequestOf<typeof deleteGroups>, reply: Reply<typeof deleteGroups>): void {
    const error = this.unavailable()
    if (error !== undefined) return reply(refusals.refusedDelete(request, error))
    this.removal.deleteGroups(request, reply)
  }

  /** The controller has deleted these topics. Without effect while not active. */
  deleteTopicOffsets(topics: readonly string[]): void {
    if (this.phase === 'active') this.removal.deleteTopics(topics)
  }

  private unavailable(): KafkaErrorName | undefined {
    if (this.phase === 'active') return undefined
    return this.phase === 'loading' ? 'COORDINATOR_LOAD_IN_PROGRESS' : 'NOT_COORDINATOR'
  }

  private scheduleExpiry(): void {
    this.background.schedule('expiry', this.shard.options.offsetsRetentionCheckIntervalMs, () => {
      this.removal.removeExpired()
      this.scheduleExpiry()
    })
  }
}

/** A parked request may be answered by the log's failure, a timer or a rebalance: first come. */
function once<Response>(reply: (response: Response) => void): (response: Response) => void {
  let answered = false
  return (response) => {
    if (answered) return
    answered = true
    reply(response)
  }
}
