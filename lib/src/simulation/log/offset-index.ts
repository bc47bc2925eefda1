/**
 * Which batches a segment's offset index would name: one about every 4096 bytes. Reading needs no
 * such index here, but one thing clients see depends on it: how far past the records it returns a
 * read_committed Fetch looks for aborted transactions (`OffsetIndex.fetchUpperBoundOffset`).
 */
import type { StoredBatch } from '../stored-batch'
import { TrimmedArray } from './trimmed-array'

/** `index.interval.bytes`. */
const intervalBytes = 4096

export class OffsetIndex {
  /** Last offsets of the batches that are named. */
  private readonly offsets = new TrimmedArray<number>()
  private bytesSinceLast = 0

  add(batch: StoredBatch): void {
    if (this.bytesSinceLast > intervalBytes) {
      this.offsets.push(batch.lastOffset)
      this.bytesSinceLast = 0
    }
    this.bytesSinceLast += batch.bytes.length
  }

  /** The first named offset behind one that was read; `undefined`: none up to the log's end. */
  after(lastOffset: number): number | undefined {
    return this.offsets.at(this.offsets.search((offset) => offset > lastOffset))
  }

  clear(): void {
    this.offsets.clear()
    this.bytesSinceLast = 0
  }
}
