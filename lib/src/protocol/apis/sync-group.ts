/**
 * SyncGroup: the leader hands in the assignment, each member gets its part.
 *
 *     Request v3 => group_id generation_id member_id group_instance_id [assignments]
 *       group_id => STRING
 *       generation_id => INT32
 *       member_id => STRING
 *       group_instance_id => NULLABLE_STRING
 *       assignments => member_id assignment
 *         member_id => STRING
 *         assignment => BYTES
 *     Response v3 => throttle_time_ms error_code assignment
 *       throttle_time_ms => INT32
 *       error_code => INT16
 *       assignment => BYTES
 */
import { defineApi } from '../api'
import { array, bytes, int16, int32, nullableString, string, struct } from '../schema'

export const syncGroup = defineApi({
  name: 'SyncGroup',
  key: 14,
  version: 3,
  request: struct({
    groupId: string,
    generationId: int32,
    memberId: string,
    groupInstanceId: nullableString,
    assignments: array(struct({ memberId: string, assignment: bytes })),
  }),
  response: struct({ throttleTimeMs: int32, errorCode: int16, assignment: bytes }),
})
