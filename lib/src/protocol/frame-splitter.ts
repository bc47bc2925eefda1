/**
 * Cuts a TCP byte stream into Kafka's frames. TCP keeps no boundaries: one chunk may hold several
 * frames, and one frame may come in many chunks.
 *
 *     frame => length payload
 *       length => INT32      bytes of the payload
 *
 * A frame that lies within one chunk is handed out as a view of that chunk, without a copy; one
 * that is spread over chunks is joined once, when its last byte has come.
 */
import { MalformedFrameError, TornFrameError } from './frame-errors'
import { Buffer } from './platform'

const prefixBytes = 4

/** The broker's default `socket.request.max.bytes`. */
export const maxFrameBytes = 100 * 1024 * 1024

export class FrameSplitter {
  /** Chunks that belong to one frame that is not whole yet. */
  private pending: Buffer[] = []
  private pendingBytes = 0
  /** Bytes that `pending` needs before there is more to say: the prefix, then the whole frame. */
  private neededBytes = prefixBytes

  /** @param maxBytes the longest payload: a broker's `socket.request.max.bytes` */
  constructor(private readonly maxBytes = maxFrameBytes) {}

  /**
   * Takes the next chunk and returns the frames that are now whole, each with its length prefix.
   * The frames may share memory with the chunk.
   * @throws {MalformedFrameError} a length is negative or above the limit: this is not Kafka's
   * protocol, and there is no way to find the next frame
   */
  push(chunk: Buffer): Buffer[] {
    this.pending.push(chunk)
    this.pendingBytes += chunk.length
    if (this.pendingBytes < this.neededBytes) return []
    const bytes = this.pending.length === 1 ? chunk : Buffer.concat(this.pending, this.pendingBytes)
    return this.split(bytes)
  }

  private split(bytes: Buffer): Buffer[] {
    const frames: Buffer[] = []
    let start = 0
    this.neededBytes = prefixBytes
    while (bytes.length - start >= prefixBytes) {
      const length = bytes.readInt32BE(start)
      if (length < 0 || length > this.maxBytes) throw badLength(length, this.maxBytes)
      const end = start + prefixBytes + length
      if (end > bytes.length) {
        this.neededBytes = prefixBytes + length
        break
      }
      frames.push(bytes.subarray(start, end))
      start = end
    }
    this.pending = start === bytes.length ? [] : [bytes.subarray(start)]
    this.pendingBytes = bytes.length - start
    return frames
  }

  /**
   * Says that the stream has ended.
   * @throws {TornFrameError} it ended inside a frame
   */
  end(): void {
    if (this.pendingBytes === 0) return
    const missing = this.neededBytes - this.pendingBytes
    const what = this.pendingBytes < prefixBytes ? 'length prefix' : 'frame'
    throw new TornFrameError(
      `The stream ended inside a ${what}: ${this.pendingBytes} bytes came, ${missing} are missing`,
      this.pendingBytes,
      missing,
    )
  }
}

function badLength(length: number, maxBytes: number): MalformedFrameError {
  const why = length < 0 ? 'is negative' : `is above the limit of ${maxBytes} bytes`
  return new MalformedFrameError(`A frame's length of ${length} ${why}: is this Kafka's protocol?`)
}
