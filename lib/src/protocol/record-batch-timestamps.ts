/**
 * The timestamps of a batch's records: what a broker needs to find the offset of a point in time
 * (ListOffsets). The header tells only the first record's and the largest.
 */
import type { Buffer } from './platform'
import type { Reader } from './reader'
import { recordsReader, type BatchHeader } from './record-batch'

/** Milliseconds since 1970, in the order of the records. */
export function readTimestamps(bytes: Buffer, header: BatchHeader): number[] {
  const reader = recordsReader(bytes, header)
  const timestamps: number[] = []
  for (let index = 0; index < header.recordCount; index++) {
    const length = reader.varint()
    const next = reader.position + length
    reader.skip(1)
    timestamps.push(header.baseTimestampMs + varlong(reader))
    reader.skip(next - reader.position)
  }
  return timestamps
}

/** VARLONG: zigzag over 7 bits a byte, the lowest first. */
function varlong(reader: Reader): number {
  let bits = 0n
  for (let shift = 0n; ; shift += 7n) {
    const byte = reader.int8()
    bits |= BigInt(byte & 0x7f) << shift
    if ((byte & 0x80) === 0) break
  }
  return Number(BigInt.asIntN(64, (bits >> 1n) ^ -(bits & 1n)))
}
