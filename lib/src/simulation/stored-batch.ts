/**
 * A record batch as a simulated log holds it: its bytes, and its header parsed once. Replicas share
 * the same object, since a batch never changes after its leader has given it offsets and epoch.
 */
import type { Buffer } from '../protocol/platform'

export interface StoredBatch {
  readonly baseOffset: number
  readonly lastOffset: number
  readonly leaderEpoch: number
  /** -1 without a producer id; then epoch and sequence are -1, too. */
  readonly producerId: number
  readonly producerEpoch: number
  readonly baseSequence: number
  readonly recordCount: number
  readonly transactional: boolean
  /** A marker (`EndTxnMarker`) of a transaction, and the coordinator that wrote it. */
  readonly control?: { verdict: 'commit' | 'abort'; coordinatorEpoch: number }
  /** The largest timestamp in the batch, milliseconds since 1970. */
  readonly maxTimestampMs: number
  /** The whole batch with `baseOffset` and `leaderEpoch` inside, as Fetch returns it. */
  readonly bytes: Buffer
}
