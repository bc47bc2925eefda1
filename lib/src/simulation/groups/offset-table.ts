/** Offsets by group, topic and partition. */

export interface CommittedOffset {
  /** The next offset to read. */
  readonly offset: number
  readonly metadata: string
  readonly commitTimestampMs: number
  /** Where its record stands in the log, compared with others. */
  readonly order: number
}

export interface GroupPartition {
  readonly group: string
  readonly topic: string
  readonly partition: number
}

type Partitions = Map<number, CommittedOffset>

export class OffsetTable {
  private readonly groups = new Map<string, Map<string, Partitions>>()

  get({ group, topic, partition }: GroupPartition): CommittedOffset | undefined {
    return this.groups.get(group)?.get(topic)?.get(partition)
  }

  put({ group, topic, partition }: GroupPartition, offset: CommittedOffset): void {
    let topics = this.groups.get(group)
    if (topics === undefined) this.groups.set(group, (topics = new Map()))
    let partitions = topics.get(topic)
    if (partitions === undefined) topics.set(topic, (partitions = new Map()))
    partitions.set(partition, offset)
  }

  remove({ group, topic, partition }: GroupPartition): void {
    const topics = this.groups.get(group)
    const partitions = topics?.get(topic)
    if (topics === undefined || partitions === undefined) return
    partitions.delete(partition)
    if (partitions.size === 0) topics.delete(topic)
    if (topics.size === 0) this.groups.delete(group)
  }

  has(group: string): boolean {
    return this.groups.has(group)
  }

  topicsOf(group: string): ReadonlyMap<string, ReadonlyMap<number, CommittedOffset>> {
    return this.groups.get(group) ?? new Map()
  }

  /** Every entry, or those of one group. */
  *entries(only?: string): Iterable<[GroupPartition, CommittedOffset]> {
    for (const group of only === undefined ? this.groups.keys() : [only]) {
      for (const [topic, partitions] of this.topicsOf(group)) {
        for (const [partition, offset] of partitions) yield [{ group, topic, partition }, offset]
      }
    }
  }
}
