/**
 * Produce: appends record batches to partitions. With acks 0 the broker sends no response at all.
 *
 *     Request v7 => transactional_id acks timeout_ms [topics]
 *       transactional_id => NULLABLE_STRING
 *       acks => INT16                  0: no response, 1: the leader, -1: all in-sync replicas
 *       timeout_ms => INT32
 *       topics => topic [partitions]
 *         topic => STRING
 *         partitions => partition records
 *           partition => INT32
 *           records => RECORDS
 *     Response v7 => [topics] throttle_time_ms
 *       topics => topic [partitions]
 *         topic => STRING
 *         partitions => partition error_code base_offset log_append_time_ms log_start_offset
 *           partition => INT32
 *           error_code => INT16
 *           base_offset => INT64       of the first record, -1 with an error
 *           log_append_time_ms => INT64
 *           log_start_offset => INT64
 *       throttle_time_ms => INT32
 */
import { defineApi } from '../api'
import { array, int16, int32, int64, nullableString, records, string, struct } from '../schema'

export const produce = defineApi({
  name: 'Produce',
  key: 0,
  version: 7,
  request: struct({
    transactionalId: nullableString,
    acks: int16,
    timeoutMs: int32,
    topics: array(
      struct({ topic: string, partitions: array(struct({ partition: int32, records })) }),
    ),
  }),
  response: struct({
    topics: array(
      struct({
        topic: string,
        partitions: array(
          struct({
            partition: int32,
            errorCode: int16,
            baseOffset: int64,
            logAppendTimeMs: int64,
            logStartOffset: int64,
          }),
        ),
      }),
    ),
    throttleTimeMs: int32,
  }),
})
