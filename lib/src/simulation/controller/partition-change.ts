/**
 * How a partition changes: what is asked for (another ISR, other replicas, a preferred leader) goes
 * in, and out comes the partition with its leader, ISR, eligible leader replicas and epochs as
 * Kafka's PartitionChangeBuilder decides them. A leader comes from the ISR, else from the ELR
 * (KIP-966), else it is the last known leader, else any live replica where unclean elections are
 * allowed. Left out: the leader recovery state, which brokers report as recovered every time.
 */
import { noLeader, type PartitionState } from './state'

/**
 * `preferred`: the first replica if it can. `online`: keep the leader if it can stay. `unclean`:
 * the same, but rather lose records than have no leader.
 */
export type Election = 'preferred' | 'online' | 'unclean'

export interface PartitionRules {
  readonly isAcceptableLeader: (broker: number) => boolean
  /** `min.insync.replicas`, at most the replication factor: at this size an ISR needs no ELR. */
  readonly minIsr: number
  readonly eligibleLeaderReplicas: 'on' | 'off'
}

export interface PartitionTargets {
  readonly election?: Election
  readonly isr?: readonly number[]
  readonly replicas?: readonly number[]
  readonly addingReplicas?: readonly number[]
  readonly removingReplicas?: readonly number[]
  /** A broker that came back without having shut down: its log may lack what it had. */
  readonly uncleanShutdown?: number
}

type Membership = Pick<PartitionState, 'isr' | 'replicas' | 'addingReplicas' | 'removingReplicas'>

interface Elected {
  readonly leader: number
  readonly kind: 'clean' | 'unclean'
}

/** The partition after the change; the very same value if nothing changes. */
export function changePartition(
  before: PartitionState,
  rules: PartitionRules,
  targets: PartitionTargets,
): PartitionState {
  const members = completeReassignment({
    isr: targets.isr ?? before.isr,
    replicas: targets.replicas ?? before.replicas,
    addingReplicas: targets.addingReplicas ?? before.addingReplicas,
    removingReplicas: targets.removingReplicas ?? before.removingReplicas,
  })
  const candidates = eligibleReplicas(before, members.isr, { rules, targets })
  const elected = electLeader(before, { members, elr: candidates }, { rules, targets })
  const isElected = elected.leader !== before.leader
  const standing = afterElection({ isr: members.isr, elr: candidates }, isElected ? elected : null)
  // The last of an ISR stays in it when there is no ELR to go to: only it may lead again.
  const keepsIsr = standing.isr.length === 0 && rules.eligibleLeaderReplicas === 'off'
  const isr = keepsIsr ? before.isr : standing.isr
  // A removed replica must not be heard any more, so the leader gets a new epoch too.
  const losesReplica = !before.replicas.every((replica) => members.replicas.includes(replica))
  const isNewEpoch = isElected || losesReplica
  const after: PartitionState = {
    ...before,
    ...members,
    isr,
    elr: standing.elr,
    leader: elected.leader,
    leaderEpoch: before.leaderEpoch + (isNewEpoch ? 1 : 0),
    lastKnownLeader: lastKnownLeader(before, rules, isNewEpoch ? elected.leader : undefined),
  }
  return isSame(before, after) ? before : { ...after, partitionEpoch: before.partitionEpoch + 1 }
}

/** Kafka's `maybeCompleteReassignment`: done when all that shall stay are in the ISR. */
function completeReassignment(members: Membership): Membership {
  const { addingReplicas, removingReplicas } = members
  if (addingReplicas.length === 0 && removingReplicas.length === 0) return members
  const stays = (replica: number) => !removingReplicas.includes(replica)
  const isr = members.isr.filter(stays)
  const replicas = members.replicas.filter(stays)
  if (!replicas.every((replica) => isr.includes(replica))) return members
  return { isr, replicas, addingReplicas: [], removingReplicas: [] }
}

/** Who left the ISR since it fell below the minimum has all that was ever acked (KIP-966). */
function eligibleReplicas(
  before: PartitionState,
  isr: readonly number[],
  { rules, targets }: { rules: PartitionRules; targets: PartitionTargets },
): readonly number[] {
  if (rules.eligibleLeaderReplicas === 'off') return []
  if (isr.length >= rules.minIsr) return []
  return [...new Set([...before.elr, ...before.isr])]
    .filter((replica) => !isr.includes(replica) && replica !== targets.uncleanShutdown)
    .sort((a, b) => a - b)
}

function electLeader(
  before: PartitionState,
  { members, elr }: { members: Membership; elr: readonly number[] },
  { rules, targets }: { rules: PartitionRules; targets: PartitionTargets },
): Elected {
  const { isr, replicas } = members
  const mayLead = (replica: number) =>
    (isr.includes(replica) || (isr.length === 0 && elr.includes(replica))) &&
    rules.isAcceptableLeader(replica)
  const preferred = targets.election === 'preferred' ? replicas.slice(0, 1) : []
  const clean = [...preferred, before.leader, ...replicas].find(mayLead)
  if (clean !== undefined) return { leader: clean, kind: 'clean' }
  const mayRecover =
    isr.length === 0 &&
    elr.length === 0 &&
    before.lastKnownLeader !== noLeader &&
    rules.isAcceptableLeader(before.lastKnownLeader)
  if (mayRecover) return { leader: before.lastKnownLeader, kind: 'unclean' }
  const anybody =
    targets.election === 'unclean' ? replicas.find(rules.isAcceptableLeader) : undefined
  if (anybody !== undefined) return { leader: anybody, kind: 'unclean' }
  return { leader: noLeader, kind: 'clean' }
}

/** A leader from outside the ISR is alone in it: the others may have what it has not. */
function afterElection(
  { isr, elr }: { isr: readonly number[]; elr: readonly number[] },
  elected: Elected | null,
): { isr: readonly number[]; elr: readonly number[] } {
  if (elected === null) return { isr, elr }
  if (elected.kind === 'unclean') return { isr: [elected.leader], elr: [] }
  if (!elr.includes(elected.leader)) return { isr, elr }
  return { isr: [elected.leader], elr: elr.filter((replica) => replica !== elected.leader) }
}

function lastKnownLeader(
  before: PartitionState,
  rules: PartitionRules,
  newLeader: number | undefined,
): number {
  if (rules.eligibleLeaderReplicas === 'off' || newLeader === undefined) {
    return before.lastKnownLeader
  }
  if (newLeader !== noLeader) return noLeader
  return before.lastKnownLeader === noLeader ? before.leader : before.lastKnownLeader
}

function isSame(before: PartitionState, after: PartitionState): boolean {
  const lists = ['isr', 'elr', 'replicas', 'addingReplicas', 'removingReplicas'] as const
  const sameLists = lists.every(
    (name) =>
      before[name].length === after[name].length &&
      before[name].every((replica, position) => replica === after[name][position]),
  )
  return (
    sameLists &&
    before.leader === after.leader &&
    before.leaderEpoch === after.leaderEpoch &&
    before.lastKnownLeader === after.lastKnownLeader
  )
}
