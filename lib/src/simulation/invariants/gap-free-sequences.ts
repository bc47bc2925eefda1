/**
 * Gap-free sequences: in every log the batches of one producer id and epoch go on where the one
 * before ended, and a later epoch begins with 0 (KIP-98, `ProducerAppendInfo.checkSequence`); so no
 * record of a producer is there twice or missing in the middle. The first batch that a log has of a
 * producer may begin anywhere, and so may one of a producer that has expired.
 */
import type { StoredBatch } from '../stored-batch'
import type { ObservedPartition } from './observed-partition'
import type { ObservedReplica } from './observed-replica'

const sequenceMax = 0x7fff_ffff

/** To be asked before the replica takes the batch. */
export function gapFreeSequences(
  partition: ObservedPartition,
  replica: ObservedReplica,
  { producerId, producerEpoch, baseSequence, baseOffset, control }: StoredBatch,
): string | undefined {
  if (producerId < 0 || baseSequence < 0 || control !== undefined) return undefined
  const producer = replica.producers.get(producerId)
  if (producer === undefined || partition.mayHaveForgotten(producer, replica)) return undefined
  const last = producer.epoch === producerEpoch ? producer.lastSequence : -1
  if (last === undefined) return undefined
  const expected = last === sequenceMax ? 0 : last + 1
  if (baseSequence === expected) return undefined
  const who = `producer ${producerId} epoch ${producerEpoch}`
  const place = `offset ${baseOffset} of broker ${replica.broker}`
  return `at ${place} ${who} has sequence ${baseSequence}, not ${expected}`
}
