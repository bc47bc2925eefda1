/**
 * ApiVersions: which APIs, in which versions, a broker speaks. kafkajs sends version 2 first; lower
 * ones only to brokers that refuse it, of which Kafka 4.x has none.
 *
 *     Request v2 =>
 *     Response v2 => error_code [api_keys] throttle_time_ms
 *       error_code => INT16
 *       api_keys => api_key min_version max_version
 *         api_key, min_version, max_version => INT16
 *       throttle_time_ms => INT32
 */
import { defineApi } from '../api'
import { array, int16, int32, struct } from '../schema'

export const apiVersions = defineApi({
  name: 'ApiVersions',
  key: 18,
  version: 2,
  request: struct({}),
  response: struct({
    errorCode: int16,
    apiKeys: array(struct({ apiKey: int16, minVersion: int16, maxVersion: int16 })),
    throttleTimeMs: int32,
  }),
})
