/**
 * InitProducerId: gives a producer its id and epoch. With a transactional id it also fences the
 * producer that had it before.
 *
 *     Request v1 => transactional_id transaction_timeout_ms
 *       transactional_id => NULLABLE_STRING
 *       transaction_timeout_ms => INT32
 *     Response v1 => throttle_time_ms error_code producer_id producer_epoch
 *       throttle_time_ms => INT32
 *       error_code => INT16
 *       producer_id => INT64
 *       producer_epoch => INT16
 */
import { defineApi } from '../api'
import { int16, int32, int64, nullableString, struct } from '../schema'

export const initProducerId = defineApi({
  name: 'InitProducerId',
  key: 22,
  version: 1,
  request: struct({ transactionalId: nullableString, transactionTimeoutMs: int32 }),
  response: struct({
    throttleTimeMs: int32,
    errorCode: int16,
    producerId: int64,
    producerEpoch: int16,
  }),
})
