/**
 * EndTxn: commits or aborts. The answer comes once the coordinator has logged the decision, before
 * the markers stand in the partitions.
 *
 *     Request v1 => transactional_id producer_id producer_epoch committed
 *       transactional_id => STRING
 *       producer_id => INT64
 *       producer_epoch => INT16
 *       committed => BOOLEAN           false: abort
 *     Response v1 => throttle_time_ms error_code
 *       throttle_time_ms => INT32
 *       error_code => INT16
 */
import { defineApi } from '../api'
import { boolean, int16, int32, int64, string, struct } from '../schema'

export const endTxn = defineApi({
  name: 'EndTxn',
  key: 26,
  version: 1,
  request: struct({
    transactionalId: string,
    producerId: int64,
    producerEpoch: int16,
    committed: boolean,
  }),
  response: struct({ throttleTimeMs: int32, errorCode: int16 }),
})
