/**
 * Fetch: reads record batches from partitions, from an offset on. With isolation level 1
 * (read_committed) the broker stops at the last stable offset and names the aborted transactions.
 *
 *     Request v11 => replica_id max_wait_ms min_bytes max_bytes isolation_level session_id
 *                    session_epoch [topics] [forgotten_topics] rack_id
 *       replica_id => INT32            -1: a consumer
 *       max_wait_ms, min_bytes, max_bytes => INT32
 *       isolation_level => INT8        0: read_uncommitted, 1: read_committed
 *       session_id, session_epoch => INT32
 *       topics => topic [partitions]
 *         topic => STRING
 *         partitions => partition current_leader_epoch fetch_offset log_start_offset
 *                       partition_max_bytes
 *           partition, current_leader_epoch => INT32
 *           fetch_offset, log_start_offset => INT64
 *           partition_max_bytes => INT32
 *       forgotten_topics => topic [partitions]
 *         topic => STRING
 *         partitions => INT32
 *       rack_id => STRING
 *     Response v11 => throttle_time_ms error_code session_id [topics]
 *       throttle_time_ms => INT32
 *       error_code => INT16
 *       session_id => INT32
 *       topics => topic [partitions]
 *         topic => STRING
 *         partitions => partition error_code high_watermark last_stable_offset log_start_offset
 *                       [aborted_transactions] preferred_read_replica records
 *           partition => INT32
 *           error_code => INT16
 *           high_watermark, last_stable_offset, log_start_offset => INT64
 *           aborted_transactions => producer_id first_offset    null under read_uncommitted
 *             producer_id, first_offset => INT64
 *           preferred_read_replica => INT32
 *           records => RECORDS
 */
import { defineApi } from '../api'
import { array, int16, int32, int64, int8, nullableArray, records, string, struct } from '../schema'

export const fetch = defineApi({
  name: 'Fetch',
  key: 1,
  version: 11,
  request: struct({
    replicaId: int32,
    maxWaitMs: int32,
    minBytes: int32,
    maxBytes: int32,
    isolationLevel: int8,
    sessionId: int32,
    sessionEpoch: int32,
    topics: array(
      struct({
        topic: string,
        partitions: array(
          struct({
            partition: int32,
            currentLeaderEpoch: int32,
            fetchOffset: int64,
            logStartOffset: int64,
            partitionMaxBytes: int32,
          }),
        ),
      }),
    ),
    forgottenTopics: array(struct({ topic: string, partitions: array(int32) })),
    rackId: string,
  }),
  response: struct({
    throttleTimeMs: int32,
    errorCode: int16,
    sessionId: int32,
    topics: array(
      struct({
        topic: string,
        partitions: array(
          struct({
            partition: int32,
            errorCode: int16,
            highWatermark: int64,
            lastStableOffset: int64,
            logStartOffset: int64,
            abortedTransactions: nullableArray(struct({ producerId: int64, firstOffset: int64 })),
            preferredReadReplica: int32,
            records,
          }),
        ),
      }),
    ),
  }),
})
