/**
 * AddOffsetsToTxn: adds a group's partition of `__consumer_offsets` to a transaction.
 *
 *     Request v1 => transactional_id producer_id producer_epoch group_id
 *       transactional_id => STRING
 *       producer_id => INT64
 *       producer_epoch => INT16
 *       group_id => STRING
 *     Response v1 => throttle_time_ms error_code
 *       throttle_time_ms => INT32
 *       error_code => INT16
 */
import { defineApi } from '../api'
import { int16, int32, int64, string, struct } from '../schema'

export const addOffsetsToTxn = defineApi({
  name: 'AddOffsetsToTxn',
  key: 25,
  version: 1,
  request: struct({
    transactionalId: string,
    producerId: int64,
    producerEpoch: int16,
    groupId: string,
  }),
  response: struct({ throttleTimeMs: int32, errorCode: int16 }),
})
