/**
 * The transaction coordinator for one partition of `__transaction_state`, answering clients of
 * transactions V1 as Kafka 4.4 with `transaction.version` 2 does (`TransactionCoordinator`). It
 * does not see whether an EndTxn belongs to the transaction that is open now: one that comes late
 * ends the next transaction of its epoch (KAFKA-17754). Two-phase commit (KIP-939) is left out.
 */
import type { RequestOf, ResponseOf } from '../../protocol/api'
import type { addOffsetsToTxn } from '../../protocol/apis/add-offsets-to-txn'
import type { addPartitionsToTxn } from '../../protocol/apis/add-partitions-to-txn'
import type { describeTransactions } from '../../protocol/apis/describe-transactions'
import type { endTxn } from '../../protocol/apis/end-txn'
import type { initProducerId } from '../../protocol/apis/init-producer-id'
import { errorCode, type KafkaErrorName } from '../../protocol/errors'
import type { CoordinatorLog, CoordinatorRecord } from '../coordinator-log'
import type { Timer } from '../timers'
import { describeTransaction } from './describe'
import { endTxnOutcomes, isAtRest, isPrepared, type TransactionState } from './state'
import type { TopicPartition, Transaction } from './transaction'
import { TransactionEnding, type MarkerSending } from './transaction-ending'
import { TransactionStore } from './transaction-store'

export interface TransactionOptions {
  /** `transaction.max.timeout.ms` */
  maxTimeoutMs: number
  /** `transaction.abort.timed.out.transaction.cleanup.interval.ms` */
  abortScanMs: number
  /** `transactional.id.expiration.ms` */
  transactionalIdExpirationMs: number
  /** `transaction.remove.expired.transaction.cleanup.interval.ms` */
  expirationScanMs: number
}

export interface TransactionCoordinatorParts extends MarkerSending {
  log: CoordinatorLog
  /** Undefined when the broker has none and must ask the controller first: the client retries. */
  nextProducerId(reply: (id: number | undefined) => void): void
  options: TransactionOptions
}

type Reply<Api> = (response: ResponseOf<Api>) => void
type Answer = (error: KafkaErrorName) => void

export class TransactionCoordinator {
  private readonly store: TransactionStore
  private readonly ending: TransactionEnding
  private readonly scans: Timer[] = []

  constructor(private readonly parts: TransactionCoordinatorParts) {
    this.store = new TransactionStore(parts.log)
    this.ending = new TransactionEnding(this.store, parts, () => this.now())
  }

  /** What the log held, in its order, before `loaded`. */
  replay(records: readonly CoordinatorRecord[]): void {
    this.store.replay(records)
  }

  /** Requests are served from now on; transactions that were being ended go on. */
  loaded(): void {
    this.store.serve()
    const { abortScanMs, expirationScanMs, transactionalIdExpirationMs } = this.parts.options
    this.every(abortScanMs, () => this.abortTimedOut())
    this.every(expirationScanMs, () => this.store.expire(this.now(), transactionalIdExpirationMs))
    for (const transaction of this.store.all()) {
      if (isPrepared(transaction.value.state)) this.ending.writeMarkers(transaction)
    }
  }

  /** Requests hear NOT_COORDINATOR, also those that wait for the log once that answers. */
  resign(): void {
    this.store.resign()
    for (const scan of this.scans) scan.cancel()
  }

  /** For a transactional producer; without a transactional id any broker answers by itself. */
  initProducerId(request: RequestOf<typeof initProducerId>, reply: Reply<typeof initProducerId>) {
    const { transactionalId, transactionTimeoutMs: timeoutMs } = request
    if (transactionalId === null) throw new Error('InitProducerId without a transactional id')
    const refuse: Answer = (error) => reply(producerReply(error, { id: -1, epoch: -1 }))
    if (transactionalId === '') return refuse('INVALID_REQUEST')
    if (timeoutMs <= 0 || timeoutMs > this.parts.options.maxTimeoutMs) {
      return refuse('INVALID_TRANSACTION_TIMEOUT')
    }
    this.withTransaction(transactionalId, timeoutMs, refuse, (transaction, newProducerId) => {
      if (transaction.pendingState !== undefined || isPrepared(transaction.value.state)) {
        return refuse('CONCURRENT_TRANSACTIONS')
      }
      if (transaction.value.state === 'Ongoing') {
        return this.ending.end(transaction, transaction.prepareFence(this.now()), (error) =>
          refuse(error === 'NONE' ? 'CONCURRENT_TRANSACTIONS' : error),
        )
      }
      const next =
        newProducerId === undefined
          ? transaction.prepareNextEpoch(timeoutMs, this.now())
          : transaction.prepareNewProducerId(newProducerId, timeoutMs, this.now())
      this.store.append(transaction, next, (error) => {
        if (error !== 'NONE') return refuse(error)
        reply(producerReply('NONE', { id: next.producerId, epoch: next.producerEpoch }))
      })
    })
  }

