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

/** Whether all that is acknowledged with acks -1 must be there at the end, whatever happened. */
export function promisesRecords({ faults, topics, clients }: Plan): boolean {
  return (
    faults.every(({ fault }) => fault.kind !== 'lose power') &&
    topics.every(({ config }) => config['unclean.leader.election.enable'] !== 'true') &&
    clients.every(
      ({ kind, operations }) =>
        kind !== 'admin' || operations.every(({ act }) => act !== 'delete records'),
    )
  )
}
