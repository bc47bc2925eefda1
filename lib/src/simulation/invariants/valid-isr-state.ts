/**
 * Valid ISR state: what a leader takes for the ISR has itself in it and names replicas once, and
 * the maximal ISR has all of the committed one (`PartitionState` in `Partition.scala`, KIP-497).
 */
import type { ObservedPartition } from './observed-partition'

export function validIsrState({ image, leader }: ObservedPartition): string | undefined {
  if (leader === undefined) return undefined
  const { committed, maximal } = leader.leadership.isr
  const { broker } = leader.replica
  if (!committed.includes(broker)) return `leader ${broker} is not in its ISR [${committed}]`
  if (new Set(maximal).size !== maximal.length) return `ISR [${maximal}] names a broker twice`
  const lost = committed.find((member) => !maximal.includes(member))
  if (lost !== undefined) return `${lost} of ISR [${committed}] is not in [${maximal}]`
  const stranger = maximal.find((member) => !image.replicas.includes(member))
  if (stranger === undefined || !leader.leadership.followers.has(stranger)) return undefined
  return `${stranger} is in the ISR [${maximal}] and not among the replicas [${image.replicas}]`
}
