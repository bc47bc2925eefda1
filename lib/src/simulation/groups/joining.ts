/**
 * JoinGroup (`GroupMetadataManager.classicGroupJoin`). Who comes without a member id is given one
 * and sent back with MEMBER_ID_REQUIRED (KIP-394), so that a client whose answer got lost leaves no
 * ghost behind. Who comes with one is added, or starts or joins a rebalance, or is told the
 * generation it has missed. Static membership is refused with UNSUPPORTED_VERSION, as brokers did
 * that did not have it.
 */
import type { KafkaErrorName } from '../../protocol/errors'
import type { ClassicGroup } from './classic-group'
import {
  type GroupMember,
  type JoinRequest,
  type JoinResponse,
  emptyAssignment,
  hasSameProtocols,
} from './group-member'
import { newGroupRecord } from './group-records'
import { joinedResponse } from './join-response'
import { newMemberId } from './member-id'
import type { Rebalances } from './rebalances'
import { refusedJoin } from './refusals'
import type { Records, Shard } from './shard'

export interface ClientContext {
  /** From the request's header. */
  readonly clientId: string | null
  /** As Java prints an address, e.g. `/127.0.0.1`. */
  readonly clientHost: string
}

/** How long a new member may stay in a join phase without being seen. */
const newMemberJoinTimeoutMs = 300_000

export class Joining {
  constructor(
    private readonly shard: Shard,
    private readonly rebalances: Rebalances,
  ) {}

  join(request: JoinRequest, context: ClientContext, reply: (response: JoinResponse) => void) {
    const error = this.invalid(request)
    if (error !== undefined) return reply(refusedJoin(error, request.memberId))
    const known = this.shard.groups.find(request.groupId)
    if (known === undefined && request.memberId !== '') {
      return reply(refusedJoin('UNKNOWN_MEMBER_ID', request.memberId))
    }
    const group = known ?? this.shard.groups.create(request.groupId)
    const wanted = this.joinGroup(group, request, context, reply)
    const isNew = known === undefined
    this.shard.writes.append({
      records: isNew ? [newGroupRecord(group), ...wanted] : wanted,
      done: (error) => {
        if (error !== 'NONE') reply(refusedJoin(error, ''))
      },
      refused: (error) => {
        if (isNew) this.takeBack(group, error)
      },
    })
  }

  private invalid(request: JoinRequest): KafkaErrorName | undefined {
    const { minSessionTimeoutMs, maxSessionTimeoutMs } = this.shard.options
    if (request.groupInstanceId !== null) return 'UNSUPPORTED_VERSION'
    if (request.groupId === '') return 'INVALID_GROUP_ID'
    const isWithin =
      request.sessionTimeoutMs >= minSessionTimeoutMs &&
      request.sessionTimeoutMs <= maxSessionTimeoutMs
    return isWithin ? undefined : 'INVALID_SESSION_TIMEOUT'
  }

  private joinGroup(
    group: ClassicGroup,
    request: JoinRequest,
    context: ClientContext,
    reply: (response: JoinResponse) => void,
  ): Records {
    const { memberId } = request
    if (!this.hasRoomFor(group, memberId)) {
      group.remove(memberId)
      reply(refusedJoin('GROUP_MAX_SIZE_REACHED', ''))
    } else if (!group.supports(request.protocolType, request.protocols)) {
      reply(refusedJoin('INCONSISTENT_GROUP_PROTOCOL', memberId))
    } else if (memberId === '') {
      const newId = newMemberId(context.clientId, this.shard.random)
      group.pendingJoin.add(newId)
      this.rebalances.scheduleExpiry(group, newId, request.sessionTimeoutMs)
      reply(refusedJoin('MEMBER_ID_REQUIRED', newId))
    } else if (group.pendingJoin.has(memberId)) {
      return this.addMember(group, request, context, reply)
    } else {
      return this.joinAgain(group, request, reply)
    }
    return []
  }

  /** In a join phase those count who have joined, so that the last to come is left out. */
  private hasRoomFor(group: ClassicGroup, memberId: string): boolean {
    const { maxSize } = this.shard.options
    const member = group.members.get(memberId)
    if (group.state === 'Empty') return true
    if (group.state === 'PreparingRebalance') {
      return member?.awaitingJoin !== undefined || group.awaitingJoinCount < maxSize
    }
    return member !== undefined || group.members.size < maxSize
  }

  private addMember(
    group: ClassicGroup,
    request: JoinRequest,
    context: ClientContext,
    reply: (response: JoinResponse) => void,
  ): Records {
    const { memberId } = request
    if (group.state === 'PreparingRebalance' && group.previousState === 'Empty') {
      group.newMemberAdded = true
    }
    group.add({
      memberId,
      clientId: context.clientId ?? '',
      clientHost: context.clientHost,
      rebalanceTimeoutMs: request.rebalanceTimeoutMs,
      sessionTimeoutMs: request.sessionTimeoutMs,
      protocolType: request.protocolType,
      protocols: request.protocols,
      assignment: emptyAssignment,
      isNew: true,
      awaitingJoin: reply,
      awaitingSync: undefined,
    })
    this.rebalances.scheduleExpiry(group, memberId, newMemberJoinTimeoutMs)
    return this.rebalances.prepareOrComplete(group)
  }

  private joinAgain(
    group: ClassicGroup,
    request: JoinRequest,
    reply: (response: JoinResponse) => void,
  ): Records {
    const { memberId, protocols } = request
    const member = group.members.get(memberId)
    if (member === undefined) {
      reply(refusedJoin('UNKNOWN_MEMBER_ID', memberId))
      return []
    }
    if (needsRebalance(group, member, request)) {
      member.protocols = protocols
      member.rebalanceTimeoutMs = request.rebalanceTimeoutMs
      member.sessionTimeoutMs = request.sessionTimeoutMs
      member.awaitingJoin = reply
      return this.rebalances.prepareOrComplete(group)
    }
    reply(joinedResponse(group, memberId))
    return []
  }

  /** The record of a new group was refused by the log: there is no such group. */
  private takeBack(group: ClassicGroup, error: KafkaErrorName): void {
    this.shard.groups.forget(group.groupId)
    group.timers.cancelAll()
    for (const member of group.members.values()) {
      member.awaitingJoin?.(refusedJoin(error, ''))
      member.awaitingJoin = undefined
    }
  }
}

/**
 * A member that says nothing new has probably missed an answer and is told the generation again;
 * a leader that joins a stable group wants a rebalance, since it alone sees new partitions.
 */
function needsRebalance(group: ClassicGroup, member: GroupMember, request: JoinRequest): boolean {
  if (group.state === 'PreparingRebalance') return true
  if (group.state === 'Stable' && group.leaderId === member.memberId) return true
  return !hasSameProtocols(member, request.protocols)
}
