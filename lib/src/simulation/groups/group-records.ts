/**
 * What a group coordinator writes to `__consumer_offsets`: a record per group at the end of a
 * rebalance (`GroupMetadataKey`/`Value`) and one per committed offset (`OffsetCommitKey`/`Value`).
 * The fields are Kafka's, the encoding is JSON with metadata and assignments in base64.
 */
import { Buffer } from '../../protocol/platform'
import type { CoordinatorRecord } from '../coordinator-log'
import type { ClassicGroup, GroupMetadata } from './classic-group'
import { type GroupMember, emptyAssignment, metadataOf } from './group-member'

export interface OffsetKey {
  readonly type: 'offset'
  readonly group: string
  readonly topic: string
  readonly partition: number
}

export interface OffsetValue {
  /** The next offset to read. */
  readonly offset: number
  readonly metadata: string
  readonly commitTimestampMs: number
}

interface MemberValue {
  memberId: string
  clientId: string
  clientHost: string
  rebalanceTimeoutMs: number
  sessionTimeoutMs: number
  subscription: string
  assignment: string
}

interface GroupValue {
  protocolType: string | null
  generation: number
  protocol: string | null
  leader: string | null
  currentStateTimestampMs: number
  members: MemberValue[]
}

export type ParsedRecord =
  | { type: 'offset'; key: OffsetKey; value: OffsetValue | undefined }
  | { type: 'group'; groupId: string; value: StoredGroup | undefined }

export interface StoredGroup {
  metadata: GroupMetadata
  members: GroupMember[]
}

export function offsetRecord(
  group: string,
  at: { topic: string; partition: number },
  value: OffsetValue | null,
): CoordinatorRecord {
  const key: OffsetKey = { type: 'offset', group, topic: at.topic, partition: at.partition }
  return { key: JSON.stringify(key), value: value === null ? null : JSON.stringify(value) }
}

/** The group with these assignments by member id; every member must have one. */
export function groupRecord(
  group: ClassicGroup,
  assignments: ReadonlyMap<string, Buffer>,
): CoordinatorRecord {
  const members = [...group.members.values()].map((member): MemberValue => {
    const assignment = assignments.get(member.memberId)
    if (assignment === undefined || group.protocolName === undefined) {
      throw new Error(`Group ${group.groupId}: nothing is assigned to ${member.memberId} yet`)
    }
    return {
      memberId: member.memberId,
      clientId: member.clientId,
      clientHost: member.clientHost,
      rebalanceTimeoutMs: member.rebalanceTimeoutMs,
      sessionTimeoutMs: member.sessionTimeoutMs,
      subscription: metadataOf(member, group.protocolName).toString('base64'),
      assignment: assignment.toString('base64'),
    }
  })
  return recordOf(group.groupId, {
    protocolType: group.protocolType ?? null,
    generation: group.generationId,
    protocol: group.protocolName ?? null,
    leader: group.leaderId ?? null,
    currentStateTimestampMs: group.stateSinceMs,
    members,
  })
}

/** A group that has just come to be: whoever is joining it is not in the log yet. */
export function newGroupRecord(group: ClassicGroup): CoordinatorRecord {
  return recordOf(group.groupId, {
    protocolType: null,
    generation: 0,
    protocol: null,
    leader: null,
    currentStateTimestampMs: group.stateSinceMs,
    members: [],
  })
}

export function groupTombstone(groupId: string): CoordinatorRecord {
  return { key: groupKey(groupId), value: null }
}

function recordOf(groupId: string, value: GroupValue): CoordinatorRecord {
  return { key: groupKey(groupId), value: JSON.stringify(value) }
}

function groupKey(group: string): string {
  return JSON.stringify({ type: 'group', group })
}

export function parseRecord(record: CoordinatorRecord): ParsedRecord {
  const key = JSON.parse(record.key) as OffsetKey | { type: 'group'; group: string }
  if (key.type === 'offset') {
    const value = record.value === null ? undefined : (JSON.parse(record.value) as OffsetValue)
    return { type: 'offset', key, value }
  }
  const value = record.value === null ? undefined : storedGroup(JSON.parse(record.value))
  return { type: 'group', groupId: key.group, value }
}

function storedGroup(value: GroupValue): StoredGroup {
  const metadata: GroupMetadata = {
    generationId: value.generation,
    protocolType: value.protocolType ?? undefined,
    protocolName: value.protocol ?? undefined,
    leaderId: value.leader ?? undefined,
    stateSinceMs: value.currentStateTimestampMs,
  }
  return { metadata, members: value.members.map((member) => storedMember(member, value)) }
}

/** A restored member is known to support the group's protocol only, until it joins again. */
function storedMember(member: MemberValue, group: GroupValue): GroupMember {
  if (group.protocol === null || group.protocolType === null) {
    throw new Error(`The record of member ${member.memberId} names no protocol`)
  }
  const metadata = Buffer.from(member.subscription, 'base64')
  return {
    memberId: member.memberId,
    clientId: member.clientId,
    clientHost: member.clientHost,
    rebalanceTimeoutMs: member.rebalanceTimeoutMs,
    sessionTimeoutMs: member.sessionTimeoutMs,
    protocolType: group.protocolType,
    protocols: [{ name: group.protocol, metadata }],
    assignment:
      member.assignment === '' ? emptyAssignment : Buffer.from(member.assignment, 'base64'),
    isNew: false,
    awaitingJoin: undefined,
    awaitingSync: undefined,
  }
}
