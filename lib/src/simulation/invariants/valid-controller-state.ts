/**
 * Valid controller state: with every change of a partition its epoch grows, and with every change
 * of its leader the leader epoch; ISR and ELR are replicas, each in one of the two and once; a
 * leader is a broker that is not fenced (`PartitionRegistration`, `PartitionChangeBuilder`).
 */
import type { MetadataImage, PartitionImage } from '../metadata-image'

export function validControllerState(
  before: PartitionImage | undefined,
  after: PartitionImage,
  { brokers }: MetadataImage,
): string | undefined {
  const { replicas, isr, elr, leader, leaderEpoch, partitionEpoch } = after
  const members = [...isr, ...elr]
  const stranger = members.find((broker) => !replicas.includes(broker))
  if (stranger !== undefined) return `${stranger} is in [${members}], not in [${replicas}]`
  if (new Set(members).size !== members.length) return `a broker is twice in [${members}]`
  if (leader !== -1 && brokers.get(leader)?.fenced !== false) return `leader ${leader} is fenced`
  if (before === undefined) return undefined
  if (partitionEpoch <= before.partitionEpoch) {
    return `partition epoch ${partitionEpoch} follows ${before.partitionEpoch}`
  }
  if (leaderEpoch < before.leaderEpoch) {
    return `leader epoch ${leaderEpoch} follows ${before.leaderEpoch}`
  }
  if (leader !== before.leader && leaderEpoch === before.leaderEpoch) {
    return `leader ${leader} has the epoch ${leaderEpoch} of ${before.leader}`
  }
  return undefined
}
