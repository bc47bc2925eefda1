/**
 * Writes a record batch (magic 2; its grammar stands in record-batch.ts): what seeding a topic, and
 * a simulated client, need. Never packed, and every record has the batch's timestamp.
 */
import { crc32c } from './crc32c'
import { Buffer } from './platform'
import { Writer } from './writer'

const transactionalBit = 0x10

export interface RecordToEncode {
  /** Default null. */
  key?: string | null
  value: string | null
  headers?: Record<string, string>
}

export interface BatchToEncode {
  records: RecordToEncode[]
  /** Of every record, in milliseconds since 1970. */
  timestampMs: number
  /** Default 0, as in a Produce: the broker sets it. */
  baseOffset?: number
  /** Default -1, as in a Produce. */
  leaderEpoch?: number
  /** Default: none. */
  producer?: {
    id: number
    epoch: number
    baseSequence: number
    kind: 'idempotent' | 'transactional'
  }
}

/** One batch with at least one record. */
export function encodeRecordBatch(batch: BatchToEncode): Buffer {
  const { records, timestampMs, producer } = batch
  if (records.length === 0) throw new RangeError('A record batch needs at least one record')
  const writer = new Writer(128 + records.length * 64)
  writer.int64(batch.baseOffset ?? 0)
  const lengthAt = writer.position
  writer.int32(0)
  writer.int32(batch.leaderEpoch ?? -1)
  writer.int8(2)
  const crcAt = writer.position
  writer.uint32(0)
  writer.int16(producer?.kind === 'transactional' ? transactionalBit : 0)
  writer.int32(records.length - 1)
  writer.int64(timestampMs)
  writer.int64(timestampMs)
  writer.int64(producer?.id ?? -1)
  writer.int16(producer?.epoch ?? -1)
  writer.int32(producer?.baseSequence ?? -1)
  writer.int32(records.length)
  for (const [offsetDelta, record] of records.entries()) writeRecord(writer, offsetDelta, record)
  writer.patchUint32(lengthAt, writer.position - lengthAt - 4)
  writer.patchUint32(crcAt, crc32c(writer.done(), crcAt + 4))
  return writer.done()
}

function writeRecord(writer: Writer, offsetDelta: number, record: RecordToEncode): void {
  const body = new Writer()
  body.int8(0)
  body.varint(0)
  body.varint(offsetDelta)
  writeText(body, record.key ?? null)
  writeText(body, record.value)
  const headers = Object.entries(record.headers ?? {})
  body.varint(headers.length)
  for (const [name, value] of headers) {
    writeText(body, name)
    writeText(body, value)
  }
  writer.varint(body.position)
  writer.raw(body.done())
}

function writeText(writer: Writer, text: string | null): void {
  if (text === null) {
    writer.varint(-1)
    return
  }
  writer.varint(Buffer.byteLength(text))
  writer.text(text)
}
