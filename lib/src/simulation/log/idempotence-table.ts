/**
 * What a leader does with a batch that has a producer id, as a table: the first row that applies
 * decides. The order is Kafka's (`UnifiedLog.analyzeAndValidateProducerState`, then
 * `ProducerAppendInfo`), and so are the holes: a batch's payload is never compared, and a producer
 * that was forgotten may go on with any sequence. Coordinators write without sequences, so rows
 * about them are for clients only.
 */
import type { KafkaErrorName } from '../../protocol/errors'
import type { EndTransactionMarker } from '../../protocol/record-batch'
import { lastSequenceOf, type ProducerEntry, type RememberedBatch } from './producer-state'
import { follows, lastSequence } from './sequence'

/** Who writes: a producer by Produce, or a coordinator on the leader itself. */
export type AppendOrigin = 'client' | 'coordinator'

export interface Attempt {
  origin: AppendOrigin
  batch: {
    producerEpoch: number
    baseSequence: number
    recordCount: number
    transactional: boolean
  }
  /** What is known of the producer; `undefined`: nothing, or it has expired. */
  entry: ProducerEntry | undefined
  /** Whether the producer's transaction has records here and no marker yet. */
  transaction: 'open' | 'none'
  /** Whether the coordinator has confirmed the transaction (KIP-890), or need not be asked. */
  verification: 'given' | 'missing'
  /** The smallest sequence of this producer that waits for the coordinator's word. */
  lowestUnverifiedSequence: number | undefined
}

export interface Row<Case, Verdict> {
  when: string
  applies: (each: Case) => boolean
  verdict: Verdict
}

export const batchRows: readonly Row<Attempt, 'append' | 'duplicate' | KafkaErrorName>[] = [
  {
    when: 'epoch, first and last sequence are those of one of the last five batches',
    applies: ({ origin, entry, batch }) =>
      origin === 'client' && rememberedAs(entry, batch) !== undefined,
    verdict: 'duplicate',
  },
  {
    when: 'it would begin a transaction that the coordinator has not confirmed',
    applies: ({ entry, batch, transaction, verification }) =>
      batch.transactional &&
      verification === 'missing' &&
      (transaction === 'none' || entry?.producerEpoch !== batch.producerEpoch),
    verdict: 'INVALID_TXN_STATE',
  },
  {
    when: 'the epoch is older',
    applies: ({ entry, batch }) => entry !== undefined && batch.producerEpoch < entry.producerEpoch,
    verdict: 'INVALID_PRODUCER_EPOCH',
  },
  {
    when: 'a smaller sequence waits for verification',
    applies: ({ origin, batch, lowestUnverifiedSequence }) =>
      origin === 'client' &&
      lowestUnverifiedSequence !== undefined &&
      batch.baseSequence > lowestUnverifiedSequence,
    verdict: 'OUT_OF_ORDER_SEQUENCE_NUMBER',
  },
  {
    when: 'the epoch is newer and the sequence does not begin at 0',
    applies: ({ origin, entry, batch }) =>
      origin === 'client' &&
      entry !== undefined &&
      batch.producerEpoch > entry.producerEpoch &&
      batch.baseSequence !== 0,
    verdict: 'OUT_OF_ORDER_SEQUENCE_NUMBER',
  },
  {
    when: 'the epoch is the same and the sequence is not the next',
    applies: ({ origin, entry, batch }) =>
      origin === 'client' &&
      entry?.producerEpoch === batch.producerEpoch &&
      !follows(lastSequenceOf(entry), batch.baseSequence),
    verdict: 'OUT_OF_ORDER_SEQUENCE_NUMBER',
  },
  {
    when: 'it belongs to no transaction while the producer has one open',
    applies: ({ batch, transaction }) => transaction === 'open' && !batch.transactional,
    verdict: 'INVALID_TXN_STATE',
  },
  {
    when: 'nothing is known of the producer: any sequence',
    applies: ({ entry }) => entry === undefined,
    verdict: 'append',
  },
  {
    when: 'the epoch is newer and the sequence begins at 0',
    applies: ({ entry, batch }) => entry !== undefined && batch.producerEpoch > entry.producerEpoch,
    verdict: 'append',
  },
  {
    when: 'the sequence is the next of the same epoch',
    applies: () => true,
    verdict: 'append',
  },
]

export interface MarkerAttempt {
  marker: EndTransactionMarker & { producerEpoch: number }
  entry: ProducerEntry | undefined
}

/** Transactions V1: a marker of the producer's own epoch is taken, also a second time. */
export const markerRows: readonly Row<MarkerAttempt, 'append' | KafkaErrorName>[] = [
  {
    when: 'the epoch is older',
    applies: ({ entry, marker }) =>
      entry !== undefined && marker.producerEpoch < entry.producerEpoch,
    verdict: 'INVALID_PRODUCER_EPOCH',
  },
  {
    when: 'a newer coordinator has written before',
    applies: ({ entry, marker }) =>
      entry !== undefined && marker.coordinatorEpoch < entry.coordinatorEpoch,
    verdict: 'TRANSACTION_COORDINATOR_FENCED',
  },
  { when: 'else', applies: () => true, verdict: 'append' },
]

/** What the first row that applies says; the last of each table always does. */
export function decide<Case, Verdict>(rows: readonly Row<Case, Verdict>[], each: Case): Verdict {
  const row = rows.find(({ applies }) => applies(each))
  if (row === undefined) throw new Error(`No row applies to ${JSON.stringify(each)}`)
  return row.verdict
}

/** The batch in the log that this one repeats, if it is one of those that are remembered. */
export function rememberedAs(
  entry: ProducerEntry | undefined,
  batch: Attempt['batch'],
): RememberedBatch | undefined {
  if (entry?.producerEpoch !== batch.producerEpoch) return undefined
  const last = lastSequence(batch.baseSequence, batch.recordCount)
  return entry.batches.find(
    (each) => each.baseSequence === batch.baseSequence && each.lastSequence === last,
  )
}
