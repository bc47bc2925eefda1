/**
 * ElectLeaders (43), version 0: gives the leadership of the named partitions, or of all, back to
 * their preferred (first) replicas (KIP-183). A broker forwards it to the controller.
 *
 *     request  => topicPartitions timeoutMs
 *       topicPartitions => NULLABLE_ARRAY of topic [partition]     null means all
 *     response => throttleTimeMs [topic [partition errorCode errorMessage]]
 */
import { defineApi } from '../../protocol/api'
import {
  array, int16, int32, nullableArray, nullableString, string, struct,
} from '../../protocol/schema'

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
    results: array(struct({
      topic: string,
      partitions: array(struct({
        partition: int32,
        errorCode: int16,
        errorMessage: nullableString,
      })),
    })),
  }),
})
