/**
 * Writes Kafka's primitive types into a buffer that grows. The counterpart of reader.ts; a value
 * that its type cannot hold is an error that names it.
 */
import { Buffer } from './platform'

const two32 = 0x1_0000_0000

export class Writer {
  private bytes: Buffer
  private length = 0

  constructor(capacityBytes = 256) {
    this.bytes = Buffer.allocUnsafe(capacityBytes)
  }

  get position(): number {
    return this.length
  }

  /** What was written, as a view of the writer's own memory. */
  done(): Buffer {
    return this.bytes.subarray(0, this.length)
  }

  private reserve(length: number): number {
    const start = this.length
    const end = start + length
    if (end > this.bytes.length) {
      const grown = Buffer.allocUnsafe(Math.max(end, this.bytes.length * 2))
      this.bytes.copy(grown, 0, 0, start)
      this.bytes = grown
    }
    this.length = end
    return start
  }

  int8(value: number): void {
    const at = this.reserve(1)
    this.bytes.writeInt8(value, at)
  }

  int16(value: number): void {
    const at = this.reserve(2)
    this.bytes.writeInt16BE(value, at)
  }

  int32(value: number): void {
    const at = this.reserve(4)
    this.bytes.writeInt32BE(value, at)
  }

  uint32(value: number): void {
    const at = this.reserve(4)
    this.bytes.writeUInt32BE(value, at)
  }

  /** @throws {RangeError} the number is not an integer within ±2^53 */
  int64(value: number): void {
    if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is not a safe INT64`)
    const at = this.reserve(8)
    const high = Math.floor(value / two32)
    this.bytes.writeInt32BE(high, at)
    this.bytes.writeUInt32BE(value - high * two32, at + 4)
  }

  boolean(value: boolean): void {
    this.int8(value ? 1 : 0)
  }

  unsignedVarint(value: number): void {
    let rest = value >>> 0
    while (rest > 0x7f) {
      const at = this.reserve(1)
      this.bytes[at] = (rest & 0x7f) | 0x80
      rest >>>= 7
    }
    const at = this.reserve(1)
    this.bytes[at] = rest
  }

  varint(value: number): void {
    this.unsignedVarint((value << 1) ^ (value >> 31))
  }

  raw(value: Buffer): void {
    const at = this.reserve(value.length)
    value.copy(this.bytes, at)
  }

  /** UTF-8 without a length; returns how many bytes it took. */
  text(value: string): number {
    const length = Buffer.byteLength(value)
    const at = this.reserve(length)
    this.bytes.write(value, at, length, 'utf8')
    return length
  }

  /** Overwrites two bytes written earlier. */
  patchInt16(at: number, value: number): void {
    this.bytes.writeInt16BE(value, at)
  }

  /** Overwrites four bytes written earlier: lengths and checksums are known only at the end. */
  patchUint32(at: number, value: number): void {
    this.bytes.writeUInt32BE(value, at)
  }
}
