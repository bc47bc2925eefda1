/**
 * CreateTopics: by counts, or with the replicas of every partition named.
 *
 *     Request v3 => [topics] timeout_ms validate_only
 *       topics => topic num_partitions replication_factor [assignments] [configs]
 *         topic => STRING
 *         num_partitions => INT32      -1 with assignments
 *         replication_factor => INT16  -1 with assignments
 *         assignments => partition [broker_ids]
 *           partition => INT32
 *           broker_ids => INT32        the first is the preferred leader
 *         configs => name value
 *           name => STRING
 *           value => NULLABLE_STRING
 *       timeout_ms => INT32
 *       validate_only => BOOLEAN
 *     Response v3 => throttle_time_ms [topics]
 *       throttle_time_ms => INT32
 *       topics => topic error_code error_message
 *         topic => STRING
 *         error_code => INT16
 *         error_message => NULLABLE_STRING
 */
import { defineApi } from '../api'
import { array, boolean, int16, int32, nullableString, string, struct } from '../schema'

export const createTopics = defineApi({
  name: 'CreateTopics',
  key: 19,
  version: 3,
  request: struct({
    topics: array(
      struct({
        topic: string,
        numPartitions: int32,
        replicationFactor: int16,
        assignments: array(struct({ partition: int32, brokerIds: array(int32) })),
        configs: array(struct({ name: string, value: nullableString })),
      }),
    ),
    timeoutMs: int32,
    validateOnly: boolean,
  }),
  response: struct({
    throttleTimeMs: int32,
    topics: array(struct({ topic: string, errorCode: int16, errorMessage: nullableString })),
  }),
})
