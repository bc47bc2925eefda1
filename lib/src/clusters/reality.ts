/** What clusters of real brokers have in common: TCP, and time that passes by itself. */
import { connect } from 'node:net'
import type { Cluster } from './cluster'

export const reality: Pick<Cluster, 'time' | 'open'> = {
  time: {
    drive: (work) => work(),
    enter: (_owner, run) => run(),
  },
  open: (_attempt, host, port) => connect({ host, port, noDelay: true }),
}
