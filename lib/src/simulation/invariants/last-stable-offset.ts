/**
 * The last stable offset is at most the high watermark, never goes back while a leader leads, and
 * is where the first transaction begins that has no marker or whose marker is not replicated
 * (KIP-98, `UnifiedLog.fetchLastStableOffsetMetadata`): read_committed sees nothing undecided.
 */
import type { ObservedReplica } from './observed-replica'

export function lastStableOffset(replica: ObservedReplica): string | undefined {
  const { log, broker, reached } = replica
  const { lastStableOffset: stable, highWatermark } = log
  if (stable > highWatermark) {
    return `on broker ${broker} it is ${stable}, beyond the high watermark ${highWatermark}`
  }
  const expected = replica.expectedLastStableOffset()
  if (stable !== expected) {
    return `on broker ${broker} it is ${stable}; by the log's transactions ${expected}`
  }
  if (reached !== undefined && stable < reached.lastStableOffset) {
    return `on leader ${broker} it went back from ${reached.lastStableOffset} to ${stable}`
  }
  return undefined
}
