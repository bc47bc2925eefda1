/**
 * The one thing a classic coordinator reads of what consumers tell each other: which topics they
 * subscribe to, so that the offsets of a topic nobody reads any more can expire (KIP-496).
 *
 *     ConsumerProtocolSubscription v0 => version [topics] user_data
 *       version => INT16
 *       topics => STRING
 *       user_data => NULLABLE_BYTES    not read here
 */
import { MalformedFrameError } from '../../protocol/frame-errors'
import type { Buffer } from '../../protocol/platform'
import { Reader } from '../../protocol/reader'
import { array, string } from '../../protocol/schema'

export const consumerProtocolType = 'consumer'

const topics = array(string)

/** `undefined` when the bytes are not a subscription: clients may write what they like. */
export function subscribedTopicsOf(metadata: Buffer): string[] | undefined {
  try {
    const reader = new Reader(metadata)
    reader.int16()
    return topics.read(reader)
  } catch (error) {
    if (error instanceof MalformedFrameError) return undefined
    throw error
  }
}
