/**
 * How a transaction stands in the coordinator's log: Kafka's TransactionLogKey and
 * TransactionLogValue, as JSON. The last record of a transactional id is its state; a tombstone
 * says that the id has expired.
 */
import type { CoordinatorRecord } from '../coordinator-log'
import type { TransactionValue } from './transaction'

export function transactionRecord(
  transactionalId: string,
  value: TransactionValue | null,
): CoordinatorRecord {
  return {
    key: JSON.stringify({ transactionalId }),
    value: value === null ? null : JSON.stringify(value),
  }
}

/** `value` is null for a tombstone. */
export function readTransactionRecord(record: CoordinatorRecord): {
  transactionalId: string
  value: TransactionValue | null
} {
  const { transactionalId } = JSON.parse(record.key) as { transactionalId: string }
  const value = record.value === null ? null : (JSON.parse(record.value) as TransactionValue)
  return { transactionalId, value }
}
