/**
 * Requests about groups go to the coordinator of the group's partition, if that is here; else the
 * client hears NOT_COORDINATOR and asks for it again. Whether a partition that an offset is
 * committed for exists is the broker's to see, and so is whether it belongs to the transaction.
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
import { clientErrorOf } from '../groups/append-errors'
import type { GroupCoordinator } from '../groups/group-coordinator'
import * as refusals from '../groups/refusals'
import { noSequence } from '../log/sequence'
import type { Broker } from './broker'
import { allWith, merged, splitByExistence } from './existing-partitions'
import { clientHost, type Reply, type RequestContext } from './request'
import { verifyTransaction } from './transaction-verification'

const notCoordinator = 'NOT_COORDINATOR'

function coordinatorOf({ groups, image }: Broker, groupId: string): GroupCoordinator | undefined {
  return groups.of(groupId, image)?.coordinator
}

export function handleJoinGroup(
  broker: Broker,
  request: RequestOf<typeof joinGroup>,
  reply: Reply<typeof joinGroup>,
  { clientId }: RequestContext,
): void {
  const coordinator = coordinatorOf(broker, request.groupId)
  if (coordinator === undefined) reply(refusals.refusedJoin(notCoordinator, request.memberId))
  else coordinator.joinGroup(request, { clientId, clientHost }, reply)
}

export function handleSyncGroup(
  broker: Broker,
  request: RequestOf<typeof syncGroup>,
  reply: Reply<typeof syncGroup>,
): void {
  const coordinator = coordinatorOf(broker, request.groupId)
  if (coordinator === undefined) reply(refusals.refusedSync(notCoordinator))
  else coordinator.syncGroup(request, reply)
}

export function handleHeartbeat(
  broker: Broker,
  request: RequestOf<typeof heartbeat>,
  reply: Reply<typeof heartbeat>,
): void {
  const coordinator = coordinatorOf(broker, request.groupId)
  if (coordinator === undefined) reply(refusals.refusedHeartbeat(notCoordinator))
  else coordinator.heartbeat(request, reply)
}

export function handleLeaveGroup(
  broker: Broker,
  request: RequestOf<typeof leaveGroup>,
  reply: Reply<typeof leaveGroup>,
): void {
  const coordinator = coordinatorOf(broker, request.groupId)
  if (coordinator === undefined) reply(refusals.refusedLeave(notCoordinator))
  else coordinator.leaveGroup(request, reply)
}

const partitionOf = ({ partition }: { partition: number }): number => partition

export function handleOffsetCommit(
  broker: Broker,
  request: RequestOf<typeof offsetCommit>,
  reply: Reply<typeof offsetCommit>,
): void {
  const { existing, unknown } = splitByExistence(broker.image, request.topics, partitionOf)
  const refused = allWith(unknown, partitionOf, 'UNKNOWN_TOPIC_OR_PARTITION')
  const answer = ({ topics }: ResponseOf<typeof offsetCommit>): void => {
    reply({ throttleTimeMs: 0, topics: merged(topics, refused) })
  }
  const known = { ...request, topics: existing }
  const coordinator = coordinatorOf(broker, request.groupId)
  if (existing.length === 0) reply({ throttleTimeMs: 0, topics: refused })
  else if (coordinator === undefined) answer(refusals.refusedOffsetCommit(known, notCoordinator))
  else coordinator.offsetCommit(known, answer)
}

export function handleTxnOffsetCommit(
  broker: Broker,
  request: RequestOf<typeof txnOffsetCommit>,
  reply: Reply<typeof txnOffsetCommit>,
): void {
  const { existing, unknown } = splitByExistence(broker.image, request.topics, partitionOf)
  const refused = allWith(unknown, partitionOf, 'UNKNOWN_TOPIC_OR_PARTITION')
  const known = { ...request, topics: existing }
  const answer = ({ topics }: ResponseOf<typeof txnOffsetCommit>): void => {
    reply({ throttleTimeMs: 0, topics: merged(topics, refused) })
  }
  const refuse = (error: KafkaErrorName): void => {
    answer(refusals.refusedTxnOffsetCommit(known, error))
  }
  const residence = broker.groups.of(request.groupId, broker.image)
  if (existing.length === 0) reply({ throttleTimeMs: 0, topics: refused })
  else if (residence === undefined) refuse(notCoordinator)
  else if (residence.state === 'loading') refuse('COORDINATOR_LOAD_IN_PROGRESS')
  else {
    const batch = { ...request, baseSequence: noSequence }
    // The group's partition must have been added to the transaction, as AddOffsetsToTxn does.
    verifyTransaction(broker, residence.partition, batch, (error, guard) => {
      if (error !== 'NONE') return refuse(clientErrorOf(error))
      if (guard !== undefined) residence.log.verified(request.producerId, guard)
      residence.coordinator.txnOffsetCommit(known, answer)
    })
  }
}

export function handleOffsetFetch(
  broker: Broker,
  request: RequestOf<typeof offsetFetch>,
  reply: Reply<typeof offsetFetch>,
): void {
  const coordinator = coordinatorOf(broker, request.groupId)
  if (coordinator === undefined) reply(refusals.refusedOffsetFetch(notCoordinator))
  else coordinator.offsetFetch(request, reply)
}

type GroupDescription = ResponseOf<typeof describeGroups>['groups'][number]

export function handleDescribeGroups(
  broker: Broker,
  request: RequestOf<typeof describeGroups>,
  reply: Reply<typeof describeGroups>,
): void {
  const groups: GroupDescription[] = []
  for (const groupId of request.groups) {
    const one = { groups: [groupId] }
    const add = (response: ResponseOf<typeof describeGroups>): void => {
      groups.push(...response.groups)
    }
    const coordinator = coordinatorOf(broker, groupId)
    if (coordinator === undefined) add(refusals.refusedDescribe(one, notCoordinator))
    else coordinator.describeGroups(one, add)
  }
  reply({ throttleTimeMs: 0, groups })
}

export function handleListGroups(
  { groups }: Broker,
  request: RequestOf<typeof listGroups>,
  reply: Reply<typeof listGroups>,
): void {
  const response: ResponseOf<typeof listGroups> = { throttleTimeMs: 0, errorCode: 0, groups: [] }
  for (const coordinator of groups.all()) {
    coordinator.listGroups(request, (part) => {
      if (part.errorCode !== 0) response.errorCode = part.errorCode
      response.groups.push(...part.groups)
    })
  }
  reply(response)
}

export function handleDeleteGroups(
  broker: Broker,
  request: RequestOf<typeof deleteGroups>,
  reply: Reply<typeof deleteGroups>,
): void {
  const results = new Map<string, number>()
  const names = [...new Set(request.groups)]
  const finish = (): void => {
    if (results.size < names.length) return
    const groups = names.map((groupId) => ({ groupId, errorCode: results.get(groupId) as number }))
    reply({ throttleTimeMs: 0, groups })
  }
  if (names.length === 0) finish()
  for (const groupId of names) {
    const one = { groups: [groupId] }
    const add = (response: ResponseOf<typeof deleteGroups>): void => {
      for (const { errorCode } of response.groups) results.set(groupId, errorCode)
      finish()
    }
    const coordinator = coordinatorOf(broker, groupId)
    if (coordinator === undefined) add(refusals.refusedDelete(one, notCoordinator))
    else coordinator.deleteGroups(one, add)
  }
}
