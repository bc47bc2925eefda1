/**
 * The aborted transactions of a log, in the order of their markers: a read_committed Fetch names
 * those that its records may belong to, in this order, and the client leaves them out.
 * After `TransactionIndex`.
 */
import { TrimmedArray } from './trimmed-array'

export interface AbortedTransaction {
  readonly producerId: number
  readonly firstOffset: number
}

export interface IndexedTransaction extends AbortedTransaction {
  /** The abort marker's. */
  readonly lastOffset: number
  /** Transactions that end later begin there or later. */
  readonly lastStableOffset: number
}

export class TransactionIndex {
  private readonly aborted = new TrimmedArray<IndexedTransaction>()

  add(transaction: IndexedTransaction): void {
    this.aborted.push(transaction)
  }

  /** Those that overlap [fetchOffset, upperBound). */
  overlapping(fetchOffset: number, upperBound: number): AbortedTransaction[] {
    const found: AbortedTransaction[] = []
    let index = this.aborted.search(({ lastOffset }) => lastOffset >= fetchOffset)
    for (; ; index++) {
      const transaction = this.aborted.at(index)
      if (transaction === undefined) return found
      const { producerId, firstOffset, lastStableOffset } = transaction
      if (firstOffset < upperBound) found.push({ producerId, firstOffset })
      if (lastStableOffset >= upperBound) return found
    }
  }

  clear(): void {
    this.aborted.clear()
  }
}