  addPartitionsToTxn(
    request: RequestOf<typeof addPartitionsToTxn>,
    reply: Reply<typeof addPartitionsToTxn>,
  ): void {
    const added = request.topics.flatMap(({ topic, partitions }) =>
      partitions.map((partition) => ({ topic, partition })),
    )
    this.addPartitions(request, added, (error) => {
      const code = errorCode(forOldVersions(error))
      const topics = request.topics.map(({ topic, partitions }) => ({
        topic,
        partitions: partitions.map((partition) => ({ partition, errorCode: code })),
      }))
      reply({ throttleTimeMs: 0, topics })
    })
  }

  /** `offsetsPartition`: where the group's offsets are, in `__consumer_offsets`. */
  addOffsetsToTxn(
    request: RequestOf<typeof addOffsetsToTxn>,
    offsetsPartition: TopicPartition,
    reply: Reply<typeof addOffsetsToTxn>,
  ): void {
    this.addPartitions(request, [offsetsPartition], (error) =>
      reply({ throttleTimeMs: 0, errorCode: errorCode(forOldVersions(error)) }),
    )
  }

  /** Answered when the verdict is logged; the markers follow. */
  endTxn(request: RequestOf<typeof endTxn>, reply: Reply<typeof endTxn>): void {
    const answer: Answer = (error) =>
      reply({ throttleTimeMs: 0, errorCode: errorCode(forOldVersions(error)) })
    const verdict = request.committed ? 'commit' : 'abort'
    const transaction = this.ownedBy(request)
    if (typeof transaction === 'string') return answer(transaction)
    if (transaction.pendingState !== undefined) return answer('CONCURRENT_TRANSACTIONS')
    const outcome = endTxnOutcomes[transaction.value.state][verdict]
    if (outcome !== 'prepare') return answer(outcome)
    this.ending.end(transaction, transaction.prepareEnd(verdict, this.now()), answer)
  }

  /**
   * Whether a transactional append of an old Produce may go ahead (KIP-890), by the errors that
   * Kafka's `AddPartitionsToTxnManager` has for such a version. A pending change does not matter:
   * the partition's log checks the epoch again.
   */
  verify(
    producer: { transactionalId: string; producerId: number; producerEpoch: number },
    partition: TopicPartition,
    reply: (error: KafkaErrorName) => void,
  ): void {
    const transaction = this.ownedBy(producer)
    if (typeof transaction === 'string') reply(forOldVersions(transaction))
    else if (isPrepared(transaction.value.state)) reply('CONCURRENT_TRANSACTIONS')
    else reply(transaction.contains(partition) ? 'NONE' : 'INVALID_TXN_STATE')
  }

  /** One entry of DescribeTransactions; its start time counts as `Timers` does. */
  describe(
    transactionalId: string,
  ): ResponseOf<typeof describeTransactions>['transactionStates'][number] {
    if (transactionalId === '') return describeTransaction(transactionalId, 'INVALID_REQUEST')
    const { notServing } = this.store
    if (notServing !== undefined) return describeTransaction(transactionalId, notServing)
    const value = this.store.get(transactionalId)?.value
    return describeTransaction(transactionalId, value ?? 'TRANSACTIONAL_ID_NOT_FOUND')
  }

  /** All transactional ids known here, oldest first. */
  list(): { transactionalId: string; producerId: number; state: TransactionState }[] {
    return [...this.store.all()].map(({ transactionalId, value }) => ({
      transactionalId,
      producerId: value.producerId,
      state: value.state,
    }))
  }

