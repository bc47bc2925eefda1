/**
 * The offsets of all groups of a coordinator (`OffsetMetadataManager`): those that are committed,
 * and those that open transactions have committed, which wait for the marker of their producer.
 * What a transaction commits replaces only what was committed before it in the log.
 */
import { type CommittedOffset, type GroupPartition, OffsetTable } from './offset-table'

export type Verdict = 'commit' | 'abort'

export class Offsets {
  readonly committed = new OffsetTable()
  private readonly pending = new Map<number, OffsetTable>()

  /** Applies one record; with a producer id it waits for that producer's marker. */
  put(at: GroupPartition, offset: CommittedOffset, producerId: number | undefined): void {
    if (producerId === undefined) {
      this.committed.put(at, offset)
      return
    }
    let table = this.pending.get(producerId)
    if (table === undefined) this.pending.set(producerId, (table = new OffsetTable()))
    table.put(at, offset)
  }

  /** Applies a tombstone, which also takes what open transactions have for the partition. */
  remove(at: GroupPartition): void {
    this.committed.remove(at)
    for (const table of this.pending.values()) table.remove(at)
  }

  /** The marker of a transaction: without effect where it committed no offsets here. */
  endTransaction(producerId: number, verdict: Verdict): void {
    const table = this.pending.get(producerId)
    this.pending.delete(producerId)
    if (table === undefined || verdict === 'abort') return
    for (const [at, offset] of table.entries()) {
      const current = this.committed.get(at)
      if (current === undefined || offset.order > current.order) this.committed.put(at, offset)
    }
  }

  /** Whether an open transaction has an offset for the partition. */
  isPending(at: GroupPartition): boolean {
    for (const table of this.pending.values()) if (table.get(at) !== undefined) return true
    return false
  }

  hasOpenTransaction(group: string): boolean {
    for (const table of this.pending.values()) if (table.has(group)) return true
    return false
  }

  /** Every partition with an offset, committed or pending; those of one group, or of all. */
  *partitions(group?: string): Iterable<GroupPartition> {
    for (const table of [this.committed, ...this.pending.values()]) {
      for (const [at] of table.entries(group)) yield at
    }
  }
}
