/**
 * What a replica remembers of each producer id that wrote to its partition: the epoch and the last
 * five batches, which is what sending again is recognised by. Followers build it from the same
 * batches as the leader did, so it survives a failover. After `ProducerStateManager` and
 * `ProducerStateEntry`; without snapshot files: it is always rebuilt from the whole log, which is
 * what Kafka does as long as the log is one segment.
 */
import type { StoredBatch } from '../stored-batch'
import { lastSequence, noSequence } from './sequence'

/** How many batches are remembered of each producer (`NUM_BATCHES_TO_RETAIN`). */
export const rememberedBatches = 5

export interface RememberedBatch {
  readonly baseSequence: number
  readonly lastSequence: number
  readonly baseOffset: number
  readonly lastOffset: number
  readonly timestampMs: number
}

export interface ProducerEntry {
  producerEpoch: number
  /** Of the last marker; -1 before there was one. */
  coordinatorEpoch: number
  /** Of the last batch or marker, as the batch tells it: the clock is its writer's. */
  lastTimestampMs: number
  /** Of this epoch, oldest first, at most `rememberedBatches`. */
  batches: RememberedBatch[]
}

/** The sequence of the last record of this epoch, -1 before there was one. */
export function lastSequenceOf(entry: ProducerEntry): number {
  return entry.batches.at(-1)?.lastSequence ?? noSequence
}

export class ProducerStates {
  private readonly entries = new Map<number, ProducerEntry>()

  get(producerId: number): ProducerEntry | undefined {
    return this.entries.get(producerId)
  }

  /** A batch or marker is in the log now; a new epoch forgets the batches of the old one. */
  update(batch: StoredBatch): void {
    const entry = this.entryOf(batch)
    if (entry.producerEpoch !== batch.producerEpoch) {
      entry.producerEpoch = batch.producerEpoch
      entry.batches = []
    }
    entry.lastTimestampMs = batch.maxTimestampMs
    if (batch.control !== undefined) {
      entry.coordinatorEpoch = batch.control.coordinatorEpoch
      return
    }
    if (entry.batches.length === rememberedBatches) entry.batches.shift()
    entry.batches.push({
      baseSequence: batch.baseSequence,
      lastSequence: lastSequence(batch.baseSequence, batch.recordCount),
      baseOffset: batch.baseOffset,
      lastOffset: batch.lastOffset,
      timestampMs: batch.maxTimestampMs,
    })
  }

  /** Forgets who wrote nothing for that long, but nobody `kept`. */
  expire(nowMs: number, idleMs: number, kept: (producerId: number) => boolean): void {
    for (const [producerId, { lastTimestampMs }] of this.entries) {
      if (nowMs - lastTimestampMs >= idleMs && !kept(producerId)) this.entries.delete(producerId)
    }
  }

  clear(): void {
    this.entries.clear()
  }

  private entryOf({ producerId, producerEpoch }: StoredBatch): ProducerEntry {
    const known = this.entries.get(producerId)
    if (known !== undefined) return known
    const entry = { producerEpoch, coordinatorEpoch: -1, lastTimestampMs: -1, batches: [] }
    this.entries.set(producerId, entry)
    return entry
  }
}
