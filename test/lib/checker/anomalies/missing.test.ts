import assert from 'node:assert/strict'
import { anomalies, type Anomaly } from '../../../../lib/src/checker/index'
import { HistoryBuilder } from '../../../support/history-builder'

function find(history: HistoryBuilder): Anomaly[] {
  return anomalies['missing'](history.build())
}

function intended(): HistoryBuilder {
  return new HistoryBuilder({ orders: {} }, { intended: { orders: ['order-1'] } })
}

describe('missing', () => {
  it('is an intended message that was never sent', () => {
    assert.equal(
      find(intended().log([]))[0]?.message,
      'order-1 was intended but never sent, and no log of orders holds it',
    )
  })

  it('is a message of unknown outcome whose record was aborted', () => {
    const history = new HistoryBuilder()
    history.send(['order-1'], { transaction: history.begin() }).ok()
    history.log([
      { value: 'order-1', transaction: 7 },
      { marker: 'abort', transaction: 7 },
    ])
    assert.equal(
      find(history)[0]?.message,
      'order-1 was sent, outcome unknown, and its record at orders-0@0 was aborted',
    )
  })

  it('is not an intended message that stands', () => {
    const history = intended()
    history.send(['order-1'])
    assert.deepEqual(find(history.log(['order-1'])), [])
  })

  it('is not an acknowledged message: that one is lost', () => {
    const history = intended()
    history.send(['order-1']).ok()
    assert.deepEqual(find(history.log([])), [])
  })
})
