/**
 * Experiments from a seed. Each kind of plan in the table below comes up in turn; its settings,
 * messages and faults are drawn. What a plan's outcome must not depend on is time: apps that share
 * a topic start one after the other, and a killed leader's last records are either known to be
 * replicated or known not to be.
 */
import type { Experiment } from '../../lib/src/lab'
import { coordinatorPlan, leaderPlan, tooFewReplicasPlan } from './broker-plans'
import { Chance } from './chance'
import {
  consumePlan,
  copyPlan,
  deletedRecordsPlan,
  stalledConsumerPlan,
  withReader,
} from './consumer-plans'
import type { Parts } from './draw'
import { exhaustedPlan, producePlan, stalledTransactionPlan, transactPlan } from './producer-plans'

export interface GeneratedPlan {
  /** E.g. `7 (transactions)`. */
  name: string
  experiment: Experiment
}

const kinds = {
  produce: producePlan,
  transactions: transactPlan,
  consume: consumePlan,
  'read-process-write': copyPlan,
  'produce and reader': (chance: Chance) => withReader(chance, producePlan(chance)),
  'transactions and reader': (chance: Chance) => withReader(chance, transactPlan(chance)),
  'exhausted retries': exhaustedPlan,
  'stalled transaction': stalledTransactionPlan,
  'stalled consumer': stalledConsumerPlan,
  'deleted records': deletedRecordsPlan,
  'leader dies': leaderPlan,
  'coordinator dies': coordinatorPlan,
  'too few replicas': tooFewReplicasPlan,
} satisfies Record<string, (chance: Chance) => Parts>

/** How often each kind comes up in twenty plans; those that wait for a failover are slow. */
const turns: readonly (keyof typeof kinds)[] = [
  ...(['produce', 'transactions', 'consume', 'read-process-write'] as const),
  ...(['produce and reader', 'transactions', 'produce', 'stalled transaction'] as const),
  ...(['consume', 'leader dies', 'produce', 'transactions'] as const),
  ...(['read-process-write', 'transactions and reader', 'stalled consumer'] as const),
  ...([
    'coordinator dies',
    'exhausted retries',
    'consume',
    'deleted records',
    'too few replicas',
  ] as const),
]

/** The first `count` plans of this seed; a longer list begins with the shorter one. */
export function generatePlans(seed: number, count: number): GeneratedPlan[] {
  return Array.from({ length: count }, (_, index) => {
    const kind = turns[index % turns.length]!
    const parts = kinds[kind](new Chance(seed, `plan ${index}`))
    const experiment = { ...parts, seed: seed * 1000 + index, timeLimitMs: 20_000 }
    return { name: `${index} (${kind})`, experiment }
  })
}
