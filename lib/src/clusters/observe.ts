/**
 * The final observation of a partition: its log as the leader serves it, batch by batch, control
 * markers and aborted records included (Fetch under read_uncommitted filters nothing).
 */
import type { LogBatch, PartitionLog } from '../history/run'
import type { ResponseOf } from '../protocol/api'
import { fetch } from '../protocol/apis/fetch'
import { listOffsets } from '../protocol/apis/list-offsets'
import { decodeRecordBatches } from '../protocol/record-batch'
import { partitionState, type PartitionState } from './admin'
import { check, NotYetError, untilDone } from './admin-retry'
import type { WireClient } from './wire-client'

/** Of one Fetch. A first batch that is larger comes whole all the same (KIP-74). */
const fetchBytes = 1024 * 1024

const earliest = -2
const latest = -1
/** Kafka's `DEBUGGING_REPLICA_ID`: for it `latest` is the log end, not the high watermark. */
const debuggingReplicaId = -2
const consumerReplicaId = -1

type FetchedPartition = ResponseOf<typeof fetch>['topics'][number]['partitions'][number]

/**
 * Reads a partition from its log start to its end; begins anew if the leader moves. A leader that
 * was just elected does not know how far its followers are, and shows nothing above the high
 * watermark: this waits until both meet, which they do once the in-sync replicas are alive.
 */
export function readPartition(
  client: WireClient,
  topic: string,
  partition: number,
): Promise<PartitionLog> {
  return untilDone(`Reading ${topic}-${partition}`, async () => {
    const state = (await partitionState(client, topic))[partition]
    if (state === undefined) throw new Error(`${topic} has no partition ${partition}`)
    if (state.leader === -1) throw new NotYetError('the partition has no leader')
    return readFrom(client, topic, state)
  })
}

/**
 * Resolves when the high watermark of each of the topic's partitions has reached its log end. Below
 * `leastInSync` replicas (`min.insync.replicas`) it does not move (KAFKA-15583): such a partition
 * is not waited for.
 */
export async function allReadable(
  client: WireClient,
  topic: string,
  leastInSync: number,
): Promise<void> {
  await untilDone(`Waiting for the high watermarks of ${topic}`, async () => {
    for (const { leader, partition, isr } of await partitionState(client, topic)) {
      if (isr.length < leastInSync) continue
      if (leader === -1) throw new NotYetError(`${topic}-${partition} has no leader`)
      const place = { leader, topic, partition }
      const end = await readOffset(client, place, latest, debuggingReplicaId)
      const readable = await readOffset(client, place, latest, consumerReplicaId)
      if (readable < end) throw new NotYetError(`it is ${readable}, the log end ${end}`)
    }
  })
}

async function readFrom(
  client: WireClient,
  topic: string,
  state: PartitionState,
): Promise<PartitionLog> {
  const { leader, partition, isr } = state
  const place = { leader, topic, partition }
  const logStartOffset = await readOffset(client, place, earliest, consumerReplicaId)
  const batches: LogBatch[] = []
  let next = logStartOffset
  for (;;) {
    const fetched = await fetchFrom(client, place, next)
    const more = fetched.records === null ? [] : decodeRecordBatches(fetched.records, 'cut')
    batches.push(...more.map((batch) => from(logStartOffset, batch)))
    const last = more.at(-1)
    if (last !== undefined) next = last.lastOffset + 1
    else if (next < fetched.highWatermark) {
      throw new NotYetError(`nothing came at offset ${next}, before ${fetched.highWatermark}`)
    }
    if (next < fetched.highWatermark) continue
    const logEndOffset = await readOffset(client, place, latest, debuggingReplicaId)
    const { highWatermark, lastStableOffset } = fetched
    if (highWatermark < logEndOffset) {
      throw new NotYetError(`the high watermark ${highWatermark} is below the end ${logEndOffset}`)
    }
    const log = { topic, partition, leader, isr, logStartOffset, highWatermark }
    return { ...log, lastStableOffset, logEndOffset, batches }
  }
}

interface Place {
  leader: number
  topic: string
  partition: number
}

async function fetchFrom(
  client: WireClient,
  { leader, topic, partition }: Place,
  fetchOffset: number,
): Promise<FetchedPartition> {
  const response = await client.request(leader, fetch, {
    replicaId: consumerReplicaId,
    maxWaitMs: 0,
    minBytes: 0,
    maxBytes: fetchBytes,
    isolationLevel: 0,
    sessionId: 0,
    sessionEpoch: -1,
    topics: [
      {
        topic,
        partitions: [
          {
            partition,
            currentLeaderEpoch: -1,
            fetchOffset,
            logStartOffset: -1,
            partitionMaxBytes: fetchBytes,
          },
        ],
      },
    ],
    forgottenTopics: [],
    rackId: '',
  })
  check(`Fetch of ${topic}-${partition}`, response.errorCode)
  const fetched = response.topics[0]?.partitions[0]
  if (fetched === undefined) throw new NotYetError('the answer leaves the partition out')
  check(`Fetch of ${topic}-${partition} at offset ${fetchOffset}`, fetched.errorCode)
  return fetched
}

async function readOffset(
  client: WireClient,
  { leader, topic, partition }: Place,
  timestamp: number,
  replicaId: number,
): Promise<number> {
  const response = await client.request(leader, listOffsets, {
    replicaId,
    isolationLevel: 0,
    topics: [{ topic, partitions: [{ partition, timestamp }] }],
  })
  const found = response.topics[0]?.partitions[0]
  if (found === undefined) throw new NotYetError('the answer leaves the partition out')
  check(`Offsets of ${topic}-${partition}`, found.errorCode)
  return found.offset
}

/** Records below the log start (after DeleteRecords) are left out, as consumers do. */
function from(logStartOffset: number, batch: LogBatch): LogBatch {
  if (batch.baseOffset >= logStartOffset) return batch
  return { ...batch, records: batch.records.filter(({ offset }) => offset >= logStartOffset) }
}
