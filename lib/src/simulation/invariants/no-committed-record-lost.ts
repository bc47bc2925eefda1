/**
 * No committed record is lost globally: what is committed stands on at least one replica, dead or
 * alive, unless as many brokers as `min.insync.replicas` were shut down uncleanly and are not back
 * in the ISR (kip-966 specification), or an unclean election was allowed.
 */
import type { ObservedPartition } from './observed-partition'

export function noCommittedRecordLost(partition: ObservedPartition): string | undefined {
  const { committed, completeness, mayHaveLost, uncleanShutdowns, replicas } = partition
  if (completeness === 'suspended' || mayHaveLost || committed.end === 0) return undefined
  for (const replica of replicas.values()) if (partition.hasCommitted(replica)) return undefined
  const unclean = [...uncleanShutdowns.keys()]
  return `nobody has what is committed up to ${committed.end}; unclean: [${unclean}]`
}
