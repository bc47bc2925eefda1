/**
 * A client without wire for tests of the simulated cluster: asks one broker, lets virtual time pass
 * until the answer is there, and finds leaders and coordinators as clients do.
 */
import assert from 'node:assert/strict'
import { courseSettings } from '../../../../lib/src/clusters/course-settings'
import type { Api, RequestOf, ResponseOf } from '../../../../lib/src/protocol/api'
import { createTopics } from '../../../../lib/src/protocol/apis/create-topics'
import { fetch } from '../../../../lib/src/protocol/apis/fetch'
import { findCoordinator } from '../../../../lib/src/protocol/apis/find-coordinator'
import { listOffsets } from '../../../../lib/src/protocol/apis/list-offsets'
import { metadata } from '../../../../lib/src/protocol/apis/metadata'
import { produce } from '../../../../lib/src/protocol/apis/produce'
import { errorName } from '../../../../lib/src/protocol/errors'
import { decodeRecordBatches } from '../../../../lib/src/protocol/record-batch'
import {
  encodeRecordBatch,
  type BatchToEncode,
} from '../../../../lib/src/protocol/record-batch-encode'
import { SimulatedCluster } from '../../../../lib/src/simulation/cluster'
import type { Settings } from '../../../../lib/src/simulation/settings'

export const startOfTimeMs = Date.UTC(2026, 0, 1)

export function makeCluster(settings: Settings = {}, seed = 1): SimulatedCluster {
  return new SimulatedCluster({
    brokers: [1, 2, 3].map((id) => ({ id, host: `broker-${id}`, port: 9092 })),
    settings: { ...courseSettings, ...settings },
    seed,
    startOfTimeMs,
    invariants: 'checked',
  })
}

/** Lets time pass until the condition holds. */
export function until(cluster: SimulatedCluster, what: string, holds: () => boolean): void {
  const limitMs = 60_000
  const first = cluster.now()
  while (!holds()) {
    const next = cluster.nextAtMs
    if (next === undefined || next > first + limitMs)
      assert.fail(`${what}: not after ${limitMs} ms`)
    cluster.advanceTo(next)
  }
}

export function pass(cluster: SimulatedCluster, ms: number): void {
  cluster.advanceTo(cluster.now() + ms)
}

/** An answer that may still come. */
export interface Asked<Response> {
  response?: Response
  closed?: 'killed' | 'closed'
}

export function send<Request, Response>(
  cluster: SimulatedCluster,
  broker: number,
  api: Api<Request, Response>,
  request: Request,
): Asked<Response> {
  const session = cluster.connect(broker)
  assert.ok(session !== 'refused', `broker ${broker} refuses`)
  const asked: Asked<Response> = {}
  session.onClose = (how) => {
    asked.closed = how
  }
  session.request(api, request, { clientId: 'test' }, (response) => {
    asked.response = response
  })
  return asked
}

export function ask<Request, Response>(
  cluster: SimulatedCluster,
  broker: number,
  api: Api<Request, Response>,
  request: Request,
): Response {
  const asked = send(cluster, broker, api, request)
  until(cluster, api.name, () => asked.response !== undefined || asked.closed !== undefined)
  assert.ok(asked.response !== undefined, `${api.name}: the session was ${asked.closed}`)
  return asked.response
}

export function createTopic(
  cluster: SimulatedCluster,
  topic: string,
  options: { assignment?: number[][]; config?: Record<string, string> } = {},
): void {
  const { assignment = [[1, 2, 3]], config = {} } = options
  const { topics } = ask(cluster, 1, createTopics, {
    topics: [
      {
        topic,
        numPartitions: -1,
        replicationFactor: -1,
        assignments: assignment.map((brokerIds, partition) => ({ partition, brokerIds })),
        configs: Object.entries(config).map(([name, value]) => ({ name, value })),
      },
    ],
    timeoutMs: 5000,
    validateOnly: false,
  })
  assert.deepEqual(topics, [{ topic, errorCode: 0, errorMessage: null }])
  until(cluster, `all brokers know ${topic}`, () => cluster.isWhole())
}

export function topicState(cluster: SimulatedCluster, broker: number, topic: string) {
  const { topics } = ask(cluster, broker, metadata, {
    topics: [topic],
    allowAutoTopicCreation: false,
  })
  const [found] = topics
  assert.ok(found)
  return found
}

export function stateOf(cluster: SimulatedCluster, broker: number, topic: string, partition = 0) {
  const found = topicState(cluster, broker, topic).partitions[partition]
  assert.ok(found)
  const { leaderId, isr } = found
  return { leaderId, isr: [...isr].sort() }
}

