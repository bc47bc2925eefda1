import assert from 'node:assert/strict'
import { frames, responses } from '../../../lib/src/history/frames'
import { HistoryBuilder } from '../../support/history-builder'

describe('frames', () => {
  it('take their fate and its time from the fate event that follows', () => {
    const { history } = new HistoryBuilder().produce(['A'], { responseFate: 'dropped' }).build()
    const found = frames(history).map(({ direction, fate, met }) => [direction, fate, met?.index])
    assert.deepEqual(found, [
      ['request', 'delivered', 0],
      ['response', 'dropped', 2],
    ])
    assert.equal(responses(history).get(1)?.frame, 2)
  })

  it('are in flight while no fate was told', () => {
    const { history } = new HistoryBuilder().produce(['A']).build()
    const response = frames(history.slice(0, 2))[1]
    assert.equal(response?.fate, 'in flight')
    assert.equal(response?.met, undefined)
  })

  it('refuse a fate without a frame', () => {
    const { history } = new HistoryBuilder()
      .push({ type: 'fate', app: 'shop', attempt: 1, frame: 9, fate: 'dropped' })
      .build()
    assert.throws(() => frames(history), /fate of frame 9, which never left/)
  })
})
