/**
 * How each group API says that a whole request failed: some have an error of their own, others
 * repeat it for every partition or group, as `getErrorResponse` of Kafka's requests does. A broker
 * that is not the coordinator answers with these, too.
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
import { type KafkaErrorName, errorCode } from '../../protocol/errors'
import { emptyAssignment } from './group-member'

const throttleTimeMs = 0

export function refusedJoin(error: KafkaErrorName, memberId: string): ResponseOf<typeof joinGroup> {
  return {
    throttleTimeMs,
    errorCode: errorCode(error),
    generationId: -1,
    protocolName: '',
    leader: '',
    memberId,
    members: [],
  }
}

export function refusedSync(error: KafkaErrorName): ResponseOf<typeof syncGroup> {
  return { throttleTimeMs, errorCode: errorCode(error), assignment: emptyAssignment }
}

/** A coordinator that is still loading lets members be: they keep their session. */
export function refusedHeartbeat(error: KafkaErrorName): ResponseOf<typeof heartbeat> {
  const told = error === 'COORDINATOR_LOAD_IN_PROGRESS' ? 'NONE' : error
  return { throttleTimeMs, errorCode: errorCode(told) }
}

export function refusedLeave(error: KafkaErrorName): ResponseOf<typeof leaveGroup> {
  return { throttleTimeMs, errorCode: errorCode(error), members: [] }
}

export function refusedOffsetCommit(
  request: RequestOf<typeof offsetCommit>,
  error: KafkaErrorName,
): ResponseOf<typeof offsetCommit> {
  return { throttleTimeMs, topics: everyPartition(request.topics, error) }
}

/** Producers older than TxnOffsetCommit v2 do not know the error of a loading coordinator. */
export function refusedTxnOffsetCommit(
  request: RequestOf<typeof txnOffsetCommit>,
  error: KafkaErrorName,
): ResponseOf<typeof txnOffsetCommit> {
  const told = error === 'COORDINATOR_LOAD_IN_PROGRESS' ? 'COORDINATOR_NOT_AVAILABLE' : error
  return { throttleTimeMs, topics: everyPartition(request.topics, told) }
}

export function refusedOffsetFetch(error: KafkaErrorName): ResponseOf<typeof offsetFetch> {
  return { throttleTimeMs, topics: [], errorCode: errorCode(error) }
}

export function refusedDescribe(
  request: RequestOf<typeof describeGroups>,
  error: KafkaErrorName,
): ResponseOf<typeof describeGroups> {
  const groups = request.groups.map((groupId) => ({
    errorCode: errorCode(error),
    groupId,
    groupState: '',
    protocolType: '',
    protocolData: '',
    members: [],
  }))
  return { throttleTimeMs, groups }
}

export function refusedList(error: KafkaErrorName): ResponseOf<typeof listGroups> {
  return { throttleTimeMs, errorCode: errorCode(error), groups: [] }
}

export function refusedDelete(
  request: RequestOf<typeof deleteGroups>,
  error: KafkaErrorName,
): ResponseOf<typeof deleteGroups> {
  const groups = request.groups.map((groupId) => ({ groupId, errorCode: errorCode(error) }))
  return { throttleTimeMs, groups }
}

function everyPartition(
  topics: readonly { topic: string; partitions: readonly { partition: number }[] }[],
  error: KafkaErrorName,
) {
  return topics.map(({ topic, partitions }) => ({
    topic,
    partitions: partitions.map(({ partition }) => ({ partition, errorCode: errorCode(error) })),
  }))
}
