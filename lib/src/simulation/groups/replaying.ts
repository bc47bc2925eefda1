/**
 * What a record of the log does to a coordinator's state. While it loads, records are all it knows;
 * when it is active the groups are ahead of the log, and records say what may be shown to others.
 */
import { ClassicGroup } from './classic-group'
import { type OffsetKey, type OffsetValue, parseRecord, type StoredGroup } from './group-records'
import type { Shard } from './shard'
import type { Write } from './writes'

export function applyWrite(shard: Shard, write: Write, mode: 'replay' | 'live'): void {
  for (const record of write.records.map(parseRecord)) {
    if (record.type === 'offset') {
      if (mode === 'replay') replayOffsetGroup(shard, record)
      applyOffset(shard, record, write)
      continue
    }
    if (mode === 'replay') replayGroup(shard, record.groupId, record.value)
    if (record.value === undefined) shard.groups.markDeleted(record.groupId)
    else shard.groups.markDurable(record.groupId)
  }
}

/** An offset makes its group be there, even when nobody ever joined it. */
function replayOffsetGroup(
  { groups }: Shard,
  { key, value }: { key: OffsetKey; value: OffsetValue | undefined },
): void {
  if (value !== undefined && groups.find(key.group) === undefined) groups.create(key.group)
}

function applyOffset(
  { groups, offsets }: Shard,
  { key, value }: { key: OffsetKey; value: OffsetValue | undefined },
  { order, producer }: Write,
): void {
  if (value === undefined) return offsets.remove(key)
  groups.markDurable(key.group)
  offsets.put(key, { ...value, order }, producer?.id)
}

function replayGroup({ groups, timers }: Shard, groupId: string, stored: StoredGroup | undefined) {
  if (stored === undefined) return groups.forget(groupId)
  const group = new ClassicGroup(groupId, timers, stored.metadata)
  group.restore(stored.members)
  groups.put(group)
}
