/**
 * What the records of `__transaction_state` say of each producer's transaction: with which
 * partitions it was begun, how it was decided, and which of its markers are committed. A
 * coordinator that takes over acts on records of its log before they are committed, so a decision
 * counts from when it is written; the end of a transaction counts when it is committed.
 */
import { decodeRecordBatches } from '../../protocol/record-batch'
import type { StoredBatch } from '../stored-batch'
import { readTransactionRecord } from '../transactions/log-record'
import type { TransactionValue } from '../transactions/transaction'

export type Verdict = 'commit' | 'abort'

interface ObservedTransaction {
  /** Of records written since the last one ended: what the coordinator may act on. */
  states: TransactionValue[]
  /** Of the first marker that was committed. */
  verdict: Verdict | undefined
}

export class ObservedTransactions {
  private readonly transactions = new Map<number, ObservedTransaction>()
  private readonly owners = new Map<number, string>()

  /** A leader has written a batch of `__transaction_state`. */
  written(batch: StoredBatch): void {
    for (const { value } of statesOf(batch)) {
      if (value !== null) this.of(value.producerId).states.push(value)
    }
  }

  /** Whether the coordinator has, or lately had, a transaction open that the partition is in. */
  isOpen(producerId: number, producerEpoch: number, partition: string): boolean {
    return this.of(producerId).states.some(
      (state) => state.producerEpoch === producerEpoch && includes(state, partition),
    )
  }

  /** Whether a marker follows from a decision that was written. */
  isDecided(producerId: number, producerEpoch: number, verdict: Verdict): boolean {
    return this.of(producerId).states.some(
      (state) => state.producerEpoch === producerEpoch && verdictOf(state) === verdict,
    )
  }

  /** @returns the verdict of the markers of this transaction that were committed before */
  marked(producerId: number, verdict: Verdict): Verdict | undefined {
    const transaction = this.of(producerId)
    const before = transaction.verdict
    transaction.verdict ??= verdict
    return before
  }

  /** Whom a producer id belongs to; the first to be seen with it. */
  ownerOf(producerId: number, transactionalId: string): string {
    const owner = this.owners.get(producerId) ?? transactionalId
    this.owners.set(producerId, owner)
    return owner
  }

  verdictOfMarkers(producerId: number): Verdict | undefined {
    return this.transactions.get(producerId)?.verdict
  }

  /** Where the transaction that ends has, or should have, markers. */
  partitionsOf(producerId: number): string[] {
    const prepared = this.of(producerId).states.filter((state) => verdictOf(state) !== undefined)
    return (prepared.at(-1)?.partitions ?? []).map(keyOf)
  }

  /** That a producer's transaction is over is committed; what was written since then counts. */
  ended(ending: TransactionValue): void {
    const transaction = this.of(ending.producerId)
    const written = transaction.states.map((state) => JSON.stringify(state))
    const last = written.lastIndexOf(JSON.stringify(ending))
    transaction.states = transaction.states.slice(last + 1)
    transaction.verdict = undefined
  }

  private of(producerId: number): ObservedTransaction {
    let known = this.transactions.get(producerId)
    if (known === undefined) {
      known = { states: [], verdict: undefined }
      this.transactions.set(producerId, known)
    }
    return known
  }
}

export function statesOf({ bytes }: StoredBatch) {
  return decodeRecordBatches(bytes, 'refuse').flatMap(({ records }) =>
    records.flatMap(({ key, value }) =>
      key === null ? [] : [readTransactionRecord({ key, value })],
    ),
  )
}

/** Of a transaction that is decided and not yet over. */
export function verdictOf({ state }: TransactionValue): Verdict | undefined {
  if (state === 'PrepareCommit') return 'commit'
  return state === 'PrepareAbort' ? 'abort' : undefined
}

function keyOf({ topic, partition }: TransactionValue['partitions'][number]): string {
  return `${topic}-${partition}`
}

function includes({ partitions }: TransactionValue, key: string): boolean {
  return partitions.some((place) => keyOf(place) === key)
}
