/**
 * From a decoded request to the fields that the history keeps: what a point can match and a picture
 * can show. APIs that are not in the table have none.
 */
import type { FrameFields, FramePartition } from '../history/events'
import type { RequestOf } from './api'
import { addOffsetsToTxn } from './apis/add-offsets-to-txn'
import { addPartitionsToTxn } from './apis/add-partitions-to-txn'
import { deleteRecords } from './apis/delete-records'
import { endTxn } from './apis/end-txn'
import { fetch } from './apis/fetch'
import { findCoordinator } from './apis/find-coordinator'
import { heartbeat } from './apis/heartbeat'
import { initProducerId } from './apis/init-producer-id'
import { joinGroup } from './apis/join-group'
import { leaveGroup } from './apis/leave-group'
import { listOffsets } from './apis/list-offsets'
import { offsetCommit } from './apis/offset-commit'
import { offsetFetch } from './apis/offset-fetch'
import { produce } from './apis/produce'
import { syncGroup } from './apis/sync-group'
import { txnOffsetCommit } from './apis/txn-offset-commit'
import type { Buffer } from './platform'
import { readBatchHeaders, readValues } from './record-batch'
import type { AnyApi } from './registry'

type Describer = (request: never) => FrameFields

const describers = new Map<string, Describer>()

function on<A extends { name: string }>(
  api: A,
  describe: (request: RequestOf<A>) => FrameFields,
): void {
  describers.set(api.name, describe as Describer)
}

/** The fields of a request of this API. */
export function requestFields(api: AnyApi, request: unknown): FrameFields {
  const describe = describers.get(api.name)
  return describe === undefined ? {} : describe(request as never)
}

on(produce, (request) => ({
  acks: request.acks,
  ...transactionalIdOf(request),
  partitions: flat(request.topics, ({ records }) => recordFields(records)),
}))

on(fetch, (request) => ({
  isolationLevel: isolation(request.isolationLevel),
  partitions: flat(request.topics, ({ fetchOffset }) => ({ offset: fetchOffset })),
}))

on(listOffsets, (request) => ({
  isolationLevel: isolation(request.isolationLevel),
  partitions: flat(request.topics, ({ timestamp }) => ({ offset: timestamp })),
}))

on(offsetCommit, (request) => ({
  group: request.groupId,
  generation: request.generationId,
  memberId: request.memberId,
  partitions: flat(request.topics, ({ offset }) => ({ offset })),
}))

on(offsetFetch, (request) => ({
  group: request.groupId,
  ...(request.topics === null ? {} : { partitions: indexes(request.topics) }),
}))

on(findCoordinator, ({ key, keyType }) =>
  keyType === 0 ? { group: key } : { transactionalId: key },
)

on(joinGroup, ({ groupId, memberId }) => ({ group: groupId, memberId }))
on(syncGroup, memberFields)
on(heartbeat, memberFields)
on(leaveGroup, ({ groupId, members }) => ({
  group: groupId,
  ...(members.length === 1 ? { memberId: members[0]?.memberId } : {}),
}))

on(deleteRecords, ({ topics }) => ({ partitions: flat(topics, ({ offset }) => ({ offset })) }))

on(initProducerId, transactionalIdOf)
on(addPartitionsToTxn, (request) => ({
  ...producerFields(request),
  partitions: indexes(request.topics),
}))
on(addOffsetsToTxn, (request) => ({ ...producerFields(request), group: request.groupId }))
on(endTxn, (request) => ({
  ...producerFields(request),
  verdict: request.committed ? 'commit' : 'abort',
}))
on(txnOffsetCommit, (request) => ({
  ...producerFields(request),
  group: request.groupId,
  partitions: flat(request.topics, ({ offset }) => ({ offset })),
}))

function transactionalIdOf(request: { transactionalId: string | null }): FrameFields {
  return request.transactionalId === null ? {} : { transactionalId: request.transactionalId }
}

function producerFields(request: {
  transactionalId: string
  producerId: number
  producerEpoch: number
}): FrameFields {
  const { transactionalId, producerId, producerEpoch } = request
  return { transactionalId, producerId, producerEpoch }
}

function memberFields(request: {
  groupId: string
  generationId: number
  memberId: string
}): FrameFields {
  return { group: request.groupId, generation: request.generationId, memberId: request.memberId }
}

function isolation(level: number): 'read_uncommitted' | 'read_committed' {
  return level === 0 ? 'read_uncommitted' : 'read_committed'
}

/** A producer without idempotence writes -1 for id, epoch and sequence: those are left out. */
function recordFields(records: Buffer | null): Partial<FramePartition> {
  if (records === null) return { values: [] }
  const headers = readBatchHeaders(records, 'refuse')
  const values = headers.flatMap((header) => readValues(records, header))
  const first = headers[0]
  if (first === undefined || first.producerId === -1) return { values }
  const { producerId, producerEpoch, baseSequence } = first
  return { values, producerId, producerEpoch, baseSequence }
}

function flat<P extends { partition: number }>(
  topics: { topic: string; partitions: P[] }[],
  fields: (partition: P) => Partial<FramePartition>,
): FramePartition[] {
  return topics.flatMap(({ topic, partitions }) =>
    partitions.map((each) => ({ topic, partition: each.partition, ...fields(each) })),
  )
}

function indexes(topics: { topic: string; partitions: number[] }[]): FramePartition[] {
  return topics.flatMap(({ topic, partitions }) =>
    partitions.map((partition) => ({ topic, partition })),
  )
}
