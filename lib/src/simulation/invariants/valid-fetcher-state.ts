/**
 * Valid fetcher state: a leader believes of no follower that it has more than it has, and no
 * broker leads in an epoch that the controller gave to another (`ValidFetcherState` of the kip-966
 * specification, seen from the leader). A follower that died uncleanly may have less than before.
 */
import type { ObservedPartition } from './observed-partition'

export function validFetcherState(partition: ObservedPartition): string | undefined {
  const { leader, replicas, uncleanShutdowns, elected } = partition
  for (const { broker } of replicas.values()) {
    const epoch = partition.leadershipOf(broker)?.leaderEpoch
    if (epoch !== undefined && elected.get(epoch) !== broker) {
      return `broker ${broker} leads in epoch ${epoch}, which belongs to ${elected.get(epoch)}`
    }
  }
  if (leader === undefined) return undefined
  for (const { id, endOffset } of leader.leadership.followers.values()) {
    const replica = replicas.get(id)
    if (endOffset <= (replica?.log.endOffset ?? 0) || uncleanShutdowns.has(id)) continue
    const has = replica?.log.endOffset ?? 'no log'
    return `leader ${leader.replica.broker} has seen ${endOffset} of broker ${id}, which has ${has}`
  }
  return undefined
}
