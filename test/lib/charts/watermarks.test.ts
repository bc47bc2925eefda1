import assert from 'node:assert/strict'
import { watermarks } from '../../../lib/src/charts'
import { transactionMarks, watermarkSteps } from '../../../lib/src/charts/watermark-steps'
import { abortedTransaction } from '../../support/runs/aborted-transaction'
import { openTransaction } from '../../support/runs/open-transaction'
import { batch, partitionLog, Recording, runOf } from '../../support/runs/recording'
import { items, texts } from './drawn'

const orders = { topic: 'orders', partition: 0 }

/** A run of answers to Fetch requests; each says when it arrived and what it told. */
function fetched(
  answers: { atMs: number; marks: [number, number]; fate?: 'delivered' | 'dropped' }[],
) {
  const run = new Recording()
  const who = { app: 'billing', client: 'consumer-1' }
  for (const { atMs, marks, fate = 'delivered' } of answers) {
    const [highWatermark, lastStableOffset] = marks
    const fetch = run.at(atMs).request(who, 1, 'Fetch', { partitions: [orders] }, 'delivered')
    run.answer(fetch, { partitions: [{ ...orders, highWatermark, lastStableOffset }] }, fate)
  }
  return runOf(run, { logs: [partitionLog('orders', [batch(0, ['order-1'])])] })
}

const told = (run: ReturnType<typeof fetched>) =>
  watermarkSteps(run, orders).map(({ timeMs, logEnd, highWatermark, lastStableOffset }) =>
    [timeMs, logEnd, highWatermark, lastStableOffset].join(' '),
  )

describe('watermarks', () => {
  it('takes the log end from Produce answers and both marks from Fetch answers', () => {
    assert.deepEqual(told(openTransaction()), [
      '14 1  ',
      '20 1 1 0',
      '44 2 1 0',
      '50 2 2 0',
      '84 3 2 0',
      '90 3 3 0',
      '210 4 4 4',
    ])
  })

  it('says how long the last stable offset stood, and where it jumped to', () => {
    const text =
      'orders-0: the last stable offset stood at 0 while the high watermark went to 3, ' +
      'then jumped to 4'
    assert.equal(watermarks(openTransaction()).finding, text)
    assert.match(watermarks(openTransaction('never ended')).finding, /to 3, and stayed there$/)
    const steady = fetched([{ atMs: 5, marks: [7, 7] }])
    assert.match(watermarks(steady).finding, /followed the high watermark to 7$/)
  })

  it('does not know what no consumer was told', () => {
    const lost = fetched([{ atMs: 5, marks: [7, 7], fate: 'dropped' }])
    assert.equal(watermarks(lost).finding, 'No consumer was told how far orders-0 had come')
    assert.deepEqual(told(lost), [])
    assert.deepEqual(told(fetched([{ atMs: 5, marks: [7, -1] }])), ['5 7 7 '])
  })

  it('takes nothing back when an older answer arrives later', () => {
    const run = fetched([
      { atMs: 5, marks: [7, 7] },
      { atMs: 6, marks: [6, 2] },
    ])
    assert.deepEqual(told(run), ['5 7 7 7'])
  })

  it('marks the ends of transactions that wrote here, and of no others', () => {
    const marks = transactionMarks(openTransaction(), orders)
    assert.deepEqual(marks, [{ timeMs: 200, app: 'slow', verdict: 'commit' }])
    assert.deepEqual(transactionMarks(openTransaction('never ended'), orders), [])
    const charges = { topic: 'charges', partition: 0 }
    const verdicts = transactionMarks(abortedTransaction(), charges).map(({ verdict }) => verdict)
    assert.deepEqual(verdicts, ['abort', 'commit'])
  })

  it('draws handled records by the level their reader asked for, and names what it draws', () => {
    const chart = watermarks(openTransaction())
    const reads = items(chart, 'shape').flatMap(({ tip }) => (tip ? [tip.reads] : []))
    assert.deepEqual(reads.filter((level) => level === 'read_committed').length, 3)
    assert.deepEqual(reads.filter((level) => level === 'read_uncommitted').length, 3)
    for (const text of ['order-1, transaction', 'order-2', 'commit marker', 'time (ms)']) {
      assert.ok(texts(chart).includes(text), text)
    }
  })

  it('refuses what it cannot draw, and says what there is', () => {
    const run = openTransaction()
    assert.throws(() => watermarks(7 as never), { name: 'TypeError' })
    assert.throws(() => watermarks(run, { partition: 1 }), {
      name: 'RangeError',
      message: 'watermarks: this run has no orders-1; it has orders-0',
    })
  })
})
