import assert from 'node:assert/strict'
import { fetch } from '../../../lib/src/protocol/apis/fetch'
import { crc32c } from '../../../lib/src/protocol/crc32c'
import { decodeResponse } from '../../../lib/src/protocol/frame'
import { batchHeaderBytes, decodeRecordBatches } from '../../../lib/src/protocol/record-batch'
import { encodeRecordBatch } from '../../../lib/src/protocol/record-batch-encode'
import { frames } from './fixtures'

/** The records that a broker sent: plain, gzip and transactional batches, both control markers. */
function fetchedRecords(): Buffer {
  const fetches = frames.filter(({ api }) => api === 'Fetch')
  const responses = fetches.filter(({ direction }) => direction === 'response')
  const all = responses.flatMap(({ bytes }) =>
    decodeResponse(fetch, bytes).response.topics.flatMap(({ partitions }) =>
      partitions.map(({ records }) => records),
    ),
  )
  const found = all.find((records) => records !== null && records.length > 0)
  assert.ok(found)
  return found
}

const one = encodeRecordBatch({ timestampMs: 1000, records: [{ key: 'ann', value: 'order-1' }] })
const two = encodeRecordBatch({
  baseOffset: 40,
  leaderEpoch: 3,
  timestampMs: 2000,
  producer: { id: 7, epoch: 2, baseSequence: 5, kind: 'transactional' },
  records: [{ value: 'order-2', headers: { cause: 'basket' } }, { value: null }, { value: '' }],
})

/** A copy of `one` with a byte changed, and the checksum made right again. */
function changed(at: number, value: number): Buffer {
  const bytes = Buffer.from(one)
  bytes[at] = value
  bytes.writeUInt32BE(crc32c(bytes, 21), 17)
  return bytes
}

