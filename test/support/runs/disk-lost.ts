/**
 * As in leader-killed.ts, but the leader's disk is lost with it, and broker 1 leads again before
 * anything else does: what the followers still have is to be cut off.
 */
import type { Run } from '../../../lib/src/history/run'
import { leaderKilled } from './leader-killed'
import { partitionLog } from './recording'

export function diskLost(): Run {
  const run = leaderKilled()
  const history = run.history.map((event) =>
    event.type === 'broker' && event.state === 'killed'
      ? { ...event, state: 'lost its disk' as const }
      : event,
  )
  const replicaLogs = run.replicaLogs.filter(({ broker }) => broker !== 1)
  return { ...run, history, replicaLogs, logs: [partitionLog('orders', [])] }
}
