/**
 * No committed offset beyond the log end: a group's offset that was not beyond the high watermark
 * when it was committed never comes to lie beyond the leader's log. Kafka takes any offset, so one
 * that was too large from the start is its client's fault and not looked at.
 */
import { decodeRecordBatches } from '../../protocol/record-batch'
import type { StoredBatch } from '../stored-batch'
import type { ObservedPartition } from './observed-partition'

export function groupOffsetsExist(partition: ObservedPartition): string | undefined {
  const { leader, largestGroupOffset } = partition
  if (leader === undefined || partition.completeness === 'suspended') return undefined
  if (partition.mayHaveLost || leader.replica.log.endOffset >= largestGroupOffset) return undefined
  const { broker, log } = leader.replica
  return `a group has ${largestGroupOffset}, the log of leader ${broker} ends at ${log.endOffset}`
}

/** Takes note of the offsets in a batch of `__consumer_offsets` that has become committed. */
export function noteGroupOffsets(
  { bytes, control }: StoredBatch,
  partitionOf: (topic: string, partition: number) => ObservedPartition | undefined,
): void {
  if (control !== undefined) return
  for (const { records } of decodeRecordBatches(bytes, 'refuse')) {
    for (const { key, value } of records) {
      if (key === null || value === null) continue
      const { type, topic, partition } = JSON.parse(key) as Record<string, unknown>
      if (type !== 'offset') continue
      const target = partitionOf(String(topic), Number(partition))
      const { offset } = JSON.parse(value) as { offset: number }
      if (target === undefined || offset > target.committed.end) continue
      target.largestGroupOffset = Math.max(target.largestGroupOffset, offset)
    }
  }
}
