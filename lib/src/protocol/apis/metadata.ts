/**
 * Metadata: the brokers, the controller, and for each topic its partitions with leader, replicas
 * and in-sync replicas, as the broker that answers knows them.
 *
 *     Request v6 => [topics] allow_auto_topic_creation
 *       topics => STRING               null: all topics
 *       allow_auto_topic_creation => BOOLEAN
 *     Response v6 => throttle_time_ms [brokers] cluster_id controller_id [topics]
 *       throttle_time_ms => INT32
 *       brokers => node_id host port rack
 *         node_id => INT32
 *         host => STRING
 *         port => INT32
 *         rack => NULLABLE_STRING
 *       cluster_id => NULLABLE_STRING
 *       controller_id => INT32         -1: unknown; under KRaft a broker that forwards
 *       topics => error_code topic is_internal [partitions]
 *         error_code => INT16
 *         topic => STRING
 *         is_internal => BOOLEAN
 *         partitions => error_code partition leader_id [replicas] [isr] [offline_replicas]
 *           error_code => INT16
 *           partition => INT32
 *           leader_id => INT32         -1: none
 *           replicas, isr, offline_replicas => INT32
 */
import { defineApi } from '../api'
import {
  array,
  boolean,
  int16,
  int32,
  nullableArray,
  nullableString,
  string,
  struct,
} from '../schema'

export const metadata = defineApi({
  name: 'Metadata',
  key: 3,
  version: 6,
  request: struct({ topics: nullableArray(string), allowAutoTopicCreation: boolean }),
  response: struct({
    throttleTimeMs: int32,
    brokers: array(struct({ nodeId: int32, host: string, port: int32, rack: nullableString })),
    clusterId: nullableString,
    controllerId: int32,
    topics: array(
      struct({
        errorCode: int16,
        topic: string,
        isInternal: boolean,
        partitions: array(
          struct({
            errorCode: int16,
            partition: int32,
            leaderId: int32,
            replicas: array(int32),
            isr: array(int32),
            offlineReplicas: array(int32),
          }),
        ),
      }),
    ),
  }),
})
