/**
 * FindCoordinator: which broker coordinates a group or a transactional id.
 *
 *     Request v2 => key key_type
 *       key => STRING
 *       key_type => INT8               0: a group, 1: a transactional id
 *     Response v2 => throttle_time_ms error_code error_message node_id host port
 *       throttle_time_ms => INT32
 *       error_code => INT16
 *       error_message => NULLABLE_STRING
 *       node_id => INT32
 *       host => STRING
 *       port => INT32
 */
import { defineApi } from '../api'
import { int16, int32, int8, nullableString, string, struct } from '../schema'

export const findCoordinator = defineApi({
  name: 'FindCoordinator',
  key: 10,
  version: 2,
  request: struct({ key: string, keyType: int8 }),
  response: struct({
    throttleTimeMs: int32,
    errorCode: int16,
    errorMessage: nullableString,
    nodeId: int32,
    host: string,
    port: int32,
  }),
})
