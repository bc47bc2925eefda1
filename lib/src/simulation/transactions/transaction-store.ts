/**
 * The transactions of one partition of `__transaction_state` and the way of every change of them:
 * into the log first, into memory when it is there to stay (Kafka's `TransactionStateManager`).
 * Transactional ids that have long not been used are forgotten. All tombstones of one scan go in
 * one batch, whatever its size.
 */
import type { KafkaErrorName } from '../../protocol/errors'
import type { CoordinatorLog, CoordinatorRecord } from '../coordinator-log'
import { readTransactionRecord, transactionRecord } from './log-record'
import { isAtRest } from './state'
import { Transaction, type TransactionValue } from './transaction'

type NotServing = 'COORDINATOR_LOAD_IN_PROGRESS' | 'NOT_COORDINATOR'

export class TransactionStore {
  private readonly transactions = new Map<string, Transaction>()
  private phase: 'loading' | 'serving' | 'resigned' = 'loading'

  constructor(private readonly log: CoordinatorLog) {}

  /** Why nobody is answered now. */
  get notServing(): NotServing | undefined {
    if (this.phase === 'serving') return undefined
    return this.phase === 'loading' ? 'COORDINATOR_LOAD_IN_PROGRESS' : 'NOT_COORDINATOR'
  }

  replay(records: readonly CoordinatorRecord[]): void {
    for (const record of records) {
      const { transactionalId, value } = readTransactionRecord(record)
      if (value === null) this.transactions.delete(transactionalId)
      else this.transactions.set(transactionalId, new Transaction(transactionalId, value))
    }
  }

  serve(): void {
    if (this.phase !== 'loading')
      throw new Error(`A coordinator that has ${this.phase} cannot load`)
    this.phase = 'serving'
  }

  resign(): void {
    this.phase = 'resigned'
    this.transactions.clear()
  }

  all(): Iterable<Transaction> {
    return this.transactions.values()
  }

  get(transactionalId: string): Transaction | undefined {
    return this.transactions.get(transactionalId)
  }

  /** A transactional id seen for the first time; nothing of it is in the log yet. */
  add(transactionalId: string, producerId: number, timeoutMs: number, nowMs: number): Transaction {
    const transaction = new Transaction(transactionalId, {
      state: 'Empty',
      producerId,
      producerEpoch: -1,
      timeoutMs,
      partitions: [],
      startedAtMs: -1,
      updatedAtMs: nowMs,
    })
    this.transactions.set(transactionalId, transaction)
    return transaction
  }

  /** Logs a change; after an error the change is given up, though its record may be in the log. */
  append(
    transaction: Transaction,
    next: TransactionValue,
    answer: (error: KafkaErrorName) => void,
  ): void {
    this.tryAppend(transaction, next, (error) => {
      if (error !== 'NONE') transaction.giveUp()
      answer(error)
    })
  }

  /** As `append`, but after an error the change stays pending. */
  tryAppend(
    transaction: Transaction,
    next: TransactionValue,
    answer: (error: KafkaErrorName) => void,
  ): void {
    const record = transactionRecord(transaction.transactionalId, next)
    this.log.append([record], (logError) => {
      let error = coordinatorError(logError)
      if (error === 'NONE' && this.notServing !== undefined) error = this.notServing
      if (error === 'NONE') transaction.complete(next)
      answer(error)
    })
  }

  /** Ids that have rested for `expirationMs` get a tombstone and are then forgotten. */
  expire(nowMs: number, expirationMs: number): void {
    const expired: Transaction[] = []
    for (const transaction of this.transactions.values()) {
      const { state, updatedAtMs } = transaction.value
      if (transaction.pendingState !== undefined || !isAtRest(state)) continue
      if (updatedAtMs > nowMs - expirationMs) continue
      transaction.prepareDead()
      expired.push(transaction)
    }
    if (expired.length === 0) return
    const tombstones = expired.map((one) => transactionRecord(one.transactionalId, null))
    this.log.append(tombstones, (error) => {
      for (const transaction of expired) {
        if (error === 'NONE') this.transactions.delete(transaction.transactionalId)
        else transaction.giveUp()
      }
    })
  }
}

/** What a client hears when the coordinator's own record could not be written. */
function coordinatorError(logError: KafkaErrorName): KafkaErrorName {
  switch (logError) {
    case 'UNKNOWN_TOPIC_OR_PARTITION':
    case 'NOT_ENOUGH_REPLICAS':
    case 'NOT_ENOUGH_REPLICAS_AFTER_APPEND':
    case 'REQUEST_TIMED_OUT':
      return 'COORDINATOR_NOT_AVAILABLE'
    case 'NOT_LEADER_OR_FOLLOWER':
    case 'KAFKA_STORAGE_ERROR':
      return 'NOT_COORDINATOR'
    case 'MESSAGE_TOO_LARGE':
    case 'RECORD_LIST_TOO_LARGE':
      return 'UNKNOWN_SERVER_ERROR'
    default:
      return logError
  }
}
