/**
 * DescribeAcls: the access rules that match a filter. A broker without an authorizer answers
 * SECURITY_DISABLED; the lab only passes these frames on.
 *
 *     Request v1 => resource_type resource_name pattern_type principal host operation
 *                   permission_type
 *       resource_type => INT8
 *       resource_name => NULLABLE_STRING
 *       pattern_type => INT8
 *       principal, host => NULLABLE_STRING
 *       operation, permission_type => INT8
 *     Response v1 => throttle_time_ms error_code error_message [resources]
 *       throttle_time_ms => INT32
 *       error_code => INT16
 *       error_message => NULLABLE_STRING
 *       resources => resource_type resource_name pattern_type [acls]
 *         resource_type => INT8
 *         resource_name => STRING
 *         pattern_type => INT8
 *         acls => principal host operation permission_type
 *           principal, host => STRING
 *           operation, permission_type => INT8
 */
import { defineApi } from '../api'
import { array, int16, int32, int8, nullableString, string, struct } from '../schema'

export const describeAcls = defineApi({
  name: 'DescribeAcls',
  key: 29,
  version: 1,
  request: struct({
    resourceType: int8,
    resourceName: nullableString,
    patternType: int8,
    principal: nullableString,
    host: nullableString,
    operation: int8,
    permissionType: int8,
  }),
  response: struct({
    throttleTimeMs: int32,
    errorCode: int16,
    errorMessage: nullableString,
    resources: array(
      struct({
        resourceType: int8,
        resourceName: string,
        patternType: int8,
        acls: array(
          struct({ principal: string, host: string, operation: int8, permissionType: int8 }),
        ),
      }),
    ),
  }),
})
