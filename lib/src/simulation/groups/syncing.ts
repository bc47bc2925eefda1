/**
 * SyncGroup and Heartbeat (`classicGroupSync`, `classicGroupHeartbeat`). The leader's SyncGroup
 * brings the assignment; it is written to the log, and only when it is there to stay are the
 * members told and the group is stable.
 */
import type { RequestOf, ResponseOf } from '../../protocol/api'
import type { heartbeat } from '../../protocol/apis/heartbeat'
import type { syncGroup } from '../../protocol/apis/sync-group'
import { type KafkaErrorName, errorCode } from '../../protocol/errors'
import type { Buffer } from '../../protocol/platform'
import type { ClassicGroup } from './classic-group'
import { type GroupMember, emptyAssignment } from './group-member'
import { groupRecord } from './group-records'
import type { Rebalances } from './rebalances'
import { refusedHeartbeat, refusedSync } from './refusals'
import type { Shard } from './shard'

type SyncRequest = RequestOf<typeof syncGroup>
type SyncReply = (response: ResponseOf<typeof syncGroup>) => void

export class Syncing {
  constructor(
    private readonly shard: Shard,
    private readonly rebalances: Rebalances,
  ) {}

  sync(request: SyncRequest, reply: SyncReply): void {
    if (request.groupId === '') return reply(refusedSync('INVALID_GROUP_ID'))
    const found = this.findMember(request)
    if (found.group === undefined) return reply(refusedSync(found.error))
    const { group, member } = found
    if (group.state === 'PreparingRebalance') return reply(refusedSync('REBALANCE_IN_PROGRESS'))
    this.received(group, member.memberId)
    if (group.state === 'Stable') {
      return reply({ throttleTimeMs: 0, errorCode: 0, assignment: member.assignment })
    }
    member.awaitingSync = reply
    if (group.leaderId === member.memberId) this.store(group, request)
    else {
      const done = (error: KafkaErrorName) => {
        if (error !== 'NONE') reply(refusedSync(error))
      }
      this.shard.writes.append({ records: [], done })
    }
  }

  private received(group: ClassicGroup, memberId: string): void {
    group.pendingSync.delete(memberId)
    if (group.pendingSync.size === 0) group.timers.cancel('sync')
  }

  /** The leader has said who gets what; whom it does not name gets nothing. */
  private store(group: ClassicGroup, request: SyncRequest): void {
    const assignments = new Map<string, Buffer>()
    for (const memberId of group.members.keys()) assignments.set(memberId, emptyAssignment)
    for (const { memberId, assignment } of request.assignments) {
      if (assignments.has(memberId)) assignments.set(memberId, assignment)
    }
    const done = (error: KafkaErrorName) => this.stored(group, request, { assignments, error })
    this.shard.writes.append({ records: [groupRecord(group, assignments)], done })
  }

  /** A rebalance may have begun in the meantime; then the assignment no longer matters. */
  private stored(
    group: ClassicGroup,
    { generationId }: SyncRequest,
    { assignments, error }: { assignments: ReadonlyMap<string, Buffer>; error: KafkaErrorName },
  ): void {
    if (group.state !== 'CompletingRebalance' || group.generationId !== generationId) return
    if (error !== 'NONE') {
      this.rebalances.resetAssignments(group, error)
      this.rebalances.prepareOrComplete(group)
      return
    }
    for (const member of group.members.values()) {
      member.assignment = assignments.get(member.memberId) ?? emptyAssignment
    }
    this.rebalances.propagateAssignments(group, 'NONE')
    group.transitionTo('Stable')
  }

  heartbeat(
    request: RequestOf<typeof heartbeat>,
    reply: (response: ResponseOf<typeof heartbeat>) => void,
  ): void {
    if (request.groupId === '') return reply(refusedHeartbeat('INVALID_GROUP_ID'))
    const found = this.findMember(request)
    if (found.group === undefined) return reply(refusedHeartbeat(found.error))
    this.rebalances.expectHeartbeat(found.group, found.member)
    const told = found.group.state === 'PreparingRebalance' ? 'REBALANCE_IN_PROGRESS' : 'NONE'
    const done = (error: KafkaErrorName) =>
      reply({ throttleTimeMs: 0, errorCode: errorCode(error === 'NONE' ? told : error) })
    this.shard.writes.append({ records: [], done })
  }

  /** The member, if it is one and knows the generation. No member here has an instance id. */
  private findMember({ groupId, memberId, generationId, groupInstanceId }: FromMember): Found {
    const group = this.shard.groups.find(groupId)
    const member = group?.members.get(memberId)
    if (group === undefined || member === undefined || groupInstanceId !== null) {
      return { group: undefined, error: 'UNKNOWN_MEMBER_ID' }
    }
    if (generationId !== group.generationId)
      return { group: undefined, error: 'ILLEGAL_GENERATION' }
    return { group, member }
  }
}

type FromMember = RequestOf<typeof heartbeat>

type Found =
  { group: ClassicGroup; member: GroupMember } | { group: undefined; error: KafkaErrorName }
