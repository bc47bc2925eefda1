import assert from 'node:assert/strict'
import { anomalies, type Anomaly } from '../../../../lib/src/checker/index'
import { HistoryBuilder } from '../../../support/history-builder'

function find(history: HistoryBuilder): Anomaly[] {
  return anomalies['reprocessed'](history.build())
}

function orders(): HistoryBuilder {
  return new HistoryBuilder({ orders: { records: ['order-1'] } }).log(['order-1'])
}

describe('reprocessed', () => {
  it('is an effect that took place twice for one message', () => {
    const history = orders().charge('order-1').crash('billing').restart('billing').charge('order-1')
    assert.deepEqual(
      find(history).map(({ message }) => message),
      ['order-1 (orders-0@0) was processed 2 times by charge; 2 handlers were entered with it'],
    )
  })

  it('is an effect that two apps had for one message', () => {
    const history = orders().charge('order-1').charge('order-1', { app: 'billing-2' })
    assert.equal(find(history).length, 1)
  })

  it('is not a message delivered twice whose effect took place once', () => {
    const history = orders()
    history.handle('order-1')
    history.crash('billing').restart('billing').charge('order-1')
    assert.deepEqual(find(history), [])
  })

  it('is not two kinds of effect for one message', () => {
    const history = orders().charge('order-1')
    history.effect('order-1', { kind: 'mail' }).ok()
    assert.deepEqual(find(history), [])
  })
})
