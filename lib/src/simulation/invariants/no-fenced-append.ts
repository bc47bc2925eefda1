/**
 * No append by a fenced epoch: in no log does a batch follow one of a later leader epoch, producer
 * epoch, or (for markers) coordinator epoch, and nobody writes in a leader epoch that the
 * controller did not give it (KIP-101, KIP-98; `ProducerAppendInfo.checkProducerEpoch`). What the
 * broker may have forgotten, since `producer.id.expiration.ms` is over, binds nobody.
 */
import type { StoredBatch } from '../stored-batch'
import type { ObservedPartition } from './observed-partition'
import type { ObservedReplica } from './observed-replica'

/** To be asked before the replica takes the batch. */
export function noFencedAppend(
  partition: ObservedPartition,
  replica: ObservedReplica,
  batch: StoredBatch,
): string | undefined {
  const { leaderEpoch, producerId, producerEpoch, control, baseOffset } = batch
  const { broker, lastBatch } = replica
  const what = `broker ${broker} appends offset ${baseOffset}`
  if (lastBatch !== undefined && leaderEpoch < lastBatch.leaderEpoch) {
    return `${what} of leader epoch ${leaderEpoch} after one of ${lastBatch.leaderEpoch}`
  }
  const elected = partition.elected.get(leaderEpoch)
  if (!partition.written.has(batch) && elected !== broker) {
    return `${what} of leader epoch ${leaderEpoch}, which belongs to ${elected ?? 'nobody'}`
  }
  const producer = replica.producers.get(producerId)
  if (producer === undefined || partition.mayHaveForgotten(producer, replica)) return undefined
  if (producerEpoch < producer.epoch) {
    return `${what} of producer ${producerId} epoch ${producerEpoch} after ${producer.epoch}`
  }
  if (control !== undefined && control.coordinatorEpoch < producer.coordinatorEpoch) {
    const { coordinatorEpoch } = control
    return `${what}, a marker of coordinator ${coordinatorEpoch} after ${producer.coordinatorEpoch}`
  }
  return undefined
}
