/**
 * The transactions that hold the last stable offset back: those without a marker, and those whose
 * marker the high watermark has not passed. After `ProducerStateManager` (`ongoingTxns`,
 * `unreplicatedTxns`); asking for the first unstable offset costs nothing, however many are open.
 */
import { TrimmedArray } from './trimmed-array'

interface Transaction {
  readonly firstOffset: number
  state: 'undecided' | 'unreplicated' | 'stable'
}

export interface CompletedTransaction {
  firstOffset: number
  /** The last stable offset once the high watermark has passed this marker. */
  lastStableOffset: number
}

export class UnstableTransactions {
  private readonly open = new Map<number, Transaction>()
  /** By first offset; its first one is undecided. */
  private readonly undecided = new TrimmedArray<Transaction>()
  /** By first offset; its first one is unstable. */
  private readonly unstable = new TrimmedArray<Transaction>()
  /** By the marker's offset. */
  private readonly unreplicated = new TrimmedArray<{
    transaction: Transaction
    markerOffset: number
  }>()

  get firstOffset(): number | undefined {
    return this.unstable.first?.firstOffset
  }

  isOpen(producerId: number): boolean {
    return this.open.has(producerId)
  }

  /** The offset must be larger than that of every one begun before. */
  begin(producerId: number, firstOffset: number): void {
    const transaction: Transaction = { firstOffset, state: 'undecided' }
    this.open.set(producerId, transaction)
    this.undecided.push(transaction)
    this.unstable.push(transaction)
  }

  /** `undefined`: the producer has no transaction here; a marker for nothing changes nothing. */
  complete(producerId: number, markerOffset: number): CompletedTransaction | undefined {
    const transaction = this.open.get(producerId)
    if (transaction === undefined) return undefined
    this.open.delete(producerId)
    transaction.state = 'unreplicated'
    this.unreplicated.push({ transaction, markerOffset })
    while (this.undecided.first !== undefined && this.undecided.first.state !== 'undecided') {
      this.undecided.dropFirst(1)
    }
    const lastStableOffset = this.undecided.first?.firstOffset ?? markerOffset + 1
    return { firstOffset: transaction.firstOffset, lastStableOffset }
  }

  /** Markers before this offset are there to stay. */
  replicatedUpTo(offset: number): void {
    for (let next = this.unreplicated.first; next !== undefined; next = this.unreplicated.first) {
      if (next.markerOffset >= offset) break
      next.transaction.state = 'stable'
      this.unreplicated.dropFirst(1)
    }
    while (this.unstable.first?.state === 'stable') this.unstable.dropFirst(1)
  }

  clear(): void {
    this.open.clear()
    this.undecided.clear()
    this.unstable.clear()
    this.unreplicated.clear()
  }
}
