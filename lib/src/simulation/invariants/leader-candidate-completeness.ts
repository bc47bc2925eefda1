/**
 * Leader candidate completeness: all members of the ISR and of the ELR, out of which the next
 * leader comes, have all that is committed (kip-966 specification). A broker whose machine lost its
 * power lacks what was not flushed until it has fetched it again; KIP-966 sees to it that it does
 * not lead before, and leader completeness says so.
 */
import type { ObservedPartition } from './observed-partition'

export function leaderCandidateCompleteness(partition: ObservedPartition): string | undefined {
  const { image, replicas, committed, completeness, mayHaveLost } = partition
  if (completeness === 'suspended' || mayHaveLost || committed.end === 0) return undefined
  for (const broker of [...image.isr, ...image.elr]) {
    const replica = replicas.get(broker)
    if (replica?.tail === 'cut') continue
    if (replica !== undefined && partition.hasCommitted(replica)) continue
    const sets = `ISR [${image.isr}], ELR [${image.elr}]`
    const end = replica?.log.endOffset ?? 0
    return `broker ${broker} (${sets}) has a log to ${end}; ${committed.end} is committed`
  }
  return undefined
}
