/**
 * DeleteTopics: by name.
 *
 *     Request v1 => [topic_names] timeout_ms
 *       topic_names => STRING
 *       timeout_ms => INT32
 *     Response v1 => throttle_time_ms [topics]
 *       throttle_time_ms => INT32
 *       topics => topic error_code
 *         topic => STRING
 *         error_code => INT16
 */
import { defineApi } from '../api'
import { array, int16, int32, string, struct } from '../schema'

export const deleteTopics = defineApi({
  name: 'DeleteTopics',
  key: 20,
  version: 1,
  request: struct({ topicNames: array(string), timeoutMs: int32 }),
  response: struct({
    throttleTimeMs: int32,
    topics: array(struct({ topic: string, errorCode: int16 })),
  }),
})
