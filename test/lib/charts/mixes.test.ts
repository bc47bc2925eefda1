import assert from 'node:assert/strict'
import { mixes } from '../../../lib/src/charts/mixes'
import { crossed } from '../../support/runs/halves'
import { items, texts } from './drawn'

const way = { from: 'orders', into: 'charge' }

describe('the picture of two halves crossed', () => {
  it('states how many cells keep which guarantee', () => {
    assert.equal(
      mixes(crossed(), way).finding,
      'from orders into charge: exactly once in 1 of 9 cells, at least once in 3, ' +
        'at most once in 3, none in 2',
    )
  })

  it('draws a bar as long as the messages are many, and none for zero', () => {
    const { 'at most once': row } = crossed()
    const chart = mixes({ 'at most once': { 'at least once': row!['at least once']! } }, way)
    const bars = items(chart, 'fill').filter(({ tip }) => tip !== undefined)
    assert.deepEqual(
      bars.map(({ tip, x, x2 }) => [tip!.messages, Number(x2) - x]),
      [
        ['order-1', 24],
        ['order-2', 24],
        ['order-3', 24],
      ],
    )
    assert.deepEqual(
      bars.map(({ tip }) => Object.keys(tip!)[1]),
      ['0 copies', '1 copy', '2 or more'],
    )
  })

  it('names the messages that are lost or doubled, and what is left', () => {
    const drawn = texts(mixes(crossed(), way))
    assert.equal(drawn.filter((text) => text === '1: order-3').length, 4)
    assert.equal(drawn.filter((text) => text === '2: order-2 and order-3').length, 1)
    assert.equal(drawn.filter((text) => text === 'none').length, 2)
  })

  it('refuses what is no run, and names its cell', () => {
    const wrong = { 'at most once': { 'at least once': {} as never } }
    assert.throws(() => mixes(wrong, way), {
      name: 'TypeError',
      message: "mixes: 'at most once' × 'at least once' is not a run",
    })
  })
})
