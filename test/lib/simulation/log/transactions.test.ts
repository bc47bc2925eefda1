import assert from 'node:assert/strict'
import { PartitionLog } from '../../../../lib/src/simulation/log/partition-log'
import { TransactionIndex } from '../../../../lib/src/simulation/log/transaction-index'
import { UnstableTransactions } from '../../../../lib/src/simulation/log/unstable-transactions'
import { VerificationGuard } from '../../../../lib/src/simulation/log/transaction-verification'
import { aborted, data, inTransaction, marker, plain, replicate, settings, told } from './batches'

describe('the last stable offset', () => {
  it('stops at the first open transaction, for plain records behind it too', () => {
    const log = new PartitionLog(settings)
    plain(log)
    inTransaction(log, 7, 0)
    plain(log, 3)
    replicate(log)
    assert.deepEqual([log.highWatermark, log.lastStableOffset], [5, 1])
    marker(log, 'commit', { id: 7 })
    replicate(log)
    assert.equal(log.lastStableOffset, 6)
  })

  it('waits until the marker itself is replicated', () => {
    const log = new PartitionLog(settings)
    inTransaction(log, 7, 0)
    marker(log, 'commit', { id: 7 })
    log.advanceHighWatermark(1)
    assert.equal(log.lastStableOffset, 0)
    log.advanceHighWatermark(2)
    assert.equal(log.lastStableOffset, 2)
  })

  it('moves on to the next one that is open, in whatever order they end', () => {
    const log = new PartitionLog(settings)
    for (const id of [1, 2, 3]) inTransaction(log, id, 0)
    const stable = []
    for (const id of [2, 1, 3]) {
      marker(log, 'commit', { id })
      replicate(log)
      stable.push(log.lastStableOffset)
    }
    assert.deepEqual(stable, [0, 2, 6])
  })

  it('is never above the high watermark, nor below the start of the log', () => {
    const log = new PartitionLog(settings)
    inTransaction(log, 7, 0)
    plain(log, 3)
    replicate(log)
    log.deleteRecordsBefore(2)
    assert.equal(log.lastStableOffset, 2)
    const behind = new PartitionLog(settings)
    plain(behind)
    inTransaction(behind, 7, 0)
    assert.equal(behind.lastStableOffset, 0)
  })

  it('is not moved by a marker for a transaction that wrote nothing here', () => {
    const log = new PartitionLog(settings)
    assert.equal(told(marker(log, 'abort', { id: 7 })), '0')
    assert.equal(log.lastStableOffset, 0)
    replicate(log)
    assert.equal(log.lastStableOffset, 1)
    assert.deepEqual(aborted(log), [])
  })
})

describe('the list of aborted transactions', () => {
  it('is in the order of the abort markers, without the committed ones', () => {
    const log = new PartitionLog(settings)
    for (const id of [1, 2, 3]) inTransaction(log, id, 0)
    marker(log, 'abort', { id: 2 })
    marker(log, 'commit', { id: 3 })
    marker(log, 'abort', { id: 1 })
    replicate(log)
    assert.deepEqual(aborted(log), ['2@1', '1@0'])
  })

  it('has the transactions whose marker or records the Fetch can reach', () => {
    const log = new PartitionLog(settings)
    inTransaction(log, 1, 0)
    marker(log, 'abort', { id: 1 })
    inTransaction(log, 2, 0)
    marker(log, 'abort', { id: 2 })
    replicate(log)
    assert.deepEqual(aborted(log, 1), ['1@0', '2@2'])
    assert.deepEqual(aborted(log, 2), ['2@2'])
    assert.deepEqual(aborted(log, 4), [])
  })

  it('looks past the records it returns, up to the next entry of the offset index', () => {
    const small = new PartitionLog(settings)
    plain(small)
    inTransaction(small, 1, 0)
    marker(small, 'abort', { id: 1 })
    replicate(small)
    assert.deepEqual(aborted(small, 0, 1), ['1@1'])

    const large = new PartitionLog(settings)
    plain(large)
    for (let sequence = 0; sequence < 100; sequence++) {
      inTransaction(large, 1, sequence)
      marker(large, 'abort', { id: 1 })
    }
    replicate(large)
    const told = aborted(large, 0, 1)
    assert.ok(told.length > 1 && told.length < 40, `${told.length} transactions were told`)
    assert.deepEqual(
      told,
      told.map((_, index) => `1@${1 + index * 2}`),
    )
    assert.equal(aborted(large).length, 100)
  })

  it('looks at no more transactions than it needs, however many there are', () => {
    const transactions = new UnstableTransactions()
    const index = new TransactionIndex()
    let looks = 0
    for (let offset = 0; offset < 2000; offset += 2) {
      transactions.begin(1, offset)
      const ended = transactions.complete(1, offset + 1)
      assert.ok(ended)
      const counted = { producerId: 1, lastOffset: offset + 1, ...ended }
      index.add({
        ...counted,
        get firstOffset() {
          looks++
          return counted.firstOffset
        },
      })
    }
    looks = 0
    assert.equal(index.overlapping(1000, 1004).length, 2)
    assert.ok(looks <= 3, `${looks} looks`)
  })

  it('stops looking only where no later one can reach', () => {
    const transactions = new UnstableTransactions()
    const index = new TransactionIndex()
    const all: { producerId: number; firstOffset: number; lastOffset: number }[] = []
    const open = new Map<number, number>()
    for (let offset = 0; offset < 120; offset++) {
      const producerId = (offset * 37 + (offset >> 3)) % 5
      const firstOffset = open.get(producerId)
      if (firstOffset === undefined) {
        open.set(producerId, offset)
        transactions.begin(producerId, offset)
      } else if (producerId !== 0 || offset > 60) {
        open.delete(producerId)
        const ended = transactions.complete(producerId, offset)
        assert.equal(ended?.firstOffset, firstOffset)
        index.add({ producerId, lastOffset: offset, ...ended })
        all.push({ producerId, firstOffset, lastOffset: offset })
      }
    }
    assert.ok(all.length > 40)
    for (let from = 0; from < 120; from++) {
      for (let upperBound = from; upperBound <= 120; upperBound++) {
        const reached = all.filter(
          (each) => each.lastOffset >= from && each.firstOffset < upperBound,
        )
        assert.deepEqual(
          index.overlapping(from, upperBound),
          reached.map(({ producerId, firstOffset }) => ({ producerId, firstOffset })),
        )
      }
    }
  })
})

