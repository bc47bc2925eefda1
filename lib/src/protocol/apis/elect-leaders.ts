/**
 * ElectLeaders (KIP-183): gives the leadership of partitions back to their preferred (first)
 * replicas. A broker forwards it to the controller. kafkajs never sends it; the lab does when it
 * heals a cluster.
 *
 *     Request v0 => [topic_partitions] timeout_ms
 *       topic_partitions => topic [partition]   null: all
 *         topic => STRING
 *         partition => INT32
 *       timeout_ms => INT32
 *     Response v0 => throttle_time_ms [results]
 *       throttle_time_ms => INT32
 *       results => topic [partitions]
 *         topic => STRING
 *         partitions => partition error_code error_message
 *           partition => INT32
 *           error_code => INT16
 *           error_message => NULLABLE_STRING
 */
import { defineApi } from '../api'
import { array, int16, int32, nullableArray, nullableString, string, struct } from '../schema'

export const electLeaders = defineApi({
  name: 'ElectLeaders',
  key: 43,
  version: 0,
  request: struct({
    topicPartitions: nullableArray(struct({ topic: string, partitions: array(int32) })),
    timeoutMs: int32,
  }),
  response: struct({
    throttleTimeMs: int32,
    results: array(
      struct({
        topic: string,
        partitions: array(
          struct({ partition: int32, errorCode: int16, errorMessage: nullableString }),
        ),
      }),
    ),
  }),
})
