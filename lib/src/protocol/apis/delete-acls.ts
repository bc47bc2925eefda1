/**
 * DeleteAcls: removes the access rules that match filters. The lab only passes these frames on.
 *
 *     Request v1 => [filters]
 *       filters => resource_type resource_name pattern_type principal host operation
 *                  permission_type
 *         resource_type => INT8
 *         resource_name => NULLABLE_STRING
 *         pattern_type => INT8
 *         principal, host => NULLABLE_STRING
 *         operation, permission_type => INT8
 *     Response v1 => throttle_time_ms [filter_results]
 *       throttle_time_ms => INT32
 *       filter_results => error_code error_message [matching_acls]
 *         error_code => INT16
 *         error_message => NULLABLE_STRING
 *         matching_acls => error_code error_message resource_type resource_name pattern_type
 *                          principal host operation permission_type
 *           error_code => INT16
 *           error_message => NULLABLE_STRING
 *           resource_type => INT8
 *           resource_name => STRING
 *           pattern_type => INT8
 *           principal, host => STRING
 *           operation, permission_type => INT8
 */
import { defineApi } from '../api'
import { array, int16, int32, int8, nullableString, string, struct } from '../schema'

export const deleteAcls = defineApi({
  name: 'DeleteAcls',
  key: 31,
  version: 1,
  request: struct({
    filters: array(
      struct({
        resourceType: int8,
        resourceName: nullableString,
        patternType: int8,
        principal: nullableString,
        host: nullableString,
        operation: int8,
        permissionType: int8,
      }),
    ),
  }),
  response: struct({
    throttleTimeMs: int32,
    filterResults: array(
      struct({
        errorCode: int16,
        errorMessage: nullableString,
        matchingAcls: array(
          struct({
            errorCode: int16,
            errorMessage: nullableString,
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
    ),
  }),
})
