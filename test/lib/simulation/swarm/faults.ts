/** What a planned fault does to the cluster; one that does not fit its state does nothing. */
import type { SimulatedCluster } from '../../../../lib/src/simulation/cluster'
import type { Fault } from './plan'
import { brokers } from './world'

export function inflict(cluster: SimulatedCluster, fault: Fault): void {
  if (fault.kind === 'cut') return cluster.cut(fault.one, fault.other)
  if (fault.kind === 'mend') return cluster.mend(fault.one, fault.other)
  const { kind, broker } = fault
  const state = cluster.state(broker)
  if (kind === 'kill' && state !== 'dead') cluster.kill(broker)
  if (kind === 'lose power' && state !== 'dead') cluster.powerLoss(broker)
  if (kind === 'pause' && state === 'running') cluster.pause(broker)
  if (kind === 'resume' && state === 'paused') cluster.resume(broker)
  if (kind === 'restart' && state === 'dead') cluster.restart(broker)
}

export function endFaults(cluster: SimulatedCluster): void {
  cluster.mendAll()
  for (const broker of brokers) {
    inflict(cluster, { kind: 'resume', broker })
    inflict(cluster, { kind: 'restart', broker })
  }
}
