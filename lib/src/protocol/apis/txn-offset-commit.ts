/**
 * TxnOffsetCommit: commits a group's offsets as part of a transaction. This version carries
 * neither member nor generation, so it cannot be fenced by the group (KIP-447).
 *
 *     Request v1 => transactional_id group_id producer_id producer_epoch [topics]
 *       transactional_id => STRING
 *       group_id => STRING
 *       producer_id => INT64
 *       producer_epoch => INT16
 *       topics => topic [partitions]
 *         topic => STRING
 *         partitions => partition offset metadata
 *           partition => INT32
 *           offset => INT64
 *           metadata => NULLABLE_STRING
 *     Response v1 => throttle_time_ms [topics]
 *       throttle_time_ms => INT32
 *       topics => topic [partitions]
 *         topic => STRING
 *         partitions => partition error_code
 *           partition => INT32
 *           error_code => INT16
 */
import { defineApi } from '../api'
import { array, int16, int32, int64, nullableString, string, struct } from '../schema'

export const txnOffsetCommit = defineApi({
  name: 'TxnOffsetCommit',
  key: 28,
  version: 1,
  request: struct({
    transactionalId: string,
    groupId: string,
    producerId: int64,
    producerEpoch: int16,
    topics: array(
      struct({
        topic: string,
        partitions: array(struct({ partition: int32, offset: int64, metadata: nullableString })),
      }),
    ),
  }),
  response: struct({
    throttleTimeMs: int32,
    topics: array(
      struct({
        topic: string,
        partitions: array(struct({ partition: int32, errorCode: int16 })),
      }),
    ),
  }),
})
