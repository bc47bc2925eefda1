/** A cluster that the lab can run experiments on, whoever owns its processes. */
import type { BrokerAddress, LocalCluster } from './kafka/local-cluster'
import type { WireClient } from './wire-client'

export interface Cluster {
  readonly kind: 'local' | 'own'
  /** e.g. `4.4.0`; `unknown` where a cluster of the user's own does not tell. */
  readonly kafkaVersion: string
  /** Ordered by id. */
  readonly brokers: readonly BrokerAddress[]
  /** The lab's own connections, for what it does around a run. */
  readonly wire: WireClient
  /** The brokers' processes; absent on a cluster of the user's own. */
  readonly processes?: LocalCluster
}
