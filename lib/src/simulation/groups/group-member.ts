/**
 * One member of a group as its coordinator sees it (`ClassicGroupMember`). A member is known by the
 * id that the coordinator gave it; static membership (group.instance.id, KIP-345) is left out.
 */
import type { RequestOf, ResponseOf } from '../../protocol/api'
import type { joinGroup } from '../../protocol/apis/join-group'
import type { syncGroup } from '../../protocol/apis/sync-group'
import { Buffer } from '../../protocol/platform'

export type JoinRequest = RequestOf<typeof joinGroup>
export type JoinResponse = ResponseOf<typeof joinGroup>
export type SyncResponse = ResponseOf<typeof syncGroup>
export type MemberProtocol = JoinRequest['protocols'][number]

export interface GroupMember {
  readonly memberId: string
  readonly clientId: string
  /** As Java prints an address, e.g. `/127.0.0.1`. */
  readonly clientHost: string
  rebalanceTimeoutMs: number
  sessionTimeoutMs: number
  readonly protocolType: string
  /** In the order in which the member prefers them. */
  protocols: readonly MemberProtocol[]
  assignment: Buffer
  /** Before its first generation: its session then is the join timeout, and it can run out. */
  isNew: boolean
  /** Answers its parked JoinGroup. */
  awaitingJoin: ((response: JoinResponse) => void) | undefined
  /** Answers its parked SyncGroup. */
  awaitingSync: ((response: SyncResponse) => void) | undefined
}

export const emptyAssignment = Buffer.alloc(0)

/** What the member said for this protocol. */
export function metadataOf(member: GroupMember, protocolName: string): Buffer {
  const protocol = member.protocols.find(({ name }) => name === protocolName)
  if (protocol === undefined) {
    throw new Error(`Member ${member.memberId} does not support protocol ${protocolName}`)
  }
  return protocol.metadata
}

/** Whether a member that joins again says what it said before. */
export function hasSameProtocols(member: GroupMember, protocols: readonly MemberProtocol[]) {
  return (
    member.protocols.length === protocols.length &&
    member.protocols.every((protocol, index) => {
      const other = protocols[index]!
      return protocol.name === other.name && protocol.metadata.equals(other.metadata)
    })
  )
}

/** A member that waits for the coordinator need not send heartbeats, unless it is new. */
export function isExcusedFromHeartbeats(member: GroupMember): boolean {
  if (member.isNew) return false
  return member.awaitingJoin !== undefined || member.awaitingSync !== undefined
}
