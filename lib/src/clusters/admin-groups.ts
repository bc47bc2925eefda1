/**
 * Consumer groups around a run: who coordinates, who is in, what is committed, and how to remove
 * them. A group whose members crashed keeps them until their session ends, so removing can either
 * wait or take the members out; only the lab, which knows that its apps have ended, may do that.
 */
import type { GroupOffset } from '../history/run'
import { deleteGroups as deleteGroupsApi } from '../protocol/apis/delete-groups'
import { describeGroups as describeGroupsApi } from '../protocol/apis/describe-groups'
import { findCoordinator as findCoordinatorApi } from '../protocol/apis/find-coordinator'
import { leaveGroup } from '../protocol/apis/leave-group'
import { listGroups as listGroupsApi } from '../protocol/apis/list-groups'
import { offsetFetch } from '../protocol/apis/offset-fetch'
import { errorName } from '../protocol/errors'
import { describeCluster } from './admin'
import { check, KafkaProtocolError, mayPass, NotYetError, untilDone } from './admin-retry'
import type { WireClient } from './wire-client'

export interface GroupMember {
  memberId: string
  clientId: string
}

export interface GroupDescription {
  group: string
  /** `Empty`, `PreparingRebalance`, `CompletingRebalance`, `Stable`, or `Dead`: no such group. */
  state: string
  members: GroupMember[]
}

/** What is coordinated: a consumer group, or the transactions of one transactional id. */
export type Coordinated = { group: string } | { transactionalId: string }

/** The broker that coordinates; waits for one up to 30 s. */
export function findCoordinator(client: WireClient, what: Coordinated): Promise<number> {
  const [key, keyType] = 'group' in what ? [what.group, 0] : [what.transactionalId, 1]
  return untilDone(`Coordinator of '${key}'`, async () => {
    const answer = await client.request('any', findCoordinatorApi, { key, keyType })
    check(`Coordinator of '${key}'`, answer.errorCode, answer.errorMessage)
    return answer.nodeId
  })
}

/** Names of all groups that any broker coordinates, in order. */
export function listGroups(client: WireClient): Promise<string[]> {
  return untilDone('Listing groups', async () => {
    const groups = new Set<string>()
    for (const { id } of (await describeCluster(client)).brokers) {
      const answer = await client.request(id, listGroupsApi, {})
      check(`Groups of broker ${id}`, answer.errorCode)
      for (const { groupId } of answer.groups) groups.add(groupId)
    }
    return [...groups].sort()
  })
}

/** The groups in the order given; one that does not exist has state `Dead`. */
export async function describeGroups(
  client: WireClient,
  groups: string[],
): Promise<GroupDescription[]> {
  const descriptions: GroupDescription[] = []
  for (const group of groups) {
    descriptions.push(await untilDone(`Group ${group}`, () => describeGroup(client, group)))
  }
  return descriptions
}

/**
 * Removes groups and their offsets. With `wait` members get 30 s to leave, and the error names
 * those that hold the group; with `remove` they are taken out. One that does not exist is no error.
 */
export async function deleteGroups(
  client: WireClient,
  groups: string[],
  members: 'wait' | 'remove',
): Promise<void> {
  for (const group of groups) {
    await untilDone(`Deleting group ${group}`, () => deleteGroup(client, group, members), passes)
  }
}

/** What a group has committed, by topic and partition; without offsets of open transactions. */
export function groupOffsets(client: WireClient, group: string): Promise<GroupOffset[]> {
  return untilDone(`Offsets of group ${group}`, async () => {
    const coordinator = await findCoordinator(client, { group })
    const answer = await client.request(coordinator, offsetFetch, { groupId: group, topics: null })
    check(`Offsets of group ${group}`, answer.errorCode)
    const offsets: GroupOffset[] = []
    for (const { topic, partitions } of answer.topics) {
      for (const { partition, offset, errorCode } of partitions) {
        check(`Offset of group ${group} in ${topic}-${partition}`, errorCode)
        if (offset !== -1) offsets.push({ group, topic, partition, offset })
      }
    }
    return offsets.sort(byTopicAndPartition)
  })
}

async function describeGroup(client: WireClient, group: string): Promise<GroupDescription> {
  const coordinator = await findCoordinator(client, { group })
  const answer = await client.request(coordinator, describeGroupsApi, { groups: [group] })
  const described = answer.groups[0]
  if (described === undefined) throw new NotYetError(`broker ${coordinator} left out ${group}`)
  check(`Describing group ${group}`, described.errorCode)
  return {
    group,
    state: described.groupState,
    members: described.members.map(({ memberId, clientId }) => ({ memberId, clientId })),
  }
}

async function deleteGroup(
  client: WireClient,
  group: string,
  members: 'wait' | 'remove',
): Promise<void> {
  const description = await describeGroup(client, group)
  if (description.members.length > 0) {
    if (members === 'remove') await removeMembers(client, description)
    else throw new NotYetError(`its members are ${nameMembers(description.members)}`)
  }
  const coordinator = await findCoordinator(client, { group })
  const answer = await client.request(coordinator, deleteGroupsApi, { groups: [group] })
  for (const { errorCode } of answer.groups) {
    if (errorName(errorCode) !== 'GROUP_ID_NOT_FOUND') check(`Deleting group ${group}`, errorCode)
  }
}

async function removeMembers(client: WireClient, description: GroupDescription): Promise<void> {
  const { group, members } = description
  const coordinator = await findCoordinator(client, { group })
  const answer = await client.request(coordinator, leaveGroup, {
    groupId: group,
    members: members.map(({ memberId }) => ({ memberId, groupInstanceId: null })),
  })
  check(`Removing members from group ${group}`, answer.errorCode)
}

/** A member that came between looking and deleting goes away like those before it. */
function passes(error: unknown): error is Error {
  const nonEmpty = error instanceof KafkaProtocolError && error.kafkaError === 'NON_EMPTY_GROUP'
  return nonEmpty || mayPass(error)
}

function nameMembers(members: GroupMember[]): string {
  return members.map(({ memberId, clientId }) => `${memberId} (client ${clientId})`).join(', ')
}

function byTopicAndPartition(a: GroupOffset, b: GroupOffset): number {
  if (a.topic !== b.topic) return a.topic < b.topic ? -1 : 1
  return a.partition - b.partition
}
