/**
 * OffsetFetch: the offsets a group has committed. This version knows no require_stable (KIP-447):
 * while a transaction is open it answers with the offset before it.
 *
 *     Request v4 => group_id [topics]
 *       group_id => STRING
 *       topics => topic [partitions]   null: every partition the group has an offset for
 *         topic => STRING
 *         partitions => INT32
 *     Response v4 => throttle_time_ms [topics] error_code
 *       throttle_time_ms => INT32
 *       topics => topic [partitions]
 *         topic => STRING
 *         partitions => partition offset metadata error_code
 *           partition => INT32
 *           offset => INT64            -1: none
 *           metadata => NULLABLE_STRING
 *           error_code => INT16
 *       error_code => INT16
 */
import { defineApi } from '../api'
import {
  array,
  int16,
  int32,
  int64,
  nullableArray,
  nullableString,
  string,
  struct,
} from '../schema'

export const offsetFetch = defineApi({
  name: 'OffsetFetch',
  key: 9,
  version: 4,
  request: struct({
    groupId: string,
    topics: nullableArray(struct({ topic: string, partitions: array(int32) })),
  }),
  response: struct({
    throttleTimeMs: int32,
    topics: array(
      struct({
        topic: string,
        partitions: array(
          struct({ partition: int32, offset: int64, metadata: nullableString, errorCode: int16 }),
        ),
      }),
    ),
    errorCode: int16,
  }),
})
