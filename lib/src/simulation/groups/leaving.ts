/**
 * LeaveGroup (`classicGroupLeave`): a member goes at once instead of when its session ends, and the
 * others rebalance. A member id that was only given out is taken back.
 */
import type { RequestOf, ResponseOf } from '../../protocol/api'
import type { leaveGroup } from '../../protocol/apis/leave-group'
import { type KafkaErrorName, errorCode } from '../../protocol/errors'
import type { ClassicGroup } from './classic-group'
import type { Rebalances } from './rebalances'
import { refusedLeave } from './refusals'
import type { Records, Shard } from './shard'

type LeaveRequest = RequestOf<typeof leaveGroup>
type LeaveResponse = ResponseOf<typeof leaveGroup>

export class Leaving {
  constructor(
    private readonly shard: Shard,
    private readonly rebalances: Rebalances,
  ) {}

  leave(request: LeaveRequest, reply: (response: LeaveResponse) => void): void {
    if (request.groupId === '') return reply(refusedLeave('INVALID_GROUP_ID'))
    const group = this.shard.groups.find(request.groupId)
    const members = request.members.map((member) => {
      const error = group === undefined ? 'UNKNOWN_MEMBER_ID' : this.removeFrom(group, member)
      return { ...member, errorCode: errorCode(error) }
    })
    const response = { throttleTimeMs: 0, errorCode: 0, members }
    if (group === undefined) return reply(response)
    const someLeft = members.some((member) => member.errorCode === 0)
    const done = (error: KafkaErrorName) => reply(error === 'NONE' ? response : refusedLeave(error))
    this.shard.writes.append({ records: someLeft ? this.rebalance(group) : [], done })
  }

  private removeFrom(
    group: ClassicGroup,
    { memberId, groupInstanceId }: LeaveRequest['members'][number],
  ): KafkaErrorName {
    if (groupInstanceId !== null) return 'UNKNOWN_MEMBER_ID'
    const member = group.members.get(memberId)
    if (member !== undefined) {
      this.rebalances.remove(group, member)
      return 'NONE'
    }
    if (!group.pendingJoin.has(memberId)) return 'UNKNOWN_MEMBER_ID'
    this.rebalances.drop(group, memberId)
    return 'NONE'
  }

  private rebalance(group: ClassicGroup): Records {
    return group.state === 'Empty' ? [] : this.rebalances.prepareOrComplete(group)
  }
}
