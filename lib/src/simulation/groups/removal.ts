/**
 * How offsets and groups go away: with their topic, by DeleteGroups, or by age. An offset expires
 * offsets.retention.minutes after the group has become Empty; in a live consumer group when nobody
 * subscribes to its topic, in a group that never had members counted from the commit itself
 * (KIP-211, KIP-496). Every removal is a tombstone in the log first.
 */
import type { RequestOf, ResponseOf } from '../../protocol/api'
import type { deleteGroups } from '../../protocol/apis/delete-groups'
import { type KafkaErrorName, errorCode } from '../../protocol/errors'
import type { CoordinatorRecord } from '../coordinator-log'
import type { ClassicGroup } from './classic-group'
import { groupTombstone, offsetRecord, parseRecord } from './group-records'
import type { CommittedOffset, GroupPartition } from './offset-table'
import { refusedDelete } from './refusals'
import type { Shard } from './shard'

type DeleteRequest = RequestOf<typeof deleteGroups>
type DeleteResponse = ResponseOf<typeof deleteGroups>

export class Removal {
  constructor(private readonly shard: Shard) {}

  /** The topics are gone, and with them every group's offsets for them. */
  deleteTopics(topics: readonly string[]): void {
    const records = this.tombstones(({ topic }) => topics.includes(topic))
    this.shard.writes.append({ records, done: () => {} })
  }

  deleteGroups(request: DeleteRequest, reply: (response: DeleteResponse) => void): void {
    const deleted: ClassicGroup[] = []
    const records: CoordinatorRecord[] = []
    const groups = request.groups.map((groupId) => {
      const group = this.shard.groups.find(groupId)
      if (group === undefined) return { groupId, errorCode: errorCode('GROUP_ID_NOT_FOUND') }
      if (group.state !== 'Empty') return { groupId, errorCode: errorCode('NON_EMPTY_GROUP') }
      records.push(...this.tombstones((at) => at.group === groupId), groupTombstone(groupId))
      this.shard.groups.forget(groupId)
      deleted.push(group)
      return { groupId, errorCode: 0 }
    })
    const done = (error: KafkaErrorName) =>
      reply(error === 'NONE' ? { throttleTimeMs: 0, groups } : refusedDelete(request, error))
    this.shard.writes.append({ records, done, refused: () => this.putBack(deleted) })
  }

  /** What is old enough goes, and a group with it that has neither members nor offsets left. */
  removeExpired(): void {
    const emptied: ClassicGroup[] = []
    const records: CoordinatorRecord[] = []
    for (const group of [...this.shard.groups.all()]) {
      const { groupId } = group
      const expired = this.expiredOffsets(group)
      for (const at of expired) records.push(offsetRecord(at.group, at, null))
      const isAll = expired.length === [...this.partitionsWithOffsets(groupId)].length
      if (!isAll || group.state !== 'Empty') continue
      records.push(groupTombstone(groupId))
      this.shard.groups.forget(groupId)
      emptied.push(group)
    }
    if (records.length === 0) return
    this.shard.writes.append({ records, done: () => {}, refused: () => this.putBack(emptied) })
  }

  private expiredOffsets(group: ClassicGroup): GroupPartition[] {
    const since = expiryBase(group)
    if (since === undefined) return []
    const now = this.shard.timers.now()
    const expired: GroupPartition[] = []
    for (const [at, offset] of this.shard.offsets.committed.entries(group.groupId)) {
      const isOld = now - since(offset) >= this.shard.options.offsetsRetentionMs
      const isRead = group.subscribedTopics?.has(at.topic) === true
      if (isOld && !isRead && !this.isBeingCommitted(at)) expired.push(at)
    }
    return expired
  }

  /** A newer offset is on its way: in the log, or in a transaction. */
  private isBeingCommitted(at: GroupPartition): boolean {
    if (this.shard.offsets.isPending(at)) return true
    return [...this.partitionsInFlight(at.group)].some(
      ({ topic, partition }) => topic === at.topic && partition === at.partition,
    )
  }

  private tombstones(goes: (at: GroupPartition) => boolean): CoordinatorRecord[] {
    return [...this.partitionsWithOffsets()]
      .filter(goes)
      .map((at) => offsetRecord(at.group, at, null))
  }

  /** Each partition once, those whose offset is not there to stay yet included. */
  private partitionsWithOffsets(group?: string): Iterable<GroupPartition> {
    const found = new Map<string, GroupPartition>()
    const all = [...this.shard.offsets.partitions(group), ...this.partitionsInFlight(group)]
    for (const at of all) found.set(JSON.stringify([at.group, at.topic, at.partition]), at)
    return found.values()
  }

  private *partitionsInFlight(group?: string): Iterable<GroupPartition> {
    for (const { records } of this.shard.writes.undecided) {
      for (const record of records.map(parseRecord)) {
        if (record.type !== 'offset' || record.value === undefined) continue
        if (group === undefined || record.key.group === group) yield record.key
      }
    }
  }

  private putBack(groups: readonly ClassicGroup[]): void {
    for (const group of groups) {
      if (this.shard.groups.find(group.groupId) === undefined) this.shard.groups.put(group)
    }
  }
}

/** From when on the age of an offset counts; `undefined` while the group's offsets are in use. */
function expiryBase(group: ClassicGroup): ((offset: CommittedOffset) => number) | undefined {
  const sinceCommit = (offset: CommittedOffset) => offset.commitTimestampMs
  if (group.protocolType === undefined) return sinceCommit
  if (group.state === 'Empty') return () => group.stateSinceMs
  const isLive = group.state === 'Stable' && group.subscribedTopics !== undefined
  return isLive ? sinceCommit : undefined
}
