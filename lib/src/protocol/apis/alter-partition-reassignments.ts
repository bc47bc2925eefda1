/**
 * AlterPartitionReassignments: moves partitions to other replicas. All its versions have the
 * flexible encoding: every struct ends with a TAG_BUFFER, left out below.
 *
 *     Request v0 => timeout_ms [topics]
 *       timeout_ms => INT32
 *       topics => topic [partitions]
 *         topic => COMPACT_STRING
 *         partitions => partition [replicas]
 *           partition => INT32
 *           replicas => INT32          null: cancel the move
 *     Response v0 => throttle_time_ms error_code error_message [topics]
 *       throttle_time_ms => INT32
 *       error_code => INT16
 *       error_message => COMPACT_NULLABLE_STRING
 *       topics => topic [partitions]
 *         topic => COMPACT_STRING
 *         partitions => partition error_code error_message
 *           partition => INT32
 *           error_code => INT16
 *           error_message => COMPACT_NULLABLE_STRING
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

export const alterPartitionReassignments = defineFlexibleApi({
  name: 'AlterPartitionReassignments',
  key: 45,
  version: 0,
  request: flexibleStruct({
    timeoutMs: int32,
    topics: compactArray(
      flexibleStruct({
        topic: compactString,
        partitions: compactArray(
          flexibleStruct({ partition: int32, replicas: compactNullableArray(int32) }),
        ),
      }),
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
            errorCode: int16,
            errorMessage: compactNullableString,
          }),
        ),
      }),
    ),
  }),
})
