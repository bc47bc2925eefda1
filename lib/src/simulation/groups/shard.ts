/**
 * The state of a coordinator that its parts share: groups, offsets and the way to the log. Joining,
 * syncing, leaving and committing are a file each and work on it, as Kafka's `GroupMetadataManager`
 * and `OffsetMetadataManager` work on one `GroupCoordinatorShard`.
 */
import type { CoordinatorRecord } from '../coordinator-log'
import type { Timers } from '../timers'
import { ClassicGroup } from './classic-group'
import type { Offsets } from './offsets'
import type { Writes } from './writes'

/** By Kafka's names: group.min.session.timeout.ms and so on. */
export interface GroupOptions {
  readonly minSessionTimeoutMs: number
  readonly maxSessionTimeoutMs: number
  readonly initialRebalanceDelayMs: number
  /** group.max.size */
  readonly maxSize: number
  /** offsets.retention.minutes, in milliseconds. */
  readonly offsetsRetentionMs: number
  readonly offsetsRetentionCheckIntervalMs: number
  /** offsets.commit.timeout.ms: how long an answer waits for the log. */
  readonly offsetsCommitTimeoutMs: number
  /** offset.metadata.max.bytes */
  readonly offsetMetadataMaxBytes: number
}

/** What an operation wants appended; empty when nothing changed that must survive. */
export type Records = readonly CoordinatorRecord[]

export interface Shard {
  readonly groups: Groups
  readonly offsets: Offsets
  readonly writes: Writes
  readonly timers: Timers
  readonly random: () => number
  readonly options: GroupOptions
}

/**
 * The groups by id. A group is known to the members at once, and to those who list and describe
 * groups when a record that names it is there to stay.
 */
export class Groups {
  private readonly known = new Map<string, ClassicGroup>()
  private readonly durable = new Map<string, ClassicGroup>()

  constructor(private readonly timers: Timers) {}

  find(groupId: string): ClassicGroup | undefined {
    return this.known.get(groupId)
  }

  create(groupId: string): ClassicGroup {
    const group = new ClassicGroup(groupId, this.timers)
    this.known.set(groupId, group)
    return group
  }

  put(group: ClassicGroup): void {
    this.known.set(group.groupId, group)
  }

  /** A tombstone is on its way to the log. */
  forget(groupId: string): void {
    this.known.delete(groupId)
  }

  markDurable(groupId: string): void {
    const group = this.known.get(groupId)
    if (group !== undefined) this.durable.set(groupId, group)
  }

  markDeleted(groupId: string): void {
    this.durable.delete(groupId)
  }

  findDurable(groupId: string): ClassicGroup | undefined {
    return this.durable.get(groupId)
  }

  allDurable(): Iterable<ClassicGroup> {
    return this.durable.values()
  }

  all(): Iterable<ClassicGroup> {
    return this.known.values()
  }
}
