import assert from 'node:assert/strict'
import { PartitionLog } from '../../../../lib/src/simulation/log/partition-log'
import {
  aborted,
  data,
  followerOf,
  inTransaction,
  marker,
  plain,
  replicate,
  settings,
  told,
} from './batches'

/** Everything a log can be asked, and how it takes each producer's next, repeated and odd batches. */
function answersOf(log: PartitionLog): unknown {
  const { startOffset, endOffset, highWatermark, lastStableOffset, latestEpoch } = log
  const answers = [startOffset, endOffset, highWatermark, lastStableOffset, latestEpoch]
  const lists = Array.from({ length: endOffset + 1 }, (_, from) => aborted(log, from, endOffset))
  const appends = []
  for (const id of [1, 2, 3]) {
    for (let sequence = 0; sequence < 12; sequence++) {
      for (const kind of ['idempotent', 'transactional'] as const) {
        appends.push(told(data(followerOf(log), { id, sequence, kind })))
      }
    }
    appends.push(told(marker(followerOf(log), 'abort', { id, coordinatorEpoch: 0 })))
  }
  return { answers, lists, appends }
}

describe('truncation', () => {
  /** Three producers write, commit and abort, interleaved; one of them is fenced on the way. */
  function story(): PartitionLog {
    const log = new PartitionLog(settings)
    inTransaction(log, 1, 0)
    inTransaction(log, 2, 0)
    plain(log, 2)
    marker(log, 'abort', { id: 2, coordinatorEpoch: 1 })
    inTransaction(log, 1, 1)
    inTransaction(log, 3, 0)
    marker(log, 'commit', { id: 1 })
    inTransaction(log, 2, 1)
    marker(log, 'abort', { id: 3, epoch: 1 })
    inTransaction(log, 1, 2)
    data(log, { id: 3, epoch: 1, sequence: 0 })
    marker(log, 'abort', { id: 1 })
    marker(log, 'abort', { id: 2, coordinatorEpoch: 2 })
    return log
  }

  it('leaves a log that knows what one knows that never had the rest', () => {
    const whole = story()
    const batches = whole.allBatches()
    assert.equal(batches.length, 13)
    for (let kept = 0; kept <= batches.length; kept++) {
      const prefix = batches.slice(0, kept)
      const end = (prefix.at(-1)?.lastOffset ?? -1) + 1
      for (const highWatermark of [0, Math.floor(end / 2), end]) {
        const cut = followerOf(whole)
        cut.advanceHighWatermark(highWatermark)
        cut.truncateTo(end)
        const fresh = new PartitionLog(settings)
        fresh.appendAsFollower(prefix)
        fresh.advanceHighWatermark(highWatermark)
        assert.deepEqual(answersOf(cut), answersOf(fresh), `${kept} batches kept`)
      }
    }
  })

  it('opens a transaction again whose marker it cuts off', () => {
    const log = new PartitionLog(settings)
    inTransaction(log, 1, 0)
    marker(log, 'abort', { id: 1 })
    replicate(log)
    log.truncateTo(1)
    assert.deepEqual([log.endOffset, log.highWatermark, log.lastStableOffset], [1, 1, 0])
    assert.equal(told(marker(log, 'commit', { id: 1 })), '1')
    replicate(log)
    assert.deepEqual([log.lastStableOffset, aborted(log)], [2, []])
  })

  it('forgets a transaction that it cuts off whole', () => {
    for (const ended of [true, false]) {
      const log = new PartitionLog(settings)
      plain(log)
      inTransaction(log, 1, 0)
      if (ended) marker(log, 'abort', { id: 1 })
      log.truncateTo(1)
      plain(log)
      replicate(log)
      assert.equal(log.lastStableOffset, 2)
    }
  })

  it('forgets the entries of the offset index that it cuts off', () => {
    const cut = new PartitionLog(settings)
    const fresh = new PartitionLog(settings)
    for (const log of [cut, fresh]) plain(log)
    for (let count = 0; count < 100; count++) plain(cut)
    cut.truncateTo(1)
    for (const log of [cut, fresh]) {
      for (let sequence = 0; sequence < 1000; sequence += 100) {
        data(log, { id: 1, sequence, count: 100, kind: 'transactional' })
        marker(log, 'abort', { id: 1 })
      }
      replicate(log)
    }
    assert.ok(aborted(fresh, 0, 1).length < 10)
    assert.deepEqual(aborted(cut, 0, 1), aborted(fresh, 0, 1))
  })

  it('forgets the sequences of what it cuts off, so that they can be written again', () => {
    const log = new PartitionLog(settings)
    for (let sequence = 0; sequence < 4; sequence++) data(log, { id: 1, sequence })
    log.truncateTo(2)
    assert.equal(told(data(log, { id: 1, sequence: 3 })), 'OUT_OF_ORDER_SEQUENCE_NUMBER')
    assert.equal(told(data(log, { id: 1, sequence: 2 })), '2')
    assert.equal(told(data(log, { id: 1, sequence: 0 })), 'duplicate of 0')
  })

  it('takes a batch whole that it would cut in two', () => {
    const log = new PartitionLog(settings)
    plain(log, 3)
    plain(log, 3)
    log.truncateTo(5)
    assert.equal(log.endOffset, 3)
  })

  it('at the end or behind it changes nothing', () => {
    const log = story()
    const before = answersOf(log)
    log.truncateTo(log.endOffset)
    log.truncateTo(log.endOffset + 5)
    assert.deepEqual(answersOf(log), before)
  })
})
