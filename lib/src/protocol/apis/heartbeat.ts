/**
 * Heartbeat: a member is alive; the answer tells it of a rebalance.
 *
 *     Request v3 => group_id generation_id member_id group_instance_id
 *       group_id => STRING
 *       generation_id => INT32
 *       member_id => STRING
 *       group_instance_id => NULLABLE_STRING
 *     Response v3 => throttle_time_ms error_code
 *       throttle_time_ms => INT32
 *       error_code => INT16
 */
import { defineApi } from '../api'
import { int16, int32, nullableString, string, struct } from '../schema'

export const heartbeat = defineApi({
  name: 'Heartbeat',
  key: 12,
  version: 3,
  request: struct({
    groupId: string,
    generationId: int32,
    memberId: string,
    groupInstanceId: nullableString,
  }),
  response: struct({ throttleTimeMs: int32, errorCode: int16 }),
})
