/**
 * ListPartitionReassignments: moves that are under way. All its versions have the flexible
 * encoding: every struct ends with a TAG_BUFFER, left out below.
 *
 *     Request v0 => timeout_ms [topics]
 *       timeout_ms => INT32
 *       topics => topic [partitions]   null: all
 *         topic => COMPACT_STRING
 *         partitions => INT32
 *     Response v0 => throttle_time_ms error_code error_message [topics]
 *       throttle_time_ms => INT32
 *       error_code => INT16
 *       error_message => COMPACT_NULLABLE_STRING
 *       topics => topic [partitions]
 *         topic => COMPACT_STRING
 *         partitions => partition [replicas] [adding_replicas] [removing_replicas]
 *           partition, replicas, adding_replicas, removing_replicas => INT32
 */
import { defineFlexibleApi } from '../api'
import {
  compactArray,
  compactNullableArray,
  compactNullableString,
  compactString,
  flexibleStruct,
} from '../flexible'
import { int16, int32 } from '../schema'

export const listPartitionReassignments = defineFlexibleApi({
  name: 'ListPartitionReassignments',
  key: 46,
  version: 0,
  request: flexibleStruct({
    timeoutMs: int32,
    topics: compactNullableArray(
      flexibleStruct({ topic: compactString, partitions: compactArray(int32) }),
    ),
  }),
  response: flexibleStruct({
    throttleTimeMs: int32,
    errorCode: int16,
    errorMessage: compactNullableString,
    topics: compactArray(
      flexibleStruct({
        topic: compactString,
        partitions: compactArray(
          flexibleStruct({
            partition: int32,
            replicas: compactArray(int32),
            addingReplicas: compactArray(int32),
            removingReplicas: compactArray(int32),
          }),
        ),
      }),
    ),
  }),
})
