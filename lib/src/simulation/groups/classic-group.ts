/**
 * One group of the classic protocol: its state, members and generation (`ClassicGroup`). It only
 * keeps what is so; rebalances.ts says when it changes. Members are held in the order in which they
 * joined, where Kafka's order is that of a hash table.
 */
import type { Timers } from '../timers'
import { KeyedTimers } from './keyed-timers'
import { type GroupMember, type MemberProtocol, metadataOf } from './group-member'
import { consumerProtocolType, subscribedTopicsOf } from './subscription'

export type GroupState = 'Empty' | 'PreparingRebalance' | 'CompletingRebalance' | 'Stable' | 'Dead'

const validPreviousStates: Record<GroupState, readonly GroupState[]> = {
  Empty: ['PreparingRebalance'],
  PreparingRebalance: ['Stable', 'CompletingRebalance', 'Empty'],
  CompletingRebalance: ['PreparingRebalance'],
  Stable: ['CompletingRebalance'],
  Dead: ['Stable', 'PreparingRebalance', 'CompletingRebalance', 'Empty', 'Dead'],
}

/** What the log knows of a group beside its members. */
export interface GroupMetadata {
  readonly generationId: number
  /** `undefined` for a group that only commits offsets and never had members. */
  readonly protocolType: string | undefined
  readonly protocolName: string | undefined
  readonly leaderId: string | undefined
  readonly stateSinceMs: number
}

export class ClassicGroup {
  state: GroupState
  previousState: GroupState = 'Dead'
  stateSinceMs: number
  generationId: number
  protocolType: string | undefined
  protocolName: string | undefined
  leaderId: string | undefined
  readonly members = new Map<string, GroupMember>()
  /** Ids given out with MEMBER_ID_REQUIRED (KIP-394) whose clients have not come back yet. */
  readonly pendingJoin = new Set<string>()
  /** Members of this generation that have not sent their SyncGroup; only as long as it lasts. */
  readonly pendingSync = new Set<string>()
  /** Whether the delay of the first rebalance is to be prolonged once more. */
  newMemberAdded = false
  /** `undefined` where the members' metadata is none of `ConsumerProtocol`. */
  subscribedTopics: ReadonlySet<string> | undefined
  /** `join`, `sync` and one `session <memberId>` each. */
  readonly timers: KeyedTimers

  /** A group without members; the log's members are added to a restored one with `restore`. */
  constructor(
    readonly groupId: string,
    private readonly clock: Timers,
    metadata?: GroupMetadata,
  ) {
    this.timers = new KeyedTimers(clock)
    this.state = 'Empty'
    this.stateSinceMs = metadata === undefined ? clock.now() : metadata.stateSinceMs
    this.generationId = metadata === undefined ? 0 : metadata.generationId
    this.protocolType = metadata?.protocolType
    this.protocolName = metadata?.protocolName
    this.leaderId = metadata?.leaderId
    this.subscribedTopics = this.computeSubscribedTopics()
  }

  /** Puts back the members that a replayed record names; with some, the group was stable. */
  restore(members: readonly GroupMember[]): void {
    for (const member of members) this.members.set(member.memberId, member)
    if (members.length > 0) this.state = 'Stable'
    this.subscribedTopics = this.computeSubscribedTopics()
  }

  transitionTo(state: GroupState): void {
    if (!validPreviousStates[state].includes(this.state)) {
      throw new Error(`Group ${this.groupId} cannot go from ${this.state} to ${state}`)
    }
    this.previousState = this.state
    this.state = state
    this.stateSinceMs = this.clock.now()
  }

  get canRebalance(): boolean {
    return validPreviousStates.PreparingRebalance.includes(this.state)
  }

  get awaitingJoinCount(): number {
    let count = 0
    for (const member of this.members.values()) if (member.awaitingJoin !== undefined) count++
    return count
  }

  get hasAllMembersJoined(): boolean {
    return this.awaitingJoinCount === this.members.size && this.pendingJoin.size === 0
  }

  /** The largest of its members'. */
  get rebalanceTimeoutMs(): number {
    let timeoutMs = 0
    for (const member of this.members.values()) {
      timeoutMs = Math.max(timeoutMs, member.rebalanceTimeoutMs)
    }
    return timeoutMs
  }

  /** The first member leads; the first also says what kind of group it is. */
  add(member: GroupMember): void {
    if (this.members.size === 0) this.protocolType = member.protocolType
    this.leaderId ??= member.memberId
    this.members.set(member.memberId, member)
    this.pendingJoin.delete(member.memberId)
  }

  /** Without effect for an unknown member. When the leader goes, the longest in the group leads. */
  remove(memberId: string): void {
    this.members.delete(memberId)
    this.pendingJoin.delete(memberId)
    this.pendingSync.delete(memberId)
    if (this.leaderId === memberId) this.leaderId = this.members.keys().next().value
  }

  /** Whether a member like this could join: the group needs a protocol that all members know. */
  supports(protocolType: string, protocols: readonly MemberProtocol[]): boolean {
    if (this.state === 'Empty') return protocolType !== '' && protocols.length > 0
    if (protocolType !== this.protocolType) return false
    return protocols.some(({ name }) => this.isKnownToAll(name))
  }

  private isKnownToAll(protocolName: string): boolean {
    for (const member of this.members.values()) {
      if (!member.protocols.some(({ name }) => name === protocolName)) return false
    }
    return true
  }

  /** Each member votes for the first of its protocols that all know; the most votes win. */
  private selectProtocol(): string {
    const votes = new Map<string, number>()
    for (const member of this.members.values()) {
      const choice = member.protocols.find(({ name }) => this.isKnownToAll(name))
      if (choice === undefined) {
        throw new Error(`Member ${member.memberId} supports no protocol of group ${this.groupId}`)
      }
      votes.set(choice.name, (votes.get(choice.name) ?? 0) + 1)
    }
    const ranking = [...votes].sort(([, one], [, other]) => other - one)
    return ranking[0]![0]
  }

  /** Ends a join phase: CompletingRebalance, or Empty when nobody is left. */
  startNextGeneration(): void {
    this.generationId++
    this.protocolName = this.members.size > 0 ? this.selectProtocol() : undefined
    this.subscribedTopics = this.computeSubscribedTopics()
    this.transitionTo(this.members.size > 0 ? 'CompletingRebalance' : 'Empty')
    this.pendingSync.clear()
  }

  private computeSubscribedTopics(): ReadonlySet<string> | undefined {
    if (this.protocolType !== consumerProtocolType) return undefined
    const all = new Set<string>()
    for (const member of this.members.values()) {
      if (this.protocolName === undefined) return undefined
      const topics = subscribedTopicsOf(metadataOf(member, this.protocolName))
      if (topics === undefined) return undefined
      for (const topic of topics) all.add(topic)
    }
    return all
  }
}
