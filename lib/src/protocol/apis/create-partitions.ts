/**
 * CreatePartitions: gives a topic more partitions.
 *
 *     Request v1 => [topics] timeout_ms validate_only
 *       topics => topic count [assignments]
 *         topic => STRING
 *         count => INT32               the new number of partitions
 *         assignments => [broker_ids]  null: the cluster chooses
 *           broker_ids => INT32
 *       timeout_ms => INT32
 *       validate_only => BOOLEAN
 *     Response v1 => throttle_time_ms [topics]
 *       throttle_time_ms => INT32
 *       topics => topic error_code error_message
 *         topic => STRING
 *         error_code => INT16
 *         error_message => NULLABLE_STRING
 */
import { defineApi } from '../api'
import {
  array,
  boolean,
  int16,
  int32,
  nullableArray,
  nullableString,
  string,
  struct,
} from '../schema'

export const createPartitions = defineApi({
  name: 'CreatePartitions',
  key: 37,
  version: 1,
  request: struct({
    topics: array(
      struct({
        topic: string,
        count: int32,
        assignments: nullableArray(struct({ brokerIds: array(int32) })),
      }),
    ),
    timeoutMs: int32,
    validateOnly: boolean,
  }),
  response: struct({
    throttleTimeMs: int32,
    topics: array(struct({ topic: string, errorCode: int16, errorMessage: nullableString })),
  }),
})
