/**
 * While a leader leads in one epoch its high watermark never goes back
 * (`Partition.maybeIncrementLeaderHW`); a new leader may begin with an older one (KIP-101).
 */
import type { ObservedReplica } from './observed-replica'

export function highWatermarkMonotonic({ log, broker, reached }: ObservedReplica) {
  if (reached === undefined || log.highWatermark >= reached.highWatermark) return undefined
  return `on leader ${broker} it went back from ${reached.highWatermark} to ${log.highWatermark}`
}
