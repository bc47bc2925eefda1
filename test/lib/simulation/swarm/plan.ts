/**
 * What one run of the swarm does, as a value that can be written to a file: the cluster's settings,
 * what each client does when, and the faults. Any operation, client or fault may be taken out and
 * the rest is still a plan, which is what shrinking does.
 */
import type { Settings } from '../../../../lib/src/simulation/settings'

export interface PlannedTopic {
  name: string
  /** The replicas of each partition, the preferred leader first. */
  assignment: number[][]
  config: Record<string, string>
}

export interface Place {
  topic: string
  partition: number
}

export interface Sending extends Place {
  atMs: number
  records: number
}

export interface PlannedTransaction {
  atMs: number
  places: Place[]
  /** A group whose offset in the first place is committed with it. */
  group?: string
  /** `walk away`: it is left open. */
  end: 'commit' | 'abort' | 'walk away'
}

export interface MemberAct extends Place {
  atMs: number
  /** `vanish`: no heartbeat any more. */
  act: 'join' | 'commit' | 'leave' | 'vanish'
}

export interface AdminAct extends Place {
  atMs: number
  act: 'delete records' | 'move' | 'elect'
  /** Of `move`. */
  replicas: number[]
}

export type PlannedClient =
  | { kind: 'plain'; acks: -1 | 0 | 1; operations: Sending[] }
  | { kind: 'idempotent'; operations: Sending[] }
  | {
      kind: 'transactional'
      transactionalId: string
      timeoutMs: number
      operations: PlannedTransaction[]
    }
  | { kind: 'member'; group: string; sessionMs: number; operations: MemberAct[] }
  | { kind: 'admin'; operations: AdminAct[] }

type Node = number | 'controller'

export type Fault =
  | { kind: 'kill' | 'lose power' | 'pause' | 'resume' | 'restart'; broker: number }
  | { kind: 'cut'; one: number; other: Node }
  | { kind: 'mend'; one: number; other: Node }

export interface Plan {
  seed: number
  settings: Settings
  topics: PlannedTopic[]
  clients: PlannedClient[]
  faults: { atMs: number; fault: Fault }[]
  /** When clients and faults end. */
  endMs: number
}

/**
 * Whether Kafka promises to keep all that is acknowledged with acks -1: no disk loses anything, or
 * only that of one broker while the others never die and two must have what is acknowledged
 * (KIP-966); nobody is elected uncleanly.
 */
export function keepsRecords({ faults, topics, settings }: Plan): boolean {
  if (topics.some(({ config }) => config['unclean.leader.election.enable'] === 'true')) return false
  const hit = (kinds: readonly Fault['kind'][]): Set<number> =>
    new Set(
      faults.flatMap(({ fault }) =>
        'broker' in fault && kinds.includes(fault.kind) ? [fault.broker] : [],
      ),
    )
  if (hit(['lose power']).size === 0) return true
  return (
    hit(['lose power', 'kill']).size === 1 &&
    settings['eligible.leader.replicas.version'] !== 0 &&
    topics.every(({ config }) => config['min.insync.replicas'] !== '1')
  )
}

/** Whether an administrator deletes records, whoever was promised that they are there. */
export function deletesRecords({ clients }: Plan): boolean {
  return clients.some(
    ({ kind, operations }) =>
      kind === 'admin' && operations.some(({ act }) => act === 'delete records'),
  )
}

/** Without it a late write may begin a transaction that nobody ends (KIP-890). */
export function verifiesTransactions({ settings }: Plan): boolean {
  return settings['transaction.partition.verification.enable'] !== false
}
