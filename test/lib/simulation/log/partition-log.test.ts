import assert from 'node:assert/strict'
import { gzipSync } from 'node:zlib'
import { crc32c } from '../../../../lib/src/protocol/crc32c'
import { batchHeaderBytes, decodeRecordBatches } from '../../../../lib/src/protocol/record-batch'
import { encodeRecordBatch } from '../../../../lib/src/protocol/record-batch-encode'
import { PartitionLog } from '../../../../lib/src/simulation/log/partition-log'
import {
  data,
  followerOf,
  inTransaction,
  marker,
  plain,
  plainBatch,
  replicate,
  settings,
  told,
} from './batches'

const client = { leaderEpoch: 0, origin: 'client' } as const

/** A copy with some bytes changed, and the checksum made right again. */
function changed(bytes: Buffer, change: (copy: Buffer) => void): Buffer {
  const copy = Buffer.from(bytes)
  change(copy)
  copy.writeUInt32BE(crc32c(copy, 21), 17)
  return copy
}

function appended(bytes: Buffer): string {
  return told(new PartitionLog(settings).appendAsLeader(bytes, client))
}

/** Base offsets of what a read returns. */
function offsetsOf(log: PartitionLog, from: number, maxBytes: number, upperBound = log.endOffset) {
  const read = log.read(from, { upperBound, maxBytes, oversized: 'first batch' })
  return read.map(({ baseOffset }) => baseOffset)
}

describe('a log that a leader appends to', () => {
  it('writes offset and leader epoch into the bytes, and the checksum stays right', () => {
    const log = new PartitionLog(settings)
    plain(log, 3)
    assert.equal(told(plain(log, 2, 6)), '3-4')
    const bytes = Buffer.concat(log.allBatches().map((batch) => batch.bytes))
    const rows = decodeRecordBatches(bytes, 'refuse').map((batch) => [
      batch.baseOffset,
      batch.lastOffset,
      batch.leaderEpoch,
      batch.records.map(({ offset }) => offset),
    ])
    assert.deepEqual(rows, [
      [0, 2, 0, [0, 1, 2]],
      [3, 4, 6, [3, 4]],
    ])
  })

  it('keeps a copy: what becomes of the request changes nothing', () => {
    const log = new PartitionLog(settings)
    const bytes = plainBatch()
    log.appendAsLeader(bytes, client)
    bytes.fill(0)
    const [batch] = log.allBatches()
    assert.ok(batch)
    assert.equal(decodeRecordBatches(batch.bytes, 'refuse').length, 1)
  })

  it('refuses what Kafka refuses, and appends nothing then', () => {
    const good = plainBatch(2)
    const flipped = Buffer.from(good)
    flipped[70] = (flipped[70] as number) ^ 1
    const cases: [string, Buffer, string][] = [
      ['a changed bit', flipped, 'CORRUPT_MESSAGE'],
      ['an impossible length', changed(good, (copy) => copy.writeInt32BE(3, 8)), 'CORRUPT_MESSAGE'],
      ['no batch', Buffer.alloc(0), 'INVALID_RECORD'],
      ['half a batch', good.subarray(0, 40), 'INVALID_RECORD'],
      ['two batches', Buffer.concat([good, good]), 'INVALID_RECORD'],
      ['magic 1', changed(good, (copy) => copy.writeInt8(1, 16)), 'INVALID_RECORD'],
      ['a base offset', changed(good, (copy) => copy.writeInt8(1, 7)), 'INVALID_RECORD'],
      ['a wrong count', changed(good, (copy) => copy.writeInt32BE(3, 57)), 'INVALID_RECORD'],
      [
        'a marker from a client',
        changed(good, (copy) => copy.writeInt16BE(0x20, 21)),
        'INVALID_RECORD',
      ],
      [
        'an id without a sequence',
        changed(good, (copy) => copy.writeBigInt64BE(7n, 43)),
        'INVALID_RECORD',
      ],
      ['snappy', changed(good, (copy) => copy.writeInt16BE(2, 21)), 'UNSUPPORTED_COMPRESSION_TYPE'],
    ]
    for (const [name, bytes, error] of cases) assert.equal(appended(bytes), error, name)
    assert.equal(appended(good), '0-1')
    assert.equal(appended(Buffer.concat([good, good.subarray(0, 40)])), '0-1')
  })

  it('takes a batch of max.message.bytes and none that is larger', () => {
    const bytes = plainBatch()
    const exact = new PartitionLog({ ...settings, maxMessageBytes: bytes.length })
    assert.equal(told(exact.appendAsLeader(bytes, client)), '0')
    exact.settings = { ...settings, maxMessageBytes: bytes.length - 1 }
    assert.equal(told(exact.appendAsLeader(bytes, client)), 'MESSAGE_TOO_LARGE')
  })
})

