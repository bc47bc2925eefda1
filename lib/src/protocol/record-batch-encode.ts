/**
 * Writes a record batch (magic 2; its grammar stands in record-batch.ts): what seeding a topic, a
 * simulated client and a simulated coordinator need. Never packed, and every record has the batch's
 * timestamp.
 */
import { crc32c } from './crc32c'
import { Buffer } from './platform'
import { Writer } from './writer'

const transactionalBit = 0x10
const controlBit = 0x20

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

export interface MarkerToEncode {
  verdict: 'commit' | 'abort'
  producerId: number
  producerEpoch: number
  coordinatorEpoch: number
  /** Milliseconds since 1970. */
  timestampMs: number
}

/** The parts of a batch that lie around its records. */
interface Frame {
  baseOffset: number
  leaderEpoch: number
  attributes: number
  timestampMs: number
  producer: { id: number; epoch: number; baseSequence: number }
  recordCount: number
}

const noProducer = { id: -1, epoch: -1, baseSequence: -1 }

/** One batch with at least one record. */
export function encodeRecordBatch(batch: BatchToEncode): Buffer {
  const { records, timestampMs, producer } = batch
  if (records.length === 0) throw new RangeError('A record batch needs at least one record')
  const frame = {
    baseOffset: batch.baseOffset ?? 0,
    leaderEpoch: batch.leaderEpoch ?? -1,
    attributes: producer?.kind === 'transactional' ? transactionalBit : 0,
    timestampMs,
    producer: producer ?? noProducer,
    recordCount: records.length,
  }
  return encodeBatch(frame, (writer) => {
    for (const [offsetDelta, record] of records.entries()) writeRecord(writer, offsetDelta, record)
  })
}

/**
 * The control batch that ends a producer's transaction in one partition, as a coordinator sends it:
 * its offset and leader epoch are the partition leader's to set.
 */
export function encodeMarker(marker: MarkerToEncode): Buffer {
  const frame = {
    baseOffset: 0,
    leaderEpoch: -1,
    attributes: transactionalBit | controlBit,
    timestampMs: marker.timestampMs,
    producer: { id: marker.producerId, epoch: marker.producerEpoch, baseSequence: -1 },
    recordCount: 1,
  }
  return encodeBatch(frame, (writer) => writeMarker(writer, marker))
}

function encodeBatch(frame: Frame, writeRecords: (writer: Writer) => void): Buffer {
  const writer = new Writer(128 + frame.recordCount * 64)
  writer.int64(frame.baseOffset)
  const lengthAt = writer.position
  writer.int32(0)
  writer.int32(frame.leaderEpoch)
  writer.int8(2)
  const crcAt = writer.position
  writer.uint32(0)
  writer.int16(frame.attributes)
  writer.int32(frame.recordCount - 1)
  writer.int64(frame.timestampMs)
  writer.int64(frame.timestampMs)
  writer.int64(frame.producer.id)
  writer.int16(frame.producer.epoch)
  writer.int32(frame.producer.baseSequence)
  writer.int32(frame.recordCount)
  writeRecords(writer)
  writer.patchUint32(lengthAt, writer.position - lengthAt - 4)
  writer.patchUint32(crcAt, crc32c(writer.done(), crcAt + 4))
  return writer.done()
}

function writeMarker(writer: Writer, { verdict, coordinatorEpoch }: MarkerToEncode): void {
  const body = new Writer()
  body.int8(0)
  body.varint(0)
  body.varint(0)
  body.varint(4)
  body.int16(0)
  body.int16(verdict === 'commit' ? 1 : 0)
  body.varint(6)
  body.int16(0)
  body.int32(coordinatorEpoch)
  body.varint(0)
  writer.varint(body.position)
  writer.raw(body.done())
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
