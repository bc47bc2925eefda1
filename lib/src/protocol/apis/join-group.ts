/**
 * JoinGroup: enters a group and waits for its other members. The leader alone is told all members,
 * and assigns the partitions. What is in `metadata` is between the clients (their
 * ConsumerProtocol).
 *
 *     Request v5 => group_id session_timeout_ms rebalance_timeout_ms member_id group_instance_id
 *                   protocol_type [protocols]
 *       group_id => STRING
 *       session_timeout_ms, rebalance_timeout_ms => INT32
 *       member_id => STRING            empty at first; then the one the coordinator gave
 *       group_instance_id => NULLABLE_STRING
 *       protocol_type => STRING
 *       protocols => name metadata
 *         name => STRING
 *         metadata => BYTES
 *     Response v5 => throttle_time_ms error_code generation_id protocol_name leader member_id
 *                    [members]
 *       throttle_time_ms => INT32
 *       error_code => INT16
 *       generation_id => INT32
 *       protocol_name, leader, member_id => STRING
 *       members => member_id group_instance_id metadata
 *         member_id => STRING
 *         group_instance_id => NULLABLE_STRING
 *         metadata => BYTES
 */
import { defineApi } from '../api'
import { array, bytes, int16, int32, nullableString, string, struct } from '../schema'

export const joinGroup = defineApi({
  name: 'JoinGroup',
  key: 11,
  version: 5,
  request: struct({
    groupId: string,
    sessionTimeoutMs: int32,
    rebalanceTimeoutMs: int32,
    memberId: string,
    groupInstanceId: nullableString,
    protocolType: string,
    protocols: array(struct({ name: string, metadata: bytes })),
  }),
  response: struct({
    throttleTimeMs: int32,
    errorCode: int16,
    generationId: int32,
    protocolName: string,
    leader: string,
    memberId: string,
    members: array(struct({ memberId: string, groupInstanceId: nullableString, metadata: bytes })),
  }),
})