describe('record batches', () => {
  it('CRC-32C gives the check value of its definition', () => {
    assert.equal(crc32c(Buffer.from('123456789')), 0xe3069283)
  })

  it('the batches of a real broker are read whole', () => {
    const batches = decodeRecordBatches(fetchedRecords(), 'refuse')
    const rows = batches.map((batch) => [
      batch.baseOffset,
      batch.lastOffset,
      batch.compression,
      batch.transactional,
      batch.control ?? batch.records.map(({ value }) => value),
    ])
    assert.deepEqual(rows, [
      [0, 0, 'none', false, ['order-1']],
      [1, 1, 'none', false, ['order-2']],
      [2, 4, 'gzip', false, ['order-3', 'order-4', null]],
      [5, 5, 'none', true, ['order-commit']],
      [6, 6, 'none', true, 'commit'],
      [7, 7, 'none', true, ['order-abort']],
      [8, 8, 'none', true, 'abort'],
      [9, 9, 'none', false, ['order-last']],
    ])
    const [first] = batches
    const headers = { cause: 'basket-1' }
    assert.deepEqual(first?.records, [{ offset: 0, key: 'ann', value: 'order-1', headers }])
    const sequences = batches.slice(3, 8).map((batch) => batch.baseSequence)
    assert.deepEqual(sequences, [0, -1, 1, -1, 0])
  })

  it('what was encoded is decoded', () => {
    assert.deepEqual(decodeRecordBatches(Buffer.concat([one, two]), 'refuse'), [
      {
        baseOffset: 0,
        lastOffset: 0,
        leaderEpoch: -1,
        producerId: -1,
        producerEpoch: -1,
        baseSequence: -1,
        transactional: false,
        compression: 'none',
        records: [{ offset: 0, key: 'ann', value: 'order-1', headers: {} }],
      },
      {
        baseOffset: 40,
        lastOffset: 42,
        leaderEpoch: 3,
        producerId: 7,
        producerEpoch: 2,
        baseSequence: 5,
        transactional: true,
        compression: 'none',
        records: [
          { offset: 40, key: null, value: 'order-2', headers: { cause: 'basket' } },
          { offset: 41, key: null, value: null, headers: {} },
          { offset: 42, key: null, value: '', headers: {} },
        ],
      },
    ])
  })

  it('every changed bit behind the checksum is noticed', () => {
    for (let at = 21; at < one.length; at++) {
      const bytes = Buffer.from(one)
      bytes[at] = (bytes[at] as number) ^ 1
      assert.throws(() => decodeRecordBatches(bytes, 'refuse'), { name: 'MalformedFrameError' })
    }
    const bytes = Buffer.from(one)
    bytes.write('9', one.indexOf('order-1') + 6)
    assert.throws(() => decodeRecordBatches(bytes, 'refuse'), { message: /offset 0 has checksum/ })
  })

  it('a cut last batch is left out of a Fetch and refused in a file', () => {
    for (let length = 1; length < two.length; length++) {
      const bytes = Buffer.concat([one, two.subarray(0, length)])
      assert.equal(decodeRecordBatches(bytes, 'cut').length, 1)
      assert.throws(() => decodeRecordBatches(bytes, 'refuse'), {
        name: 'TornFrameError',
        presentBytes: length,
        message: new RegExp(length < 8 ? `at byte ${one.length} is cut` : 'offset 40. is cut'),
      })
    }
  })

  it('a batch that is wrong is not taken for a cut one', () => {
    const short = Buffer.from(one)
    short.writeInt32BE(10, 8)
    assert.throws(() => decodeRecordBatches(short, 'cut'), { message: /10 bytes long/ })
    assert.throws(() => decodeRecordBatches(Buffer.alloc(100), 'cut'), { message: /0 bytes long/ })
    assert.throws(() => decodeRecordBatches(changed(16, 1), 'cut'), { message: /magic 1, not 2/ })
  })

  it('a compression that the lab cannot read is refused by name', () => {
    for (const [code, name] of [
      [2, 'snappy'],
      [3, 'lz4'],
      [4, 'zstd'],
    ] as const) {
      const packed = changed(22, code)
      assert.throws(() => decodeRecordBatches(packed, 'refuse'), { message: new RegExp(name) })
    }
    assert.throws(() => decodeRecordBatches(changed(22, 5), 'refuse'), { message: /compression 5/ })
  })

  it('a batch that says gzip and is not gzip is refused', () => {
    const message = /^The batch at offset 0 cannot be unpacked: /
    assert.throws(() => decodeRecordBatches(changed(22, 1), 'refuse'), { message })
  })

  it('bytes that are not UTF-8 are written as hexadecimal', () => {
    const at = one.indexOf('order-1')
    const [batch] = decodeRecordBatches(changed(at, 0xff), 'refuse')
    assert.equal(batch?.records[0]?.value, '0xff726465722d31')
  })

  it('a record that is not as long as it says is refused', () => {
    const recordLength = one[batchHeaderBytes] as number
    const longer = changed(batchHeaderBytes, recordLength + 2)
    const length = recordLength / 2 + 1
    assert.throws(() => decodeRecordBatches(longer, 'refuse'), {
      message: `The record at offset 0 is not ${length} bytes long`,
    })
  })

  it('a control batch that is no marker is refused', () => {
    const records = Buffer.from(fetchedRecords())
    const start = markerStart(records)
    const typeAt = start + batchHeaderBytes + markerTypeAt
    assert.equal(records[typeAt], 1)
    records[typeAt] = 2
    const end = start + 12 + records.readInt32BE(start + 8)
    records.writeUInt32BE(crc32c(records, start + 21, end), start + 17)
    assert.throws(() => decodeRecordBatches(records, 'refuse'), { message: /offset 6 has type 2/ })
  })
})

/** In a marker's record: length, attributes, two deltas, key length, version, then the type. */
const markerTypeAt = 8

/** Where the first control batch begins. */
function markerStart(records: Buffer): number {
  let start = 0
  while ((records.readInt16BE(start + 21) & 0x20) === 0) {
    start += 12 + records.readInt32BE(start + 8)
  }
  return start
}
