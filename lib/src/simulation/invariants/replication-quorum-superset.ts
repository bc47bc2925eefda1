/**
 * Replication quorum superset: the replicas that a leader waits for include all of the ISR that the
 * controller may elect from (KIP-497's maximal ISR; `ReplicationQuorumSuperset` of the kip-966
 * specification).
 */
import type { ObservedPartition } from './observed-partition'

export function replicationQuorumSuperset({ image, leader }: ObservedPartition) {
  if (leader === undefined) return undefined
  const { maximal } = leader.leadership.isr
  const missing = image.isr.find((broker) => !maximal.includes(broker))
  if (missing === undefined) return undefined
  const { broker } = leader.replica
  return `leader ${broker} waits for [${maximal}], and ${missing} of ISR [${image.isr}] may lead`
}
