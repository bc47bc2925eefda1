import assert from 'node:assert/strict'
import { partitionLogs, player, sequence } from '../../../lib/src/charts'
import type { VegaChart, VegaLiteChart } from '../../../lib/src/charts'
import { mostRows } from '../../../lib/src/charts/sequence'
import type { Run } from '../../../lib/src/history/run'
import { abortedTransaction } from '../../support/runs/aborted-transaction'
import { chargedTwice } from '../../support/runs/charged-twice'
import { hundredOrders } from '../../support/runs/hundred-orders'
import { lateAnswer } from '../../support/runs/late-answer'
import { leaderKilled } from '../../support/runs/leader-killed'
import { lostAck } from '../../support/runs/lost-ack'
import { batch, message, partitionLog, Recording, runOf } from '../../support/runs/recording'
import { items } from './drawn'
import { played, stepWith } from './played'

const place = { topic: 'orders', partition: 0 }
/** Of a picture's heading. */
const titleSize = 14
const shop = { app: 'shop', client: 'producer-1' }
const billing = { app: 'billing', client: 'consumer-1' }

/** What stands below the sequence picture before, at and after a step. */
async function around(chart: VegaChart, words: string) {
  const step = stepWith(chart, words)
  const [before, at, end] = await played(chart, [step - 1, step, 'last'])
  return { before: before!.below, at: at!.below, end: end!.below }
}

const offsetsIn = (shown: string[]): string[] => shown.filter((text) => /^@\d+$/.test(text))

