import assert from 'node:assert/strict'
import { threeViews } from '../../../lib/src/charts/three-views'
import { chargedTwice } from '../../support/runs/charged-twice'
import { lostAck } from '../../support/runs/lost-ack'
import { items, texts } from './drawn'

/** Names of the frames drawn, by their colour. */
function flights(chart: ReturnType<typeof threeViews>) {
  const lines = items(chart, 'x2').filter(({ colour, tip }) => tip !== undefined && colour)
  return lines.map(({ tip, colour }) => [tip!.title, colour])
}

describe('the picture of three views', () => {
  it('shows belief, log and consumer part where an answer is lost', () => {
    const drawn = texts(threeViews(lostAck()))
    for (const said of ['on its way', 'told ok', 'nothing']) assert.ok(drawn.includes(said), said)
    assert.ok(drawn.some((text) => text === 'once: @0'))
    assert.ok(drawn.some((text) => text === '2×: @0 and @1'))
  })

  it('draws each frame in the colour of its fate', () => {
    assert.deepEqual(flights(threeViews(lostAck())), [
      ['Produce', '#0072b2'],
      ['answer lost', '#d55e00'],
      ['Produce again', '#aa3377'],
      ['answer', '#0072b2'],
    ])
  })

  it('counts what the consumer did', () => {
    const drawn = texts(threeViews(chargedTwice()))
    assert.ok(drawn.includes('charge 1×') && drawn.includes('charge 2×'), drawn.join(' | '))
  })

  it('refuses a message that the run does not have', () => {
    assert.throws(() => threeViews(lostAck(), { message: 'order-9' }), {
      name: 'RangeError',
      message: 'threeViews: this run has no message order-9',
    })
  })
})
