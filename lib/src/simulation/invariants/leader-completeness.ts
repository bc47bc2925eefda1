/**
 * Leader completeness: whoever leads, in the epoch that the controller has given it, has all that
 * was ever committed (Raft's property; kip-966 specification). It does not hold where Kafka does
 * not promise it: after an unclean election, or when too many brokers lost their disks.
 */
import type { ObservedPartition } from './observed-partition'

export function leaderCompleteness(partition: ObservedPartition): string | undefined {
  const { leader, completeness, committed, mayHaveLost } = partition
  if (leader === undefined || completeness === 'suspended' || mayHaveLost) return undefined
  if (partition.hasCommitted(leader.replica)) return undefined
  const { broker, log } = leader.replica
  return `broker ${broker} leads with a log to ${log.endOffset}; ${committed.end} is committed`
}
