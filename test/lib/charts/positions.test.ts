/**
 * The three positions as a table: what moves them, what a throwing handler and a crash take away,
 * and that a message that comes again though its offset was committed is the finding.
 */
import assert from 'node:assert/strict'
import { positions } from '../../../lib/src/charts'
import type { Run } from '../../../lib/src/history/run'
import { HistoryBuilder } from '../../support/history-builder'

const place = { topic: 'orders', partition: 0 }

class Consumer extends HistoryBuilder {
  poll(firstOffset: number, lastOffset: number, partition = 0): this {
    const size = lastOffset - firstOffset + 1
    const batch = { group: 'billing', topic: 'orders', partition, firstOffset, lastOffset, size }
    this.invoke('poll', 'billing', batch, 'consumer-1').ok()
    return this
  }

  offsetCommit(offset: number, answer: 'heard' | 'unheard' | 'none' | string = 'heard'): this {
    const error = ['heard', 'unheard', 'none'].includes(answer) ? {} : { error: answer }
    return this.exchange(
      'OffsetCommit',
      'billing',
      { group: 'billing', partitions: [{ ...place, offset }] },
      answer === 'none' ? undefined : { partitions: [{ ...place, ...error }] },
      answer === 'unheard' ? { responseFate: 'disconnected' } : {},
    )
  }

  /** Handed over, and then `inside`; a handler that throws is rejected. */
  handled(value: string, offset: number, ends: 'returns' | 'throws', inside = () => {}): this {
    const handler = this.handle(value, { offset })
    inside()
    if (ends === 'returns') handler.ok()
    else handler.reject()
    return this
  }
}

/** The rows as `what: fetched resolved committed`. */
function rowsOf(run: Run): string[] {
  return positions(run).rows.map((row) => {
    const [what, ...cells] = row.map(({ text }) => text)
    return `${what}: ${cells.join(' ')}`
  })
}

describe('the table of positions', () => {
  it('moves fetched at a batch, resolved at a return, committed at the coordinator’s answer', () => {
    const run = new Consumer()
    run.poll(0, 1).handled('order-1', 0, 'returns', () => {
      run.effect('order-1').ok()
      run.offsetCommit(1)
    })
    assert.deepEqual(rowsOf(run.build()), [
      'fetched 0 to 1: 2 0 0',
      'order-1 handed over: 2 0 0',
      'charge order-1: 2 0 0',
      'commit 1: 2 0 1',
      'order-1: handler returned: 2 1 1',
    ])
    assert.equal(
      positions(run.build()).finding,
      'At the end of 5 moments: fetched 2, resolved 1 and committed 1',
    )
  })

  it('names a message that comes again though its offset was committed', () => {
    const run = new Consumer().poll(0, 0)
    run.handled('order-1', 0, 'throws', () => run.offsetCommit(1))
    run.poll(0, 0).handled('order-1', 0, 'returns')
    const table = positions(run.build())
    assert.equal(table.finding, 'order-1 handed over, though 1 was committed')
    assert.ok(rowsOf(run.build()).includes('order-1: handler threw: – 0 1'))
    assert.deepEqual(table.rows[2]?.[3], { text: '1', meaning: 'committed' })
  })

  it('shows a commit that goes back', () => {
    const run = new Consumer().poll(0, 1).offsetCommit(2).offsetCommit(1).build()
    const table = positions(run)
    assert.equal(table.finding, 'the committed offset went back to 1')
    assert.deepEqual(table.rows[2]?.[3], { text: '1', meaning: 'repeated' })
  })

  it('believes the coordinator, not the app: an answer nobody heard has moved the position', () => {
    const run = new Consumer().poll(0, 1).offsetCommit(1, 'unheard').offsetCommit(2, 'none')
    run.offsetCommit(2, 'ILLEGAL_GENERATION')
    assert.deepEqual(rowsOf(run.build()).slice(1), [
      'commit 1, answer lost: 2 0 1',
      'commit 2: lost: 2 0 1',
      'commit 2: ILLEGAL_GENERATION: 2 0 1',
    ])
  })

  it('leaves only the committed position after a crash', () => {
    const run = new Consumer().poll(0, 1).handled('order-1', 0, 'returns').offsetCommit(1)
    run.crash('billing').restart('billing')
    run.poll(1, 1)
    assert.deepEqual(rowsOf(run.build()).slice(-2), ['crash: – – 1', 'fetched 1: 2 1 1'])
  })

  it('keeps partitions apart, and says which', () => {
    const run = new Consumer().poll(0, 1).poll(4, 5, 1).build()
    assert.deepEqual(
      positions(run).rows.map((row) => row.map(({ text }) => text).join(' ')),
      ['orders-0 fetched 0 to 1 2 0 0', 'orders-1 fetched 4 to 5 6 4 0'],
    )
  })

  it('asks which app, and refuses what is no run', () => {
    const two = new Consumer().charge('order-1', { app: 'one' }).charge('order-2', { app: 'two' })
    assert.throws(() => positions(two.build()), /one and two consume: name one/)
    assert.equal(positions(two.build(), 'two').rows.length, 2)
    assert.throws(() => positions(new Consumer().build()), /no app of this run consumes/)
    assert.throws(() => positions({} as never), { name: 'TypeError', message: /give it a run/ })
  })
})
