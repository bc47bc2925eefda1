/**
 * From the bytes of a Produce to the batch a log stores: a leader's checks of size, checksum and
 * header, and the batch's own offsets and leader epoch written into a copy of its bytes. After
 * `ProduceRequest.validateRecords`, `UnifiedLog.analyzeAndValidateRecords` and `LogValidator`; the
 * records inside are not looked at, and timestamps are taken as they are (`CreateTime`, no limits).
 */
import type { KafkaErrorName } from '../../protocol/errors'
import { MalformedFrameError } from '../../protocol/frame-errors'
import { Buffer } from '../../protocol/platform'
import {
  batchChecksum,
  readBatchHeaders,
  readMarker,
  type BatchHeader,
} from '../../protocol/record-batch'
import type { StoredBatch } from '../stored-batch'
import type { AppendOrigin } from './idempotence-table'
import { noSequence } from './sequence'

const leaderEpochAt = 12
const magicAt = 16

/** A batch that has passed the checks, not yet in a log. */
export interface AcceptedBatch {
  /** The buffer that the header's `start` and `end` count in. */
  records: Buffer
  header: BatchHeader
}

/** @returns why the bytes are refused, or the one batch that stands in them */
export function acceptBatch(
  records: Buffer,
  origin: AppendOrigin,
  maxMessageBytes: number,
): AcceptedBatch | KafkaErrorName {
  if (records.length > magicAt && records[magicAt] !== 2) return 'INVALID_RECORD'
  const headers = headersOf(records)
  if (typeof headers === 'string') return headers
  const [header, ...more] = headers
  if (header === undefined || more.length > 0) return 'INVALID_RECORD'
  const refused = refusal(records, header, origin, maxMessageBytes)
  return refused ?? { records, header }
}

/** A copy with offsets and leader epoch inside; both stand before what the checksum covers. */
export function storeBatch(
  { records, header }: AcceptedBatch,
  baseOffset: number,
  leaderEpoch: number,
): StoredBatch {
  const bytes = Buffer.from(records.subarray(header.start, header.end))
  bytes.writeBigInt64BE(BigInt(baseOffset), 0)
  bytes.writeInt32BE(leaderEpoch, leaderEpochAt)
  return {
    baseOffset,
    lastOffset: baseOffset + header.lastOffset - header.baseOffset,
    leaderEpoch,
    producerId: header.producerId,
    producerEpoch: header.producerEpoch,
    baseSequence: header.baseSequence,
    recordCount: header.recordCount,
    transactional: header.transactional,
    ...(header.kind === 'control' ? { control: readMarker(records, header) } : {}),
    maxTimestampMs: header.maxTimestampMs,
    bytes,
  }
}

/** A cut last batch is left out, as Kafka's iterator over batches does. */
function headersOf(records: Buffer): BatchHeader[] | KafkaErrorName {
  try {
    return readBatchHeaders(records, 'cut')
  } catch (error) {
    if (error instanceof MalformedFrameError) return 'CORRUPT_MESSAGE'
    throw error
  }
}

function refusal(
  records: Buffer,
  header: BatchHeader,
  origin: AppendOrigin,
  maxMessageBytes: number,
): KafkaErrorName | undefined {
  if (origin === 'client' && header.baseOffset !== 0) return 'INVALID_RECORD'
  if (header.end - header.start > maxMessageBytes) return 'MESSAGE_TOO_LARGE'
  if (batchChecksum(records, header) !== header.crc) return 'CORRUPT_MESSAGE'
  if (header.compression !== 'none' && header.compression !== 'gzip') {
    return 'UNSUPPORTED_COMPRESSION_TYPE'
  }
  if (origin === 'client' && !isProducers(header)) return 'INVALID_RECORD'
  return undefined
}

/** What a client may write: counted records, no markers, a sequence with a producer id. */
function isProducers(header: BatchHeader): boolean {
  const counted = header.lastOffset - header.baseOffset + 1
  if (counted <= 0 || counted !== header.recordCount) return false
  if (header.kind === 'control') return false
  return header.producerId < 0 || header.baseSequence > noSequence
}
