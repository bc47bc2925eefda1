/**
 * What DescribeGroups says of a group (`ClassicGroup` and `ClassicGroupMember.describe`): what its
 * members told each other only while it is stable.
 */
import type { ResponseOf } from '../../protocol/api'
import type { describeGroups } from '../../protocol/apis/describe-groups'
import type { ClassicGroup } from './classic-group'
import { emptyAssignment, metadataOf } from './group-member'

type DescribedGroup = ResponseOf<typeof describeGroups>['groups'][number]

export function describeGroup(groupId: string, group: ClassicGroup | undefined): DescribedGroup {
  const none = { errorCode: 0, groupId, protocolType: '', protocolData: '', members: [] }
  if (group === undefined) return { ...none, groupState: 'Dead' }
  const protocolName = group.state === 'Stable' ? group.protocolName : undefined
  return {
    errorCode: 0,
    groupId,
    groupState: group.state,
    protocolType: group.protocolType ?? '',
    protocolData: protocolName ?? '',
    members: [...group.members.values()].map((member) => ({
      memberId: member.memberId,
      clientId: member.clientId,
      clientHost: member.clientHost,
      memberMetadata:
        protocolName === undefined ? emptyAssignment : metadataOf(member, protocolName),
      memberAssignment: member.assignment,
    })),
  }
}
