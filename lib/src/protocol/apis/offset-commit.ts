/**
 * OffsetCommit: stores how far a group has come; the offset is the next one to read.
 *
 *     Request v5 => group_id generation_id member_id [topics]
 *       group_id => STRING
 *       generation_id => INT32         -1 with an empty member_id: a commit from outside the group
 *       member_id => STRING
 *       topics => topic [partitions]
 *         topic => STRING
 *         partitions => partition offset metadata
 *           partition => INT32
 *           offset => INT64
 *           metadata => NULLABLE_STRING
 *     Response v5 => throttle_time_ms [topics]
 *       throttle_time_ms => INT32
 *       topics => topic [partitions]
 *         topic => STRING
 *         partitions => partition error_code
 *           partition => INT32
 *           error_code => INT16
 */
import { defineApi } from '../api'
import { array, int16, int32, int64, nullableString, string, struct } from '../schema'

export const offsetCommit = defineApi({
  name: 'OffsetCommit',
  key: 8,
  version: 5,
  request: struct({
    groupId: string,
    generationId: int32,
    memberId: string,
    topics: array(
      struct({
        topic: string,
        partitions: array(struct({ partition: int32, offset: int64, metadata: nullableString })),
      }),
    ),
  }),
  response: struct({
    throttleTimeMs: int32,
    topics: array(
      struct({
        topic: string,
        partitions: array(struct({ partition: int32, errorCode: int16 })),
      }),
    ),
  }),
})
