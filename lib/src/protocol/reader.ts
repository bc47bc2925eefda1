/**
 * Reads Kafka's primitive types from a buffer, in order. Every length is checked against the bytes
 * that are there. INT64 is read as a number: offsets, producer ids and timestamps of a lab stay far
 * below 2^53, and one that does not is an error instead of a rounded value.
 */
import { MalformedFrameError } from './frame-errors'
import { Buffer, isUtf8 } from './platform'

const two32 = 0x1_0000_0000
const replacementCharacter = '\ufffd'

export class Reader {
  private offset: number

  /** Reads from `offset` up to the end of `bytes`. */
  constructor(
    readonly bytes: Buffer,
    offset = 0,
  ) {
    this.offset = offset
  }

  get position(): number {
    return this.offset
  }

  get remaining(): number {
    return this.bytes.length - this.offset
  }

  /** Moves past `length` bytes and returns where they began. */
  private take(length: number): number {
    const start = this.offset
    const end = start + length
    if (end > this.bytes.length) {
      throw new MalformedFrameError(
        `${length} bytes wanted at byte ${start}, but only ${this.bytes.length - start} are left`,
      )
    }
    this.offset = end
    return start
  }

  skip(length: number): void {
    this.take(length)
  }

  int8(): number {
    return this.bytes.readInt8(this.take(1))
  }

  int16(): number {
    return this.bytes.readInt16BE(this.take(2))
  }

  int32(): number {
    return this.bytes.readInt32BE(this.take(4))
  }

  uint32(): number {
    return this.bytes.readUInt32BE(this.take(4))
  }

  int64(): number {
    const at = this.take(8)
    const value = this.bytes.readInt32BE(at) * two32 + this.bytes.readUInt32BE(at + 4)
    if (!Number.isSafeInteger(value)) {
      throw new MalformedFrameError(
        `INT64 ${this.bytes.readBigInt64BE(at)} at byte ${at} is beyond 2^53`,
      )
    }
    return value
  }

  boolean(): boolean {
    return this.int8() !== 0
  }

  /** UNSIGNED_VARINT: 7 bits a byte, the lowest first. */
  unsignedVarint(): number {
    const first = this.bytes[this.take(1)] as number
    if (first < 0x80) return first
    let value = first & 0x7f
    for (let shift = 7; shift < 35; shift += 7) {
      const byte = this.bytes[this.take(1)] as number
      value |= (byte & 0x7f) << shift
      if ((byte & 0x80) === 0) return value >>> 0
    }
    throw new MalformedFrameError(`A varint at byte ${this.offset - 5} is longer than 5 bytes`)
  }

  /** VARINT: zigzag over the unsigned form. */
  varint(): number {
    const value = this.unsignedVarint()
    return (value >>> 1) ^ -(value & 1)
  }

  /** Moves past a VARLONG; the lab has no use for the timestamp deltas that are written so. */
  skipVarlong(): void {
    for (let length = 1; length <= 10; length++) {
      if (((this.bytes[this.take(1)] as number) & 0x80) === 0) return
    }
    throw new MalformedFrameError(`A varlong at byte ${this.offset - 10} is longer than 10 bytes`)
  }

  /** The next `length` bytes, as a view. */
  raw(length: number): Buffer {
    if (length < 0) throw new MalformedFrameError(`length ${length} is negative`)
    const start = this.take(length)
    return this.bytes.subarray(start, start + length)
  }

  /** The next `length` bytes as text. */
  text(length: number): string {
    if (length < 0) throw new MalformedFrameError(`length ${length} is negative`)
    const start = this.take(length)
    const text = this.bytes.toString('utf8', start, start + length)
    if (text.includes(replacementCharacter) && !isUtf8(this.bytes.subarray(start, this.offset))) {
      throw new MalformedFrameError(`the ${length} bytes at byte ${start} are not UTF-8`)
    }
    return text
  }

  /** The next `length` bytes as text, or as `0x…` when they are not UTF-8. */
  textOrHex(length: number): string {
    if (length < 0) throw new MalformedFrameError(`length ${length} is negative`)
    const start = this.take(length)
    const text = this.bytes.toString('utf8', start, start + length)
    if (text.includes(replacementCharacter) && !isUtf8(this.bytes.subarray(start, this.offset))) {
      return `0x${this.bytes.toString('hex', start, this.offset)}`
    }
    return text
  }

  /** @throws {MalformedFrameError} bytes are left, so the frame was not what it was taken for */
  end(what: string): void {
    if (this.remaining === 0) return
    throw new MalformedFrameError(`${this.remaining} bytes are left after ${what}`)
  }
}