describe('reading a log', () => {
  const log = new PartitionLog(settings)
  for (let index = 0; index < 5; index++) plain(log, 2)
  const [first] = log.allBatches()
  assert.ok(first)
  const size = first.bytes.length

  it('begins with the batch that contains the offset', () => {
    assert.deepEqual(offsetsOf(log, 0, Infinity), [0, 2, 4, 6, 8])
    assert.deepEqual(offsetsOf(log, 5, Infinity), [4, 6, 8])
    assert.deepEqual(offsetsOf(log, 10, Infinity), [])
  })

  it('returns whole batches up to the upper bound', () => {
    assert.deepEqual(offsetsOf(log, 2, Infinity, 6), [2, 4])
    assert.deepEqual(offsetsOf(log, 2, Infinity, 7), [2, 4])
    assert.deepEqual(offsetsOf(log, 6, Infinity, 6), [])
  })

  it('returns as many as fit, and the first one even if it does not', () => {
    assert.deepEqual(offsetsOf(log, 0, size * 2), [0, 2])
    assert.deepEqual(offsetsOf(log, 0, size * 2 - 1), [0])
    assert.deepEqual(offsetsOf(log, 0, 1), [0])
    const none = log.read(0, { upperBound: 10, maxBytes: size - 1, oversized: 'none' })
    assert.deepEqual(none, [])
  })

  it('takes an offset outside the log for a bug of the caller', () => {
    assert.throws(() => offsetsOf(log, 11, 1), { message: 'Offset 11 is not in [0, 10]' })
    assert.throws(() => offsetsOf(log, -1, 1), RangeError)
  })
})

describe('the offsets of a log', () => {
  it('the high watermark never goes back, nor beyond the end', () => {
    const log = new PartitionLog(settings)
    plain(log, 4)
    assert.equal(log.advanceHighWatermark(3), true)
    assert.equal(log.advanceHighWatermark(2), false)
    assert.equal(log.highWatermark, 3)
    assert.equal(log.advanceHighWatermark(9), true)
    assert.equal(log.highWatermark, 4)
    assert.equal(log.advanceHighWatermark(9), false)
  })

  it('DeleteRecords moves the start up to the high watermark, also into a batch', () => {
    const log = new PartitionLog(settings)
    for (let index = 0; index < 3; index++) plain(log, 2)
    log.advanceHighWatermark(4)
    assert.equal(log.deleteRecordsBefore(5), 'OFFSET_OUT_OF_RANGE')
    assert.equal(log.deleteRecordsBefore(3), 'NONE')
    assert.equal(log.deleteRecordsBefore(1), 'NONE')
    assert.equal(log.startOffset, 3)
    assert.deepEqual(offsetsOf(log, 3, Infinity), [2, 4])
    assert.throws(() => offsetsOf(log, 2, Infinity), RangeError)
  })

  it('deleting records forgets no producer before the log is opened again', () => {
    const log = new PartitionLog(settings)
    data(log, { id: 7, sequence: 0 })
    replicate(log)
    log.deleteRecordsBefore(1)
    assert.equal(told(data(log, { id: 7, sequence: 0 })), 'duplicate of 0')
    log.processLoss()
    assert.equal(told(data(log, { id: 7, sequence: 4 })), '1')
  })

  it('a point in time has the first record at or after it, packed or not', () => {
    const log = new PartitionLog(settings)
    log.appendAsLeader(plainBatch(2, 100), client)
    const packed = changed(gzipped(timed(300, [0, -50, 2000])), (copy) => {
      copy.writeBigInt64BE(2300n, 35)
    })
    assert.equal(told(log.appendAsLeader(packed, { ...client, leaderEpoch: 4 })), '2-4')
    assert.deepEqual(log.offsetForTimestamp(50), { offset: 0, timestampMs: 100, leaderEpoch: 0 })
    assert.deepEqual(log.offsetForTimestamp(101), { offset: 2, timestampMs: 300, leaderEpoch: 4 })
    assert.deepEqual(log.offsetForTimestamp(301), { offset: 4, timestampMs: 2300, leaderEpoch: 4 })
    assert.equal(log.offsetForTimestamp(2301), undefined)
    replicate(log)
    log.deleteRecordsBefore(1)
    assert.equal(log.offsetForTimestamp(50)?.offset, 1)
  })
})

/** An unpacked batch whose records have these distances from its timestamp. */
function timed(timestampMs: number, deltas: number[]): Buffer {
  const records = deltas.map(() => ({ value: 'v' }))
  const bytes = encodeRecordBatch({ timestampMs, records })
  const bodies = deltas.map((delta, index) => {
    const body = Buffer.from([0, ...varint(delta), ...varint(index), 1, 2, 118, 0])
    return Buffer.from([...varint(body.length), ...body])
  })
  return Buffer.concat([bytes.subarray(0, batchHeaderBytes), ...bodies])
}

