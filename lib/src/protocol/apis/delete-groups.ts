/**
 * DeleteGroups: removes groups without members, and their offsets.
 *
 *     Request v1 => [groups]
 *       groups => STRING
 *     Response v1 => throttle_time_ms [groups]
 *       throttle_time_ms => INT32
 *       groups => group_id error_code
 *         group_id => STRING
 *         error_code => INT16
 */
import { defineApi } from '../api'
import { array, int16, int32, string, struct } from '../schema'

export const deleteGroups = defineApi({
  name: 'DeleteGroups',
  key: 42,
  version: 1,
  request: struct({ groups: array(string) }),
  response: struct({
    throttleTimeMs: int32,
    groups: array(struct({ groupId: string, errorCode: int16 })),
  }),
})
