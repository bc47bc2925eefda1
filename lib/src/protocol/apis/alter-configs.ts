/**
 * AlterConfigs: replaces all settings of a topic or broker by those given.
 *
 *     Request v1 => [resources] validate_only
 *       resources => resource_type resource_name [configs]
 *         resource_type => INT8        2: a topic, 4: a broker
 *         resource_name => STRING
 *         configs => name value
 *           name => STRING
 *           value => NULLABLE_STRING
 *       validate_only => BOOLEAN
 *     Response v1 => throttle_time_ms [resources]
 *       throttle_time_ms => INT32
 *       resources => error_code error_message resource_type resource_name
 *         error_code => INT16
 *         error_message => NULLABLE_STRING
 *         resource_type => INT8
 *         resource_name => STRING
 */
import { defineApi } from '../api'
import { array, boolean, int16, int32, int8, nullableString, string, struct } from '../schema'

export const alterConfigs = defineApi({
  name: 'AlterConfigs',
  key: 33,
  version: 1,
  request: struct({
    resources: array(
      struct({
        resourceType: int8,
        resourceName: string,
        configs: array(struct({ name: string, value: nullableString })),
      }),
    ),
    validateOnly: boolean,
  }),
  response: struct({
    throttleTimeMs: int32,
    resources: array(
      struct({
        errorCode: int16,
        errorMessage: nullableString,
        resourceType: int8,
        resourceName: string,
      }),
    ),
  }),
})