function varint(value: number): number[] {
  const bytes = []
  let rest = ((value << 1) ^ (value >> 31)) >>> 0
  for (; rest > 0x7f; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80)
  return [...bytes, rest]
}

function gzipped(bytes: Buffer): Buffer {
  const packed = gzipSync(bytes.subarray(batchHeaderBytes))
  const batch = Buffer.concat([bytes.subarray(0, batchHeaderBytes), packed])
  batch.writeInt32BE(batch.length - 12, 8)
  batch.writeInt16BE(1, 21)
  return batch
}

describe('a follower', () => {
  it('holds the same batches as its leader and recognises the same duplicates', () => {
    const leader = new PartitionLog(settings)
    data(leader, { id: 7, sequence: 0, count: 3 })
    plain(leader)
    const follower = followerOf(leader)
    assert.deepEqual(follower.allBatches(), leader.allBatches())
    assert.equal(follower.allBatches()[0], leader.allBatches()[0])
    assert.equal(told(data(follower, { id: 7, sequence: 0, count: 3 })), 'duplicate of 0-2')
  })

  it('refuses batches that begin before its end', () => {
    const leader = new PartitionLog(settings)
    plain(leader, 2)
    const follower = followerOf(leader)
    assert.throws(() => follower.appendAsFollower(leader.allBatches()), {
      message: /offset 0 on cannot follow the end 2/,
    })
  })

  it('that restarts inside a batch takes it whole', () => {
    const leader = new PartitionLog(settings)
    for (let index = 0; index < 3; index++) plain(leader, 4)
    replicate(leader)
    leader.deleteRecordsBefore(6)
    const follower = new PartitionLog(settings)
    plain(follower, 2)
    follower.restartAt(6)
    assert.equal(follower.latestEpoch, undefined)
    assert.deepEqual([follower.startOffset, follower.endOffset, follower.highWatermark], [6, 6, 6])
    const all = { upperBound: 12, maxBytes: Infinity, oversized: 'none' } as const
    follower.appendAsFollower(leader.read(6, all))
    assert.deepEqual([follower.startOffset, follower.endOffset], [6, 12])
    assert.deepEqual(offsetsOf(follower, 6, Infinity), [4, 8])
  })
})

describe('what survives', () => {
  it("the process's end: every batch, but of the high watermark only the checkpoint", () => {
    const log = new PartitionLog(settings)
    plain(log, 2)
    replicate(log)
    log.checkpointHighWatermark()
    data(log, { id: 7, sequence: 0 })
    replicate(log)
    log.processLoss()
    assert.deepEqual([log.endOffset, log.highWatermark], [3, 2])
    assert.equal(told(data(log, { id: 7, sequence: 0 })), 'duplicate of 2')
  })

  it('a power loss: what was flushed, and the producers of those batches', () => {
    const log = new PartitionLog(settings)
    data(log, { id: 7, sequence: 0 })
    inTransaction(log, 9, 0)
    log.flush()
    data(log, { id: 7, sequence: 1 })
    marker(log, 'abort', { id: 9 })
    replicate(log)
    log.checkpointHighWatermark()
    log.powerLoss()
    assert.deepEqual([log.flushedOffset, log.endOffset, log.highWatermark], [2, 2, 2])
    assert.equal(log.lastStableOffset, 1)
    assert.equal(told(data(log, { id: 7, sequence: 1 })), '2')
  })

  it('a power loss of a log that was never flushed: nothing, from the start on', () => {
    const log = new PartitionLog(settings)
    plain(log, 4)
    replicate(log)
    log.deleteRecordsBefore(2)
    log.powerLoss()
    assert.deepEqual([log.startOffset, log.endOffset, log.highWatermark], [2, 2, 2])
    assert.equal(told(plain(log)), '2')
  })

  it('flush.messages: what was flushed as it was written survives a power loss', () => {
    const log = new PartitionLog({ ...settings, flushMessages: 2 })
    plain(log)
    assert.equal(log.flushedOffset, 0)
    plain(log)
    plain(log)
    assert.equal(log.flushedOffset, 2)
    log.powerLoss()
    assert.equal(log.endOffset, 2)
  })

  it('what was flushed and cut off again is not flushed any more', () => {
    for (const cut of [
      (log: PartitionLog) => log.truncateTo(0),
      (log: PartitionLog) => log.restartAt(0),
    ]) {
      const log = new PartitionLog(settings)
      plain(log, 4)
      log.flush()
      cut(log)
      plain(log, 4)
      log.powerLoss()
      assert.equal(log.endOffset, 0)
    }
  })

  it('a cut before the start takes the start with it', () => {
    const log = new PartitionLog(settings)
    for (let index = 0; index < 3; index++) plain(log, 2)
    replicate(log)
    log.deleteRecordsBefore(4)
    log.truncateTo(2)
    assert.deepEqual([log.startOffset, log.endOffset, log.highWatermark], [2, 2, 2])
    assert.equal(told(plain(log)), '2')
  })
})
