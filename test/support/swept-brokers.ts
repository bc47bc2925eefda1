/** A sweep by hand: acks and minimum against what befalls the leader, two seeds each. */
import { sweepOf } from '../../lib/src/checker'
import type { Sweep, SweptRun } from '../../lib/src/checker'
import { stage } from './explored'

type Cell = Parameters<typeof stage>[2][number] | 'no verdict'

const fates: Record<string, [Cell, Cell]> = {
  '1, 1, stays': ['once', 'once'],
  '1, 1, dies': ['lost', 'once'],
  '1, 2, stays': ['once', 'once'],
  '1, 2, dies': ['lost', 'lost'],
  'all, 1, stays': ['duplicated', 'once'],
  'all, 1, dies': ['missing', 'missing'],
  'all, 2, stays': ['refused', 'refused'],
  'all, 2, dies': ['no verdict', 'no verdict'],
}

export const sweptBrokersMatrix = { rows: ['acks', 'min ISR'], columns: ['leader'] }

export function sweptBrokers(): Sweep {
  const variations = Object.entries(fates).map(([label, cells]) => {
    const [acks, minimum, leader] = label.split(', ')
    const runs = cells.map((cell, seed): SweptRun => {
      if (cell === 'no verdict') return { seed: seed + 1, error: 'RunError: nothing happened' }
      return { seed: seed + 1, stages: [stage('orders', 'none', ['once', cell])] }
    })
    const chosen = { acks: acks!, 'min ISR': minimum!, leader: leader! }
    const plan = { topics: {}, apps: {}, faults: [], seed: 1, timeLimitMs: 1000 }
    return { chosen, plan, runs }
  })
  return sweepOf([1, 2], variations)
}