describe('player', () => {
  it('begins with the lifelines and ends with what sequence and partitionLogs draw', async () => {
    for (const run of [lostAck(), chargedTwice(), abortedTransaction(), leaderKilled()]) {
      const chart = player(run)
      const [begin, end] = await played(chart, [0, 'last'])
      assert.deepEqual(begin!.sequence, [])
      assert.deepEqual(offsetsIn(begin!.below), [])
      const isHead = (text: string) =>
        /not drawn|^ms$|^broker \d$|^Offsets above|in sync/.test(text) || text in run.apps
      const drawn = (picture: VegaLiteChart) =>
        items(picture, 'text')
          .filter(({ size }) => size !== titleSize)
          .map(({ text }) => String(text))
          .filter((text) => !isHead(text))
      const rows = drawn(sequence(run)).sort()
      assert.deepEqual(end!.sequence.filter((text) => !isHead(text)).sort(), rows)
      const logs = drawn(partitionLogs(run))
      const missing = logs.filter((text) => !end!.below.includes(text))
      assert.deepEqual(missing, [])
      assert.ok(rows.length > 4 && logs.length > 4)
    }
  })

  it('uncovers one row of the sequence picture per step, and never covers one again', async () => {
    const chart = player(chargedTwice())
    const last = stepWith(chart, 'when all apps had ended')
    const shown = await played(
      chart,
      Array.from({ length: last + 1 }, (_, step) => step),
    )
    shown.slice(1).forEach(({ sequence: now }, position) => {
      const before = shown[position]!.sequence
      assert.deepEqual(now.slice(0, before.length), before)
      const isRow = position + 1 < last
      assert.equal(now.length > before.length, isRow, `step ${position + 1}`)
    })
  })

  it('shows a late frame on its way, and its arrival as a step of its own', async () => {
    const chart = player(lateAnswer())
    const sent = stepWith(chart, 'ok @0, 27 ms late')
    assert.equal(stepWith(chart, 'receives: ok @0, 27 ms late') > sent, true)
  })

  it('appends a record where its request arrives, be its answer lost or never sent', async () => {
    const acked = await around(player(lostAck()), 'shop → broker 1: Produce order-1')
    assert.deepEqual(offsetsIn(acked.before), [])
    assert.deepEqual(offsetsIn(acked.at), ['@0'])
    assert.deepEqual(offsetsIn(acked.end), ['@0', '@1'])

    const run = new Recording()
    const partitions = [{ ...place, values: ['order-1'] }]
    run.request(shop, 1, 'Produce', { acks: -1, partitions }, 'delivered')
    run.broker(1, 'killed').broker(2, 'paused')
    const logs = [partitionLog('orders', [batch(0, ['order-1'])])]
    const unanswered = await around(player(runOf(run, { logs })), 'Produce order-1')
    assert.deepEqual(offsetsIn(unanswered.at), ['@0'])
  })

  it('tells a request that arrived from an equal one that did not', async () => {
    const run = new Recording()
    const partitions = [{ ...place, values: ['order-1'] }]
    run.request(shop, 1, 'Produce', { acks: -1, partitions }, 'dropped')
    run.request(shop, 1, 'Produce', { acks: -1, partitions }, 'delivered')
    const logs = [partitionLog('orders', [batch(0, ['order-1'])])]
    const { before, at } = await around(player(runOf(run, { logs })), 'Produce order-1, again')
    assert.deepEqual([offsetsIn(before), offsetsIn(at)], [[], ['@0']])
  })

  it('has seeds from the start, and what nobody told of only at the end', async () => {
    const run = new Recording()
    const send = run.call(shop, 'send', { acks: 1, messages: [message('orders', 'order-2')] })
    send.ok()
    const topics = { orders: { records: ['order-1'] } }
    const logs = [partitionLog('orders', [batch(0, ['order-1']), batch(1, ['stranger'])])]
    const chart = player(runOf(run, { logs, topics }))
    const shown = await played(chart, [0, 2, 'last'])
    assert.deepEqual(
      shown.map(({ below }) => offsetsIn(below)),
      [['@0'], ['@0'], ['@0', '@1']],
    )
    assert.ok(shown[0]!.below.includes('high watermark and last stable offset 1'))
  })

  it('calls a message a copy only once the second one is there', async () => {
    const { before, at } = await around(player(lostAck()), 'Produce order-1, again')
    assert.ok(!before.includes('one of 2 copies'))
    assert.equal(at.filter((text) => text === 'one of 2 copies').length, 2)
  })

  it('holds the last stable offset at an open transaction until its marker', async () => {
    const chart = player(abortedTransaction())
    const open = await around(chart, 'broker 1 → billing: ok @0')
    assert.ok(open.before.includes('open transaction'))
    for (const text of ['last stable offset 0', 'high watermark 1']) {
      assert.ok(open.at.includes(text), open.at.join(' | '))
    }
    const end = stepWith(chart, 'EndTxn abort')
    const [asked, answered] = await played(chart, [end, end + 1])
    assert.ok(!asked!.below.includes('ABORT'))
    assert.ok(answered!.below.includes('ABORT') && answered!.below.includes('aborted'))
    assert.ok(!answered!.below.includes('open transaction'))
    assert.ok(answered!.below.includes('high watermark and last stable offset 1'))
  })

  it('raises the high watermark by acks of all and by fetches, not by the ack of one', async () => {
    const one = await around(player(leaderKilled()), 'broker 1 → shop: ok @1')
    assert.ok(one.at.includes('high watermark and last stable offset 0'))

    const run = new Recording()
    const partitions = [{ ...place, values: ['order-1', 'order-2'] }]
    const asked = run.request(shop, 1, 'Produce', { acks: 1, partitions }, 'delivered')
    run.answer(asked, { partitions: [{ ...place, baseOffset: 0 }] }, 'delivered')
    const fetch = run.request(billing, 1, 'Fetch', { partitions: [place] }, 'delivered')
    const told = { ...place, highWatermark: 1, baseOffset: 0, values: ['order-1'] }
    run.answer(fetch, { partitions: [told] }, 'delivered')
    const logs = [partitionLog('orders', [batch(0, ['order-1', 'order-2'])])]
    const { before, at, end } = await around(player(runOf(run, { logs })), 'Fetch: order-1 @0')
    const marks = [before, at, end].map((shown) => shown.filter((text) => /watermark/.test(text)))
    const text = 'high watermark and last stable offset'
    assert.deepEqual(marks, [[`${text} 0`], [`${text} 1`], [`${text} 2`]])
  })

  it('shows on a dead leader the record that only it held, from when it was written', async () => {
    const chart = player(leaderKilled())
    const { before, at } = await around(chart, 'Produce order-2')
    assert.ok(!before.includes('only here'))
    assert.ok(at.includes('only here'))
  })

  it('says what apps and brokers are doing', async () => {
    const chart = player(chargedTwice())
    const crash = await around(chart, 'billing: crashes')
    assert.ok(crash.before.some((text) => text.startsWith('running')))
    assert.ok(crash.at.includes('crashed'))
    const restart = await around(chart, 'restarts (attempt 2)')
    assert.ok(restart.at.some((text) => text.startsWith('running (attempt 2)')))
    const killed = await around(player(leaderKilled()), 'broker 1: killed')
    assert.ok(killed.at.includes('killed') && !killed.before.includes('killed'))
    const resumed = await around(player(leaderKilled()), 'broker 2: resumed')
    assert.ok(resumed.at.includes('up') && !resumed.at.includes('resumed'))
    const run = new Recording().app('shop', 'started')
    run.call(shop, 'send', { acks: 1, messages: [message('orders', 'order-1')] }).ok()
    const sent = await around(player(runOf(run)), 'send order-1: returned, no ack')
    assert.ok(sent.before.includes('running: send order-1'))
    assert.ok(sent.at.includes('running'))
  })

  it('takes the finding as its title and plays single messages of a large run', async () => {
    const run = hundredOrders({ acks: 1, duplicatedEach: 7 })
    const whole = player(run)
    assert.equal(whole.finding, sequence(run).finding)
    const [cut, end] = await played(whole, [mostRows, 'last'])
    assert.ok(offsetsIn(cut!.below).length < offsetsIn(end!.below).length)
    assert.match(end!.caption.join(' '), /\d+ rows were skipped/)
    assert.ok(stepWith(whole, 'rows were skipped') === mostRows + 1)
    const one = player(run, { messages: ['order-7'] })
    assert.equal(one.finding, sequence(run, { messages: ['order-7'] }).finding)
    assert.throws(() => player(run, { messages: ['order-700'] }), {
      name: 'RangeError',
      message: /^player: no message of this run has the value 'order-700'/,
    })
  })

  it('holds a place for a step that is no number', async () => {
    const chart = player(lostAck())
    const shown = await played(chart, [NaN, -3, 1.4])
    assert.deepEqual(shown[0]!.caption, ['Before the first event'])
    assert.deepEqual(shown[1]!.caption, ['Before the first event'])
    assert.deepEqual(shown[2]!.caption, ['shop: send order-1'])
  })
})

