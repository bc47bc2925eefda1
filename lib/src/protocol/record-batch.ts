/**
 * Record batches (magic 2, KIP-98): what Produce carries, what Fetch returns, and what a replica's
 * log file holds, one after the other. gzip is unpacked; snappy, lz4 and zstd, which kafkajs has
 * only with plug-ins, are refused by name. Decoded records carry no timestamps: no experiment is
 * about them; the header's are there for a broker's sake.
 *
 *     batch => base_offset batch_length leader_epoch magic crc attributes last_offset_delta
 *              base_timestamp max_timestamp producer_id producer_epoch base_sequence [records]
 *       base_offset => INT64
 *       batch_length => INT32          bytes after this field
 *       leader_epoch => INT32
 *       magic => INT8                  2
 *       crc => UINT32                  CRC-32C of everything after it
 *       attributes => INT16            bits 0-2 compression, 4 transactional, 5 control
 *       last_offset_delta => INT32
 *       base_timestamp, max_timestamp, producer_id => INT64
 *       producer_epoch => INT16
 *       base_sequence => INT32
 *       records => length attributes timestamp_delta offset_delta key value [headers]
 *         length => VARINT
 *         attributes => INT8
 *         timestamp_delta => VARLONG
 *         offset_delta => VARINT
 *         key, value => VARINT bytes   -1: null
 *         headers => key value         count and lengths are VARINT
 *     control record => key: version type
 *       version, type => INT16         type 0: abort, 1: commit
 *     control record => value: version coordinator_epoch
 *       version => INT16
 *       coordinator_epoch => INT32
 */
import type { LogBatch, LogRecord } from '../history/run'
import { crc32c } from './crc32c'
import { MalformedFrameError, TornFrameError } from './frame-errors'
import { maxFrameBytes } from './frame-splitter'
import { gunzipSync, type Buffer } from './platform'
import { Reader } from './reader'

/** Bytes up to and with batch_length. */
const lengthEnd = 12
const crcEnd = 21
/** Bytes before the records; batch_length counts those after `lengthEnd`. */
export const batchHeaderBytes = 61

const compressions = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const

/** A batch's header, and where its bytes lie in the buffer it was read from. */
export interface BatchHeader extends Omit<LogBatch, 'records' | 'control'> {
  kind: 'records' | 'control'
  recordCount: number
  /** Milliseconds since 1970; the records' timestamps are counted from the first of the two. */
  baseTimestampMs: number
  maxTimestampMs: number
  crc: number
  start: number
  end: number
}

/**
 * What to do with a batch whose last bytes are missing: a Fetch may cut the last one (`cut`: leave
 * it out), a file or a Produce must not (`refuse`).
 */
export type AtEnd = 'cut' | 'refuse'

/** What a control batch says (`EndTransactionMarker`). */
export interface EndTransactionMarker {
  verdict: 'commit' | 'abort'
  /** Of the coordinator that wrote it; a broker refuses an older one than it knows. */
  coordinatorEpoch: number
}

/**
 * Decodes batches that stand one after the other, and checks their checksums.
 * @throws {TornFrameError} with `refuse`: the last batch is cut; names its offset
 * @throws {MalformedFrameError} not magic 2, a wrong checksum, a compression that cannot be read
 */
export function decodeRecordBatches(bytes: Buffer, atEnd: AtEnd): LogBatch[] {
  return readBatchHeaders(bytes, atEnd).map((header) => {
    const crc = batchChecksum(bytes, header)
    if (crc !== header.crc) {
      throw new MalformedFrameError(
        `The batch at offset ${header.baseOffset} has checksum ${crc}, not ${header.crc}`,
      )
    }
    return decodeBatch(bytes, header)
  })
}

/** What the checksum should be; base offset and leader epoch stand before what it covers. */
export function batchChecksum(bytes: Buffer, header: BatchHeader): number {
  return crc32c(bytes, header.start + crcEnd, header.end)
}

/** The headers alone, unchecked but for magic and lengths. */
export function readBatchHeaders(bytes: Buffer, atEnd: AtEnd): BatchHeader[] {
  const headers: BatchHeader[] = []
  let start = 0
  while (start < bytes.length) {
    const missing = missingBytes(bytes, start)
    if (missing > 0) {
      if (atEnd === 'cut') break
      throw tornBatch(bytes, start, missing)
    }
    const header = readBatchHeader(bytes, start)
    headers.push(header)
    start = header.end
  }
  return headers
}

/** The values of a batch's records, in order; a control batch has none. */
export function readValues(bytes: Buffer, header: BatchHeader): (string | null)[] {
  if (header.kind === 'control') return []
  const reader = recordsReader(bytes, header)
  const values: (string | null)[] = []
  for (let index = 0; index < header.recordCount; index++) {
    const length = reader.varint()
    const next = reader.position + length
    skipToKey(reader)
    skipBytes(reader)
    values.push(readText(reader))
    reader.skip(next - reader.position)
  }
  reader.end(`the records of the batch at offset ${header.baseOffset}`)
  return values
}

function missingBytes(bytes: Buffer, start: number): number {
  const present = bytes.length - start
  if (present < lengthEnd) return lengthEnd - present
  const length = bytes.readInt32BE(start + 8)
  if (length < batchHeaderBytes - lengthEnd) {
    throw new MalformedFrameError(
      `A batch at byte ${start} says it is ${length} bytes long: that is no batch of magic 2`,
    )
  }
  return lengthEnd + length - present
}