  /**
   * Goes on with the transaction of that id, which is made if there is none, and with a new
   * producer id if it needs one. While that is being asked for, everything may change.
   */
  private withTransaction(
    transactionalId: string,
    timeoutMs: number,
    refuse: Answer,
    run: (transaction: Transaction, newProducerId: number | undefined) => void,
  ): void {
    const proceed = (newProducerId: number | undefined): void => {
      const { notServing } = this.store
      if (notServing !== undefined) return refuse(notServing)
      const known = this.store.get(transactionalId)
      if (known === undefined) {
        if (newProducerId === undefined) return ask()
        return run(this.store.add(transactionalId, newProducerId, timeoutMs, this.now()), undefined)
      }
      if (!needsProducerId(known)) return run(known, undefined)
      if (newProducerId === undefined) return ask()
      run(known, newProducerId)
    }
    const ask = () =>
      this.parts.nextProducerId((id) => {
        if (id === undefined) refuse('COORDINATOR_LOAD_IN_PROGRESS')
        else proceed(id)
      })
    proceed(undefined)
  }

  private addPartitions(
    producer: { transactionalId: string; producerId: number; producerEpoch: number },
    added: readonly TopicPartition[],
    answer: Answer,
  ): void {
    const transaction = this.ownedBy(producer)
    if (typeof transaction === 'string') return answer(transaction)
    const { state } = transaction.value
    if (transaction.pendingState !== undefined || isPrepared(state)) {
      return answer('CONCURRENT_TRANSACTIONS')
    }
    if (state === 'Ongoing' && added.every((one) => transaction.contains(one))) {
      return answer('NONE')
    }
    this.store.append(transaction, transaction.prepareAddPartitions(added, this.now()), answer)
  }

  /** The transaction of a producer that is the current one, else why it is not. */
  private ownedBy(producer: {
    transactionalId: string
    producerId: number
    producerEpoch: number
  }): Transaction | KafkaErrorName {
    if (producer.transactionalId === '') return 'INVALID_REQUEST'
    const { notServing } = this.store
    if (notServing !== undefined) return notServing
    const transaction = this.store.get(producer.transactionalId)
    if (transaction === undefined) return 'INVALID_PRODUCER_ID_MAPPING'
    const { producerId, producerEpoch } = transaction.value
    if (producerId !== producer.producerId) return 'INVALID_PRODUCER_ID_MAPPING'
    if (producerEpoch !== producer.producerEpoch) return 'PRODUCER_FENCED'
    return transaction
  }

  private abortTimedOut(): void {
    for (const transaction of this.store.all()) {
      const { state, startedAtMs, timeoutMs } = transaction.value
      if (state !== 'Ongoing' || transaction.pendingState !== undefined) continue
      if (startedAtMs + timeoutMs >= this.now()) continue
      // A failed attempt is made again by the next scan.
      this.ending.end(transaction, transaction.prepareFence(this.now()), () => undefined)
    }
  }

  private every(intervalMs: number, run: () => void): void {
    const place = this.scans.length
    const arm = () => {
      this.scans[place] = this.parts.timers.after(intervalMs, () => {
        arm()
        run()
      })
    }
    arm()
  }

  /** Whole milliseconds, as Kafka's clock. */
  private now(): number {
    return Math.floor(this.parts.timers.now())
  }
}

function needsProducerId({ epochExhausted, pendingState, value }: Transaction): boolean {
  return epochExhausted && pendingState === undefined && isAtRest(value.state)
}

/** EndTxn, AddPartitionsToTxn, AddOffsetsToTxn 0-1 and InitProducerId 0-3 know no other name. */
function forOldVersions(error: KafkaErrorName): KafkaErrorName {
  return error === 'PRODUCER_FENCED' ? 'INVALID_PRODUCER_EPOCH' : error
}

function producerReply(error: KafkaErrorName, { id, epoch }: { id: number; epoch: number }) {
  return {
    throttleTimeMs: 0,
    errorCode: errorCode(forOldVersions(error)),
    producerId: id,
    producerEpoch: epoch,
  }
}