describe('committed offsets in a player', () => {
  const commit = (run: Recording, offset: number) =>
    run.request(
      billing,
      2,
      'OffsetCommit',
      { group: 'billing', partitions: [{ ...place, offset }] },
      'delivered',
    )

  function withLog(run: Recording, offset: number): Run {
    const logs = [partitionLog('orders', [batch(0, ['order-1', 'order-2', 'order-3'])])]
    return runOf(run, { logs, groups: [{ group: 'billing', ...place, offset }] })
  }

  const committed = (shown: string[]): string[] =>
    shown.filter((text) => /^group \w+ committed/.test(text))

  it('counts a commit whose answer is lost, and none that was refused', async () => {
    const run = new Recording()
    run.answer(commit(run, 1), { partitions: [place] }, 'disconnected')
    const error = 'ILLEGAL_GENERATION'
    run.answer(commit(run, 3), { partitions: [{ ...place, error }] }, 'delivered')
    const chart = player(withLog(run, 1))
    const shown = await played(chart, [0, 1, 4])
    assert.deepEqual(
      shown.map(({ below }) => committed(below)),
      [[], ['group billing committed 1'], ['group billing committed 1']],
    )
  })

  it('counts the offsets of a transaction when it commits, and never when it aborts', async () => {
    const run = new Recording()
    const ids = { producerId: 7, producerEpoch: 0, transactionalId: 'pay' }
    for (const [group, verdict] of [['audit', 'abort'] as const, ['billing', 'commit'] as const]) {
      const partitions = [{ ...place, offset: 2 }]
      const fields = { ...ids, group, partitions }
      const asked = run.request(billing, 2, 'TxnOffsetCommit', fields, 'delivered')
      run.answer(asked, { partitions: [place] }, 'delivered')
      const end = run.request(billing, 3, 'EndTxn', { ...ids, verdict }, 'delivered')
      run.answer(end, {}, 'delivered')
    }
    const shown = await played(player(withLog(run, 2)), [4, 7, 8, 'last'])
    const billed = ['group billing committed 2']
    assert.deepEqual(
      shown.map(({ below }) => committed(below)),
      [[], [], billed, billed],
    )
  })

  it('believes what an OffsetFetch was told, and takes its -1 for no offset', async () => {
    const run = new Recording()
    for (const offset of [-1, 1]) {
      const fields = { group: 'billing', partitions: [place] }
      const asked = run.request(billing, 2, 'OffsetFetch', fields, 'delivered')
      run.answer(asked, { partitions: [{ ...place, offset }] }, 'delivered')
    }
    const shown = await played(player(withLog(run, 1)), [1, 2])
    assert.deepEqual(
      shown.map(({ below }) => committed(below)),
      [[], ['group billing committed 1']],
    )
  })

  it('ends with the offset that was read, whatever no frame told', async () => {
    const run = new Recording()
    commit(run, 2)
    const shown = await played(player(withLog(run, 2)), [1, 'last'])
    assert.deepEqual(
      shown.map(({ below }) => committed(below)),
      [[], ['group billing committed 2']],
    )
  })
})
