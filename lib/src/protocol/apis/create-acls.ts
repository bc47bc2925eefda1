/**
 * CreateAcls: adds access rules. The lab only passes these frames on.
 *
 *     Request v1 => [creations]
 *       creations => resource_type resource_name pattern_type principal host operation
 *                    permission_type
 *         resource_type => INT8
 *         resource_name => STRING
 *         pattern_type => INT8
 *         principal, host => STRING
 *         operation, permission_type => INT8
 *     Response v1 => throttle_time_ms [results]
 *       throttle_time_ms => INT32
 *       results => error_code error_message
 *         error_code => INT16
 *         error_message => NULLABLE_STRING
 */
import { defineApi } from '../api'
import { array, int16, int32, int8, nullableString, string, struct } from '../schema'

export const createAcls = defineApi({
  name: 'CreateAcls',
  key: 30,
  version: 1,
  request: struct({
    creations: array(
      struct({
        resourceType: int8,
        resourceName: string,
        patternType: int8,
        principal: string,
        host: string,
        operation: int8,
        permissionType: int8,
      }),
    ),
  }),
  response: struct({
    throttleTimeMs: int32,
    results: array(struct({ errorCode: int16, errorMessage: nullableString })),
  }),
})
