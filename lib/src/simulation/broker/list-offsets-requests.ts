/**
 * ListOffsets: where a partition's log begins, how far it can be read, or the first record at or
 * after a time (`Partition.fetchOffsetForTimestamp`). A leader that was just elected may not know
 * yet how far that is, and says so in the words of old clients: LEADER_NOT_AVAILABLE.
 */
import type { RequestOf, ResponseOf } from '../../protocol/api'
import type { listOffsets } from '../../protocol/apis/list-offsets'
import { errorCode, type KafkaErrorName } from '../../protocol/errors'
import type { Broker } from './broker'
import type { Partition } from './partition'
import { findPartition } from './produce-requests'
import type { Reply } from './request'

type PartitionResponse = ResponseOf<typeof listOffsets>['topics'][number]['partitions'][number]

const latest = -1
const earliest = -2
/** Kafka's `DEBUGGING_REPLICA_ID`: it sees the log's end, on any replica. */
const debuggingReplicaId = -2
const readCommitted = 1
const none = -1

export function handleListOffsets(
  broker: Broker,
  { topics, replicaId, isolationLevel }: RequestOf<typeof listOffsets>,
  reply: Reply<typeof listOffsets>,
): void {
  const reader: Reader =
    replicaId === debuggingReplicaId
      ? 'debugger'
      : isolationLevel === readCommitted
        ? 'read committed'
        : 'read uncommitted'
  reply({
    throttleTimeMs: 0,
    topics: topics.map(({ topic, partitions }) => ({
      topic,
      partitions: partitions.map(({ partition: index, timestamp }) => {
        const partition = findPartition(broker, topic, index)
        const found =
          typeof partition === 'string' ? partition : offsetAt(partition, timestamp, reader)
        return typeof found === 'string' ? refusal(index, found) : { ...found, partition: index }
      }),
    })),
  })
}

type Reader = 'read uncommitted' | 'read committed' | 'debugger'

function offsetAt(
  { log, leadership }: Partition,
  timestamp: number,
  reader: Reader,
): Omit<PartitionResponse, 'partition'> | KafkaErrorName {
  if (leadership === undefined && reader !== 'debugger') return 'NOT_LEADER_OR_FOLLOWER'
  const found = (offset: number, at = none) => ({ errorCode: 0, timestamp: at, offset })
  if (timestamp === earliest) return found(log.startOffset)
  const isLagging =
    leadership !== undefined &&
    reader !== 'debugger' &&
    leadership.epochStartOffset > log.highWatermark
  const readable = readableEnd(log, reader)
  if (timestamp === latest) return isLagging ? 'LEADER_NOT_AVAILABLE' : found(readable)
  if (timestamp < 0) return 'UNSUPPORTED_VERSION'
  const record = log.offsetForTimestamp(timestamp)
  if (record !== undefined && record.offset < readable) {
    return found(record.offset, record.timestampMs)
  }
  return isLagging ? 'LEADER_NOT_AVAILABLE' : found(none)
}

function readableEnd(log: Partition['log'], reader: Reader): number {
  if (reader === 'debugger') return log.endOffset
  return reader === 'read committed' ? log.lastStableOffset : log.highWatermark
}

function refusal(partition: number, error: KafkaErrorName): PartitionResponse {
  return { partition, errorCode: errorCode(error), timestamp: none, offset: none }
}
