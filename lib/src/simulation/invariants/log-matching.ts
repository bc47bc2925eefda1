/**
 * Log matching: if two replicas have a batch of the same leader epoch and offset, their logs are
 * the same up to it (Raft's property; `LogMatching` of hachikuji's kafka-specification). By
 * induction: each batch is written once, by one leader per epoch without gaps, and has the same
 * batch before it wherever it stands. Replicas share batches as objects, so identity decides.
 */
import type { StoredBatch } from '../stored-batch'
import type { ObservedPartition } from './observed-partition'
import type { ObservedReplica } from './observed-replica'

/** To be asked before the replica takes the batch. */
export function logMatching(
  { written, epochEnds }: ObservedPartition,
  replica: ObservedReplica,
  batch: StoredBatch,
): string | undefined {
  const { broker, lastBatch, log } = replica
  const place = `offset ${batch.baseOffset} of epoch ${batch.leaderEpoch}`
  if (!written.has(batch)) {
    const next = epochEnds.get(batch.leaderEpoch)
    written.set(batch, lastBatch)
    epochEnds.set(batch.leaderEpoch, batch.lastOffset + 1)
    if (next === undefined || next === batch.baseOffset) return undefined
    return `broker ${broker} wrote ${place}, where that epoch had come to ${next}`
  }
  const before = written.get(batch)
  if (before === lastBatch || before === undefined || lastBatch === undefined) return undefined
  if (log.startOffset >= batch.baseOffset) return undefined
  const own = `${lastBatch.baseOffset} of epoch ${lastBatch.leaderEpoch}`
  const others = `${before.baseOffset} of epoch ${before.leaderEpoch}`
  return `before ${place} broker ${broker} has offset ${own}, its leader had ${others}`
}