function tornBatch(bytes: Buffer, start: number, missing: number): TornFrameError {
  const present = bytes.length - start
  const where =
    present < 8
      ? `The batch at byte ${start}`
      : `The batch at byte ${start} (offset ${bytes.readBigInt64BE(start)})`
  return new TornFrameError(
    `${where} is cut: ${present} bytes are there, ${missing} are missing`,
    present,
    missing,
  )
}

function readBatchHeader(bytes: Buffer, start: number): BatchHeader {
  const reader = new Reader(bytes, start)
  const baseOffset = reader.int64()
  const end = start + lengthEnd + reader.int32()
  const leaderEpoch = reader.int32()
  const magic = reader.int8()
  if (magic !== 2) {
    throw new MalformedFrameError(`The batch at offset ${baseOffset} has magic ${magic}, not 2`)
  }
  const crc = reader.uint32()
  const attributes = reader.int16()
  const compression = compressions[attributes & 7]
  if (compression === undefined) {
    throw new MalformedFrameError(
      `The batch at offset ${baseOffset} has compression ${attributes & 7}, which does not exist`,
    )
  }
  const lastOffset = baseOffset + reader.int32()
  return {
    baseOffset,
    lastOffset,
    leaderEpoch,
    baseTimestampMs: reader.int64(),
    maxTimestampMs: reader.int64(),
    producerId: reader.int64(),
    producerEpoch: reader.int16(),
    baseSequence: reader.int32(),
    recordCount: reader.int32(),
    transactional: (attributes & 0x10) !== 0,
    kind: (attributes & 0x20) !== 0 ? 'control' : 'records',
    compression,
    crc,
    start,
    end,
  }
}

function decodeBatch(bytes: Buffer, header: BatchHeader): LogBatch {
  const batch: LogBatch = {
    baseOffset: header.baseOffset,
    lastOffset: header.lastOffset,
    leaderEpoch: header.leaderEpoch,
    producerId: header.producerId,
    producerEpoch: header.producerEpoch,
    baseSequence: header.baseSequence,
    transactional: header.transactional,
    compression: header.compression,
    records: [],
  }
  if (header.kind === 'control') return { ...batch, control: readMarker(bytes, header).verdict }
  const reader = recordsReader(bytes, header)
  for (let index = 0; index < header.recordCount; index++) {
    batch.records.push(readRecord(reader, header.baseOffset))
  }
  reader.end(`the records of the batch at offset ${header.baseOffset}`)
  return batch
}

/** A reader that stands before the first record; gzip is unpacked. */
export function recordsReader(bytes: Buffer, header: BatchHeader): Reader {
  const packed = bytes.subarray(header.start + batchHeaderBytes, header.end)
  if (header.compression === 'none') return new Reader(packed)
  if (header.compression === 'gzip') return new Reader(unpack(packed, header))
  throw new MalformedFrameError(
    `The batch at offset ${header.baseOffset} is packed with ${header.compression}: ` +
      'the lab reads gzip and unpacked batches',
  )
}

function unpack(packed: Buffer, { baseOffset }: BatchHeader): Buffer {
  try {
    return gunzipSync(packed, { maxOutputLength: maxFrameBytes })
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new MalformedFrameError(`The batch at offset ${baseOffset} cannot be unpacked: ${why}`)
  }
}

function readRecord(reader: Reader, baseOffset: number): LogRecord {
  const length = reader.varint()
  const end = reader.position + length
  const offset = baseOffset + skipToKey(reader)
  const key = readText(reader)
  const value = readText(reader)
  const headers = readHeaders(reader)
  if (reader.position !== end) {
    throw new MalformedFrameError(`The record at offset ${offset} is not ${length} bytes long`)
  }
  return { offset, key, value, headers }
}

/** Returns the offset delta. */
function skipToKey(reader: Reader): number {
  reader.skip(1)
  reader.skipVarlong()
  return reader.varint()
}

function skipBytes(reader: Reader): void {
  const length = reader.varint()
  if (length > 0) reader.skip(length)
}

function readText(reader: Reader): string | null {
  const length = reader.varint()
  return length === -1 ? null : reader.textOrHex(length)
}

/** Of headers with one name the last counts, as in Kafka's `lastHeader`; null reads as empty. */
function readHeaders(reader: Reader): Record<string, string> {
  const headers: Record<string, string> = {}
  const count = reader.varint()
  for (let index = 0; index < count; index++) {
    const name = reader.text(reader.varint())
    headers[name] = readText(reader) ?? ''
  }
  return headers
}

/** @throws {MalformedFrameError} the control batch is no transaction's marker */
export function readMarker(bytes: Buffer, header: BatchHeader): EndTransactionMarker {
  const reader = recordsReader(bytes, header)
  reader.varint()
  skipToKey(reader)
  const keyLength = reader.varint()
  const key = new Reader(reader.raw(keyLength))
  key.skip(2)
  const type = key.int16()
  if (type !== 0 && type !== 1) {
    throw new MalformedFrameError(
      `The control batch at offset ${header.baseOffset} has type ${type}: ` +
        "not a transaction's marker",
    )
  }
  const value = new Reader(reader.raw(reader.varint()))
  value.skip(2)
  return { verdict: type === 1 ? 'commit' : 'abort', coordinatorEpoch: value.int32() }
}
