/**
 * DescribeTransactions (KIP-664): what a coordinator knows of transactions. kafkajs never sends it;
 * the lab asks it whether markers are still being written.
 *
 *     Request v0 => [transactional_ids]
 *       transactional_ids => COMPACT_STRING
 *     Response v0 => throttle_time_ms [transaction_states]
 *       throttle_time_ms => INT32
 *       transaction_states => error_code transactional_id transaction_state
 *           transaction_timeout_ms transaction_start_time_ms producer_id producer_epoch [topics]
 *         error_code, producer_epoch => INT16
 *         transactional_id => COMPACT_STRING
 *         transaction_state => COMPACT_STRING   as in Kafka's class TransactionState
 *         transaction_timeout_ms => INT32
 *         transaction_start_time_ms, producer_id => INT64
 *         topics => topic [partitions]
 *           topic => COMPACT_STRING
 *           partitions => INT32
 */
import { defineFlexibleApi } from '../api'
import { compactArray, compactString, flexibleStruct } from '../flexible'
import { int16, int32, int64 } from '../schema'

export const describeTransactions = defineFlexibleApi({
  name: 'DescribeTransactions',
  key: 65,
  version: 0,
  request: flexibleStruct({ transactionalIds: compactArray(compactString) }),
  response: flexibleStruct({
    throttleTimeMs: int32,
    transactionStates: compactArray(
      flexibleStruct({
        errorCode: int16,
        transactionalId: compactString,
        transactionState: compactString,
        transactionTimeoutMs: int32,
        transactionStartTimeMs: int64,
        producerId: int64,
        producerEpoch: int16,
        topics: compactArray(
          flexibleStruct({ topic: compactString, partitions: compactArray(int32) }),
        ),
      }),
    ),
  }),
})