describe('verification with the transaction coordinator', () => {
  const verified = { ...settings, transactionVerification: 'on' } as const
  const first = { producerId: 1, producerEpoch: 0, baseSequence: 0, nowMs: 0 }

  function guardFor(log: PartitionLog, request = first): VerificationGuard {
    const guard = log.startVerification(request)
    assert.ok(guard instanceof VerificationGuard)
    return guard
  }

  function append(log: PartitionLog, sequence: number, guard?: VerificationGuard): string {
    const guarded = guard === undefined ? {} : { guard }
    return told(data(log, { id: 1, sequence, kind: 'transactional', ...guarded }))
  }

  it('the first batch of a transaction needs a guard, the others do not', () => {
    const log = new PartitionLog(verified)
    assert.equal(append(log, 0), 'INVALID_TXN_STATE')
    assert.equal(append(log, 0, guardFor(log)), '0')
    assert.equal(log.startVerification({ ...first, baseSequence: 1 }), 'not needed')
    assert.equal(append(log, 1), '1')
    marker(log, 'commit', { id: 1 })
    assert.equal(append(log, 2), 'INVALID_TXN_STATE')
  })

  it('a marker that comes between question and answer makes the guard worthless', () => {
    const log = new PartitionLog(verified)
    const stale = guardFor(log)
    marker(log, 'abort', { id: 1 })
    assert.equal(append(log, 0, stale), 'INVALID_TXN_STATE')
    const later = guardFor(log)
    assert.equal(append(log, 0, stale), 'INVALID_TXN_STATE')
    assert.equal(append(log, 0, later), '1')
  })

  it('while a smaller sequence waits, a larger one is not let in', () => {
    const log = new PartitionLog(verified)
    const guard = guardFor(log, { ...first, baseSequence: 3 })
    assert.equal(guardFor(log, { ...first, baseSequence: 0 }), guard)
    assert.equal(append(log, 3, guard), 'OUT_OF_ORDER_SEQUENCE_NUMBER')
    assert.equal(append(log, 0, guard), '0')
  })

  it('a transaction of an older epoch that is still open vouches for no newer one', () => {
    const log = new PartitionLog(verified)
    append(log, 0, guardFor(log))
    const newer = { ...first, producerEpoch: 1 }
    assert.ok(log.startVerification(newer) instanceof VerificationGuard)
  })

  it('a new epoch counts anew', () => {
    const log = new PartitionLog(verified)
    guardFor(log, { ...first, baseSequence: 0 })
    const guard = guardFor(log, { ...first, producerEpoch: 1, baseSequence: 4 })
    const bumped = data(log, { id: 1, epoch: 1, sequence: 4, kind: 'transactional', guard })
    assert.equal(told(bumped), '0')
  })

  it('an epoch that is fenced is refused before anybody is asked', () => {
    const log = new PartitionLog(verified)
    marker(log, 'abort', { id: 1, epoch: 1 })
    assert.equal(log.startVerification(first), 'INVALID_PRODUCER_EPOCH')
  })

  it('a question that nobody answered expires, and dies with the process', () => {
    for (const forget of [
      (log: PartitionLog) => log.expireProducers(settings.producerIdExpirationMs),
      (log: PartitionLog) => log.processLoss(),
    ]) {
      const log = new PartitionLog(verified)
      const guard = guardFor(log)
      forget(log)
      assert.equal(append(log, 0, guard), 'INVALID_TXN_STATE')
    }
  })

  it("a group coordinator's pending offsets are verified, its plain ones are not", () => {
    const log = new PartitionLog(verified)
    const offsets = { id: 1, sequence: -1, origin: 'coordinator', kind: 'transactional' } as const
    assert.equal(told(data(log, offsets)), 'INVALID_TXN_STATE')
    const guard = guardFor(log, { ...first, baseSequence: -1 })
    assert.equal(told(data(log, { ...offsets, guard })), '0')
    assert.equal(told(data(log, offsets)), '1')
    assert.equal(told(plain(log)), '2')
  })
})
