/**
 * From a verdict to the end of a transaction: the verdict is logged, then the markers are written,
 * then that they stand is logged (Kafka's `TransactionMarkerChannelManager`). Who sends the markers
 * and sends them again is the broker's business.
 */
import type { KafkaErrorName } from '../../protocol/errors'
import type { Timers } from '../timers'
import type { Verdict } from './state'
import type { TopicPartition, Transaction, TransactionValue } from './transaction'
import type { TransactionStore } from './transaction-store'

export interface TransactionMarker {
  producerId: number
  producerEpoch: number
  coordinatorEpoch: number
  verdict: Verdict
}

export interface MarkerSending {
  timers: Timers
  /** The leader epoch of the partition; markers of an older one are refused. */
  coordinatorEpoch: number
  /**
   * Calls `done` once when the marker stands in all the partitions, however often it must be sent
   * for that; never if a partition's log refuses it for good.
   */
  sendMarkers(
    marker: TransactionMarker,
    partitions: readonly TopicPartition[],
    done: () => void,
  ): void
}

/** Kafka tries again whenever its marker sender wakes up; here after this time. */
const completionRetryMs = 100

export class TransactionEnding {
  constructor(
    private readonly store: TransactionStore,
    private readonly sending: MarkerSending,
    private readonly now: () => number,
  ) {}

  /** `answer` hears NONE when the verdict is logged, before the markers are on their way. */
  end(
    transaction: Transaction,
    prepared: TransactionValue,
    answer: (error: KafkaErrorName) => void,
  ): void {
    this.store.append(transaction, prepared, (error) => {
      answer(error)
      if (error === 'NONE') this.writeMarkers(transaction)
    })
  }

  /** Until the markers stand and that is logged, the transaction takes no other change. */
  writeMarkers(transaction: Transaction): void {
    const { producerId, producerEpoch, partitions } = transaction.value
    const { coordinatorEpoch } = this.sending
    const marker = { producerId, producerEpoch, coordinatorEpoch, verdict: transaction.verdict }
    const completed = transaction.prepareComplete(this.now())
    const done = () => this.writeCompletion(transaction, completed)
    if (partitions.length === 0) done()
    else this.sending.sendMarkers(marker, partitions, done)
  }

  private writeCompletion(transaction: Transaction, completed: TransactionValue): void {
    if (this.store.notServing !== undefined) return
    this.store.tryAppend(transaction, completed, (error) => {
      if (error === 'COORDINATOR_NOT_AVAILABLE') {
        const again = () => this.writeCompletion(transaction, completed)
        this.sending.timers.after(completionRetryMs, again)
      } else if (error === 'NOT_COORDINATOR') {
        transaction.giveUp()
      } else if (error !== 'NONE') {
        throw new Error(`${transaction.transactionalId}: ${completed.state} failed with ${error}`)
      }
    })
  }
}
