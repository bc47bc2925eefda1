/**
 * AddPartitionsToTxn: tells the coordinator which partitions a transaction will write to.
 *
 *     Request v1 => transactional_id producer_id producer_epoch [topics]
 *       transactional_id => STRING
 *       producer_id => INT64
 *       producer_epoch => INT16
 *       topics => topic [partitions]
 *         topic => STRING
 *         partitions => INT32
 *     Response v1 => throttle_time_ms [topics]
 *       throttle_time_ms => INT32
 *       topics => topic [partitions]
 *         topic => STRING
 *         partitions => partition error_code
 *           partition => INT32
 *           error_code => INT16
 */
import { defineApi } from '../api'
import { array, int16, int32, int64, string, struct } from '../schema'

export const addPartitionsToTxn = defineApi({
  name: 'AddPartitionsToTxn',
  key: 24,
  version: 1,
  request: struct({
    transactionalId: string,
    producerId: int64,
    producerEpoch: int16,
    topics: array(struct({ topic: string, partitions: array(int32) })),
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
