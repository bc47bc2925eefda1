/** The staircases picture says what stood in the record, offset by offset. */
import assert from 'node:assert/strict'
import { staircases } from '../../../lib/src/charts'
import { processedMessages } from '../../../lib/src/charts/processed'
import { stairsOf } from '../../../lib/src/charts/staircase-steps'
import { roundTicks } from '../../../lib/src/charts/time-axis'
import { chargedTwice } from '../../support/runs/charged-twice'
import { outOfOrder } from '../../support/runs/out-of-order'
import { items, texts } from './drawn'

describe('staircases', () => {
  it('says what was processed and committed at the crash, what is repeated and what is lost', () => {
    const finding = '3 processed and 3 committed at the crash, order-4 repeated, order-1 lost'
    assert.equal(staircases(outOfOrder()).finding, finding)
    const twice = '1 processed and 0 committed at the crash, order-1 repeated'
    assert.equal(staircases(chargedTwice()).finding, twice)
  })

  it('names each of several runs in the finding and above its panel', () => {
    const chart = staircases({ one: chargedTwice(), other: outOfOrder() })
    assert.match(chart.finding, /^one: 1 processed .*; other: 3 processed/)
    for (const label of ['one', 'other']) assert.ok(texts(chart).includes(label))
  })

  it('tells processing a second time from the first, by offset', () => {
    const all = processedMessages(outOfOrder())
    assert.deepEqual(
      all.map(({ offset, again }) => (again ? `${offset} again` : String(offset))),
      ['1', '2', '3', '3 again', '4', '5'],
    )
  })

  it('shades the passed and unprocessed offset for ever, and the uncommitted until its commit', () => {
    const [stairs] = stairsOf(outOfOrder())
    const lose = stairs!.shades.filter(({ kind }) => kind === 'would lose')
    const repeat = stairs!.shades.filter(({ kind }) => kind === 'would repeat')
    assert.deepEqual(
      lose.map(({ fromMs, toMs, low, high }) => [fromMs, toMs, low, high]),
      [[110, stairs!.untilMs, 0, 1]],
    )
    assert.deepEqual(
      repeat.map(({ fromMs, toMs, low, high }) => [fromMs, toMs, low, high]),
      [
        [310, 1100, 3, 4],
        [1100, 1200, 3, 5],
      ],
    )
  })

  it('marks each crash by name, and a lost message by a cross with its tip', () => {
    const chart = staircases(outOfOrder())
    assert.ok(texts(chart).includes('billing crashes'))
    const crosses = items(chart, 'shape').filter(({ tip }) => tip?.lost !== undefined)
    assert.deepEqual(
      crosses.map(({ tip }) => [tip?.title, tip?.offset]),
      [['order-1', 0]],
    )
  })

  it('has round ticks, ten steps at the most', () => {
    assert.deepEqual(roundTicks(7), [0, 1, 2, 3, 4, 5, 6, 7])
    assert.deepEqual(roundTicks(50), [0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50])
    assert.deepEqual(roundTicks(2800), [0, 500, 1000, 1500, 2000, 2500])
  })

  it('refuses what is no run', () => {
    assert.throws(() => staircases({ one: 1 as never }), /staircases: 'one' is not a run/)
  })
})