export function batchOf(values: string[], producer?: BatchToEncode['producer']): Buffer {
  const records = values.map((value) => ({ value }))
  return encodeRecordBatch({
    records,
    timestampMs: startOfTimeMs,
    ...(producer && { producer }),
  })
}

export interface ToProduce {
  topic: string
  values: string[]
  acks?: -1 | 0 | 1
  timeoutMs?: number
  producer?: BatchToEncode['producer']
  transactionalId?: string
}

export function produceRequest({
  topic,
  values,
  acks = -1,
  timeoutMs = 30_000,
  producer,
  transactionalId,
}: ToProduce): RequestOf<typeof produce> {
  const records = batchOf(values, producer)
  return {
    transactionalId: transactionalId ?? null,
    acks,
    timeoutMs,
    topics: [{ topic, partitions: [{ partition: 0, records }] }],
  }
}

/** `NONE@<offset>`, or the error. */
export function outcomeOf(response: ResponseOf<typeof produce>): string {
  const result = response.topics[0]?.partitions[0]
  assert.ok(result)
  const { errorCode, baseOffset } = result
  return errorCode === 0 ? `NONE@${baseOffset}` : errorName(errorCode)
}

export function produceTo(cluster: SimulatedCluster, broker: number, what: ToProduce): string {
  return outcomeOf(ask(cluster, broker, produce, produceRequest(what)))
}

export function fetchRequest(
  topic: string,
  options: { offset?: number; maxWaitMs?: number; isolationLevel?: 0 | 1; minBytes?: number } = {},
): RequestOf<typeof fetch> {
  const { offset = 0, maxWaitMs = 0, isolationLevel = 0, minBytes = 1 } = options
  const partition = {
    partition: 0,
    currentLeaderEpoch: -1,
    fetchOffset: offset,
    logStartOffset: -1,
    partitionMaxBytes: 1_048_576,
  }
  return {
    replicaId: -1,
    maxWaitMs,
    minBytes,
    maxBytes: 10_485_760,
    isolationLevel,
    sessionId: 0,
    sessionEpoch: -1,
    topics: [{ topic, partitions: [partition] }],
    forgottenTopics: [],
    rackId: '',
  }
}

export function fetchedFrom({ topics }: ResponseOf<typeof fetch>) {
  const found = topics[0]?.partitions[0]
  assert.ok(found)
  const batches = decodeRecordBatches(found.records ?? Buffer.alloc(0), 'cut')
  return {
    error: errorName(found.errorCode),
    values: batches.flatMap(({ records, control }) =>
      control === undefined ? records.map(({ value }) => value) : [`<${control}>`],
    ),
    highWatermark: found.highWatermark,
    lastStableOffset: found.lastStableOffset,
    abortedTransactions: found.abortedTransactions,
  }
}

export function fetchFrom(
  cluster: SimulatedCluster,
  broker: number,
  topic: string,
  options: Parameters<typeof fetchRequest>[1] = {},
) {
  return fetchedFrom(ask(cluster, broker, fetch, fetchRequest(topic, options)))
}

/** -1: latest, -2: earliest. */
export function offsetOf(
  cluster: SimulatedCluster,
  broker: number,
  topic: string,
  options: { timestamp?: number; replicaId?: number; isolationLevel?: 0 | 1 } = {},
): number | string {
  const { timestamp = -1, replicaId = -1, isolationLevel = 0 } = options
  const { topics } = ask(cluster, broker, listOffsets, {
    replicaId,
    isolationLevel,
    topics: [{ topic, partitions: [{ partition: 0, timestamp }] }],
  })
  const found = topics[0]?.partitions[0]
  assert.ok(found)
  return found.errorCode === 0 ? found.offset : errorName(found.errorCode)
}

/** The values on each broker's disk, markers in angle brackets. */
export function disks(cluster: SimulatedCluster, topic: string): Record<number, string[]> {
  const logs = cluster.replicaLogs(topic, 0).map(({ broker, batches }) => {
    const values = batches
      .flatMap(({ bytes }) => decodeRecordBatches(bytes, 'refuse'))
      .flatMap(({ records, control }) =>
        control === undefined ? records.map(({ value }) => String(value)) : [`<${control}>`],
      )
    return [broker, values] as const
  })
  return Object.fromEntries(logs)
}

export function coordinatorOf(
  cluster: SimulatedCluster,
  broker: number,
  key: string,
  keyType: 0 | 1,
): number {
  const { errorCode, nodeId } = ask(cluster, broker, findCoordinator, { key, keyType })
  assert.equal(errorName(errorCode), 'NONE')
  return nodeId
}
