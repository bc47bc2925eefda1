/**
 * DescribeGroups: state and members of groups.
 *
 *     Request v2 => [groups]
 *       groups => STRING
 *     Response v2 => throttle_time_ms [groups]
 *       throttle_time_ms => INT32
 *       groups => error_code group_id group_state protocol_type protocol_data [members]
 *         error_code => INT16
 *         group_id => STRING
 *         group_state => STRING        Empty, PreparingRebalance, CompletingRebalance, Stable, Dead
 *         protocol_type, protocol_data => STRING
 *         members => member_id client_id client_host member_metadata member_assignment
 *           member_id, client_id, client_host => STRING
 *           member_metadata, member_assignment => BYTES
 */
import { defineApi } from '../api'
import { array, bytes, int16, int32, string, struct } from '../schema'

export const describeGroups = defineApi({
  name: 'DescribeGroups',
  key: 15,
  version: 2,
  request: struct({ groups: array(string) }),
  response: struct({
    throttleTimeMs: int32,
    groups: array(
      struct({
        errorCode: int16,
        groupId: string,
        groupState: string,
        protocolType: string,
        protocolData: string,
        members: array(
          struct({
            memberId: string,
            clientId: string,
            clientHost: string,
            memberMetadata: bytes,
            memberAssignment: bytes,
          }),
        ),
      }),
    ),
  }),
})
