/**
 * ListGroups: the groups this broker coordinates.
 *
 *     Request v2 =>
 *     Response v2 => throttle_time_ms error_code [groups]
 *       throttle_time_ms => INT32
 *       error_code => INT16
 *       groups => group_id protocol_type
 *         group_id, protocol_type => STRING
 */
import { defineApi } from '../api'
import { array, int16, int32, string, struct } from '../schema'

export const listGroups = defineApi({
  name: 'ListGroups',
  key: 16,
  version: 2,
  request: struct({}),
  response: struct({
    throttleTimeMs: int32,
    errorCode: int16,
    groups: array(struct({ groupId: string, protocolType: string })),
  }),
})
