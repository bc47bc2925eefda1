/**
 * LeaveGroup: members go, and their partitions are free at once.
 *
 *     Request v3 => group_id [members]
 *       group_id => STRING
 *       members => member_id group_instance_id
 *         member_id => STRING
 *         group_instance_id => NULLABLE_STRING
 *     Response v3 => throttle_time_ms error_code [members]
 *       throttle_time_ms => INT32
 *       error_code => INT16
 *       members => member_id group_instance_id error_code
 *         member_id => STRING
 *         group_instance_id => NULLABLE_STRING
 *         error_code => INT16
 */
import { defineApi } from '../api'
import { array, int16, int32, nullableString, string, struct } from '../schema'

export const leaveGroup = defineApi({
  name: 'LeaveGroup',
  key: 13,
  version: 3,
  request: struct({
    groupId: string,
    members: array(struct({ memberId: string, groupInstanceId: nullableString })),
  }),
  response: struct({
    throttleTimeMs: int32,
    errorCode: int16,
    members: array(struct({ memberId: string, groupInstanceId: nullableString, errorCode: int16 })),
  }),
})
