/**
 * What a member that has joined is told of the current generation. The leader alone gets the list
 * of members, since it assigns the partitions.
 */
import type { ClassicGroup } from './classic-group'
import { type JoinResponse, metadataOf } from './group-member'

export function joinedResponse(group: ClassicGroup, memberId: string): JoinResponse {
  const { protocolName, leaderId } = group
  if (protocolName === undefined || leaderId === undefined) {
    throw new Error(`Group ${group.groupId} has no generation that ${memberId} could be in`)
  }
  const members = memberId === leaderId ? [...group.members.values()] : []
  return {
    throttleTimeMs: 0,
    errorCode: 0,
    generationId: group.generationId,
    protocolName,
    leader: leaderId,
    memberId,
    members: members.map((member) => ({
      memberId: member.memberId,
      groupInstanceId: null,
      metadata: metadataOf(member, protocolName),
    })),
  }
}
