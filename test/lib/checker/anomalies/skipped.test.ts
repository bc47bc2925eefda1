import assert from 'node:assert/strict'
import { anomalies, type Anomaly } from '../../../../lib/src/checker/index'
import { HistoryBuilder } from '../../../support/history-builder'

function find(history: HistoryBuilder): Anomaly[] {
  return anomalies['skipped'](history.build())
}

function orders(): HistoryBuilder {
  const history = new HistoryBuilder({ orders: { records: ['order-1', 'order-2'] } })
  return history.log(['order-1', 'order-2']).charge('order-1')
}

describe('skipped', () => {
  it('is a message whose offset was committed and whose effect never took place', () => {
    const history = orders().committed(2)
    history.handle('order-2')
    assert.deepEqual(
      find(history.crash('billing')).map(({ message }) => message),
      ['order-2 at orders-0@1 was never processed by charge, though billing committed 2'],
    )
  })

  it('is not a message that was processed', () => {
    assert.deepEqual(find(orders().charge('order-2').committed(2)), [])
  })

  it('is not a message that the next start begins with', () => {
    assert.deepEqual(find(orders().committed(1).crash('billing')), [])
  })

  it('is not a message that another group passed', () => {
    const history = orders().committed(1).committed(2, { group: 'audit' })
    assert.deepEqual(find(history), [])
  })
})
