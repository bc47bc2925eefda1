/**
 * A list that grows at its end and is trimmed at both: what a log and its indexes are. Appending
 * and trimming cost O(1) amortised, however long the list: the trimmed front is only counted until
 * it is larger than what is left.
 */

export class TrimmedArray<Item> {
  private items: Item[] = []
  private trimmed = 0

  get length(): number {
    return this.items.length - this.trimmed
  }

  get first(): Item | undefined {
    return this.items[this.trimmed]
  }

  get last(): Item | undefined {
    return this.length === 0 ? undefined : this.items[this.items.length - 1]
  }

  /** Index 0 is the first item that is left. */
  at(index: number): Item | undefined {
    return this.items[this.trimmed + index]
  }

  push(item: Item): void {
    this.items.push(item)
  }

  /** Removes that many items from the front. */
  dropFirst(count: number): void {
    this.trimmed = Math.min(this.trimmed + count, this.items.length)
    if (this.trimmed * 2 <= this.items.length) return
    this.items = this.items.slice(this.trimmed)
    this.trimmed = 0
  }

  /** Removes all but that many items from the end. */
  keepFirst(count: number): void {
    this.items.length = this.trimmed + Math.min(count, this.length)
  }

  clear(): void {
    this.items = []
    this.trimmed = 0
  }

  /**
   * The index of the first item that has reached something, or `length`. The items must be sorted
   * so that after one which has, all have.
   */
  search(reached: (item: Item) => boolean): number {
    let low = this.trimmed
    let high = this.items.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (reached(this.items[middle] as Item)) high = middle
      else low = middle + 1
    }
    return low - this.trimmed
  }
}
