/**
 * Valid high watermark: on every replica it lies between the log's start and end, and no replica
 * takes for committed what no leader had committed (`ValidHighWatermark` of the kip-966
 * specification).
 */
import type { ObservedPartition } from './observed-partition'
import type { ObservedReplica } from './observed-replica'

export function validHighWatermark(
  { committed, hasLostRecords, uncleanEpoch }: ObservedPartition,
  { log, broker }: ObservedReplica,
): string | undefined {
  const { startOffset, endOffset, highWatermark } = log
  if (highWatermark < startOffset || highWatermark > endOffset) {
    return `on broker ${broker} it is ${highWatermark}, outside of [${startOffset}, ${endOffset}]`
  }
  if (hasLostRecords || uncleanEpoch >= 0) return undefined
  if (highWatermark <= committed.end) return undefined
  return `on broker ${broker} it is ${highWatermark}; leaders had only come to ${committed.end}`
}
