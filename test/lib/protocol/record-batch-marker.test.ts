import assert from 'node:assert/strict'
import { fetch } from '../../../lib/src/protocol/apis/fetch'
import { decodeResponse } from '../../../lib/src/protocol/frame'
import {
  batchChecksum,
  readBatchHeaders,
  readMarker,
  type BatchHeader,
} from '../../../lib/src/protocol/record-batch'
import { encodeMarker, encodeRecordBatch } from '../../../lib/src/protocol/record-batch-encode'
import { readTimestamps } from '../../../lib/src/protocol/record-batch-timestamps'
import { frames } from './fixtures'

/** Every batch that a real broker sent in the recorded session. */
function recorded(): { bytes: Buffer; header: BatchHeader }[] {
  return frames
    .filter(({ api, direction }) => api === 'Fetch' && direction === 'response')
    .flatMap(({ bytes }) => decodeResponse(fetch, bytes).response.topics)
    .flatMap(({ partitions }) => partitions.map(({ records }) => records ?? Buffer.alloc(0)))
    .flatMap((bytes) => readBatchHeaders(bytes, 'cut').map((header) => ({ bytes, header })))
}

describe("a transaction's marker", () => {
  it("is encoded byte for byte as Kafka's coordinator does it", () => {
    const markers = recorded().filter(({ header }) => header.kind === 'control')
    const verdicts = markers.map(({ bytes, header }) => {
      const { verdict, coordinatorEpoch } = readMarker(bytes, header)
      const mine = encodeMarker({
        verdict,
        coordinatorEpoch,
        producerId: header.producerId,
        producerEpoch: header.producerEpoch,
        timestampMs: header.maxTimestampMs,
      })
      mine.writeBigInt64BE(BigInt(header.baseOffset), 0)
      mine.writeInt32BE(header.leaderEpoch, 12)
      assert.deepEqual(mine, bytes.subarray(header.start, header.end))
      return verdict
    })
    assert.ok(verdicts.includes('commit') && verdicts.includes('abort'))
  })

  it('keeps its coordinator epoch', () => {
    const bytes = encodeMarker({
      verdict: 'abort',
      producerId: 7,
      producerEpoch: 2,
      coordinatorEpoch: 41,
      timestampMs: 0,
    })
    const [header] = readBatchHeaders(bytes, 'refuse')
    assert.ok(header)
    assert.deepEqual(readMarker(bytes, header), { verdict: 'abort', coordinatorEpoch: 41 })
    assert.deepEqual([header.producerId, header.producerEpoch, header.transactional], [7, 2, true])
  })
})

describe('timestamps of a batch', () => {
  it('agree with the header of every batch of a real broker', () => {
    const batches = recorded()
    assert.ok(batches.some(({ header }) => header.compression === 'gzip'))
    for (const { bytes, header } of batches) {
      assert.equal(batchChecksum(bytes, header), header.crc)
      const timestamps = readTimestamps(bytes, header)
      assert.equal(timestamps.length, header.recordCount)
      assert.equal(timestamps[0], header.baseTimestampMs)
      assert.equal(Math.max(...timestamps), header.maxTimestampMs)
    }
  })

  it('are those that were encoded', () => {
    const bytes = encodeRecordBatch({ timestampMs: 1_790_000_000_123, records: [{ value: 'a' }] })
    const [header] = readBatchHeaders(bytes, 'refuse')
    assert.ok(header)
    assert.deepEqual(readTimestamps(bytes, header), [1_790_000_000_123])
  })
})
