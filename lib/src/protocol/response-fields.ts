/**
 * From a decoded response to the fields that the history keeps. An error is given by Kafka's name
 * and only where there is one. A Fetch shows the values of whole batches: the first may begin
 * before the offset that was asked for.
 */
import type { FrameFields, FramePartition } from '../history/events'
import type { ResponseOf } from './api'
import { addPartitionsToTxn } from './apis/add-partitions-to-txn'
import { alterConfigs } from './apis/alter-configs'
import { alterPartitionReassignments } from './apis/alter-partition-reassignments'
import { createAcls } from './apis/create-acls'
import { createPartitions } from './apis/create-partitions'
import { createTopics } from './apis/create-topics'
import { deleteAcls } from './apis/delete-acls'
import { deleteGroups } from './apis/delete-groups'
import { deleteRecords } from './apis/delete-records'
import { deleteTopics } from './apis/delete-topics'
import { describeConfigs } from './apis/describe-configs'
import { describeGroups } from './apis/describe-groups'
import { fetch } from './apis/fetch'
import { initProducerId } from './apis/init-producer-id'
import { joinGroup } from './apis/join-group'
import { listOffsets } from './apis/list-offsets'
import { metadata } from './apis/metadata'
import { offsetCommit } from './apis/offset-commit'
import { offsetFetch } from './apis/offset-fetch'
import { produce } from './apis/produce'
import { txnOffsetCommit } from './apis/txn-offset-commit'
import { errorName } from './errors'
import type { Buffer } from './platform'
import { readBatchHeaders, readValues } from './record-batch'
import type { AnyApi } from './registry'

type Describer = (response: never) => FrameFields

const describers = new Map<string, Describer>()

function on<A extends { name: string }>(
  api: A,
  describe: (response: ResponseOf<A>) => FrameFields,
): void {
  describers.set(api.name, describe as Describer)
}

/** The fields of a response of this API. */
export function responseFields(api: AnyApi, response: unknown): FrameFields {
  const describe = describers.get(api.name)
  const whole = wholeError(response)
  return describe === undefined ? whole : { ...whole, ...describe(response as never) }
}

on(produce, ({ topics }) => ({
  partitions: flat(topics, ({ baseOffset }) => (baseOffset === -1 ? {} : { baseOffset })),
}))

on(fetch, ({ topics }) => ({
  partitions: flat(topics, ({ highWatermark, lastStableOffset, records }) => ({
    highWatermark,
    lastStableOffset,
    ...recordFields(records),
  })),
}))

on(listOffsets, ({ topics }) => ({ partitions: flat(topics, ({ offset }) => ({ offset })) }))
on(metadata, ({ topics }) => ({ ...firstError(topics), partitions: flat(topics, () => ({})) }))
on(offsetCommit, ({ topics }) => ({ partitions: flat(topics, () => ({})) }))
on(offsetFetch, ({ topics }) => ({ partitions: flat(topics, ({ offset }) => ({ offset })) }))
on(joinGroup, ({ generationId, memberId }) => ({ generation: generationId, memberId }))
on(deleteRecords, ({ topics }) => ({
  partitions: flat(topics, ({ lowWatermark }) => ({ offset: lowWatermark })),
}))
on(initProducerId, ({ errorCode, producerId, producerEpoch }) =>
  errorCode === 0 ? { producerId, producerEpoch } : {},
)
on(addPartitionsToTxn, ({ topics }) => ({ partitions: flat(topics, () => ({})) }))
on(txnOffsetCommit, ({ topics }) => ({ partitions: flat(topics, () => ({})) }))
on(createTopics, ({ topics }) => firstError(topics))
on(createPartitions, ({ topics }) => firstError(topics))
on(deleteTopics, ({ topics }) => firstError(topics))
on(deleteGroups, ({ groups }) => firstError(groups))
on(describeGroups, ({ groups }) => firstError(groups))
on(describeConfigs, ({ results }) => firstError(results))
on(alterConfigs, ({ resources }) => firstError(resources))
on(createAcls, ({ results }) => firstError(results))
on(deleteAcls, ({ filterResults }) => firstError(filterResults))
on(alterPartitionReassignments, ({ topics }) => ({ partitions: flat(topics, () => ({})) }))

function wholeError(response: unknown): FrameFields {
  const { errorCode } = response as { errorCode?: number }
  return errorCode === undefined || errorCode === 0 ? {} : { error: errorName(errorCode) }
}

/** Where each of several things has its own error and no partition: the first error. */
function firstError(results: { errorCode: number }[]): FrameFields {
  const failed = results.find(({ errorCode }) => errorCode !== 0)
  return failed === undefined ? {} : { error: errorName(failed.errorCode) }
}

/** Empty for a Fetch that brought nothing. */
function recordFields(records: Buffer | null): Partial<FramePartition> {
  if (records === null) return {}
  const headers = readBatchHeaders(records, 'cut')
  const first = headers[0]
  if (first === undefined) return {}
  return {
    baseOffset: first.baseOffset,
    values: headers.flatMap((header) => readValues(records, header)),
  }
}

function flat<P extends { partition: number; errorCode: number }>(
  topics: { topic: string; partitions: P[] }[],
  fields: (partition: P) => Partial<FramePartition>,
): FramePartition[] {
  return topics.flatMap(({ topic, partitions }) =>
    partitions.map((each) => ({
      topic,
      partition: each.partition,
      ...fields(each),
      ...(each.errorCode === 0 ? {} : { error: errorName(each.errorCode) }),
    })),
  )
}
