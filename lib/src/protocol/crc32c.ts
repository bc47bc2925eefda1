/**
 * CRC-32C (Castagnoli polynomial, reflected form 0x82f63b78), the checksum of Kafka's record
 * batches: one table look-up per byte.
 */
const table = new Uint32Array(256)
for (let index = 0; index < 256; index++) {
  let remainder = index
  for (let bit = 0; bit < 8; bit++) {
    remainder = remainder & 1 ? (remainder >>> 1) ^ 0x82f63b78 : remainder >>> 1
  }
  table[index] = remainder
}

/** The checksum of `bytes[start…end)` as an unsigned 32-bit number. */
export function crc32c(bytes: Uint8Array, start = 0, end = bytes.length): number {
  let checksum = 0xffffffff
  for (let index = start; index < end; index++) {
    const low = (checksum ^ (bytes[index] as number)) & 0xff
    checksum = (checksum >>> 8) ^ (table[low] as number)
  }
  return (checksum ^ 0xffffffff) >>> 0
}
