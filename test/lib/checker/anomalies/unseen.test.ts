import assert from 'node:assert/strict'
import { anomalies, type Anomaly } from '../../../../lib/src/checker/index'
import { HistoryBuilder } from '../../../support/history-builder'

function find(history: HistoryBuilder): Anomaly[] {
  return anomalies['unseen'](history.build())
}

function orders(): HistoryBuilder {
  const history = new HistoryBuilder({ orders: { records: ['order-1', 'order-2'] } })
  return history.log(['order-1', 'order-2'])
}

describe('unseen', () => {
  it('is a message below the committed offset that no handler got', () => {
    assert.deepEqual(
      find(orders().charge('order-2').committed(2)).map(({ message }) => message),
      ['order-1 at orders-0@0 was never handed to a handler of billing, which stands at 2'],
    )
  })

  it('is a message below the offset that an app which ended well fetched from', () => {
    assert.equal(find(orders().charge('order-2').fetch(2)).length, 1)
  })

  it('is not a message that a handler got, whatever the handler did', () => {
    const history = orders().charge('order-2').committed(2)
    history.handle('order-1').reject('fail')
    assert.deepEqual(find(history), [])
  })

  it('is not a message that the group has yet to reach', () => {
    assert.deepEqual(find(orders().charge('order-1').fetch(1).committed(1)), [])
  })

  it('is not a message beyond which a crashed app had fetched', () => {
    assert.deepEqual(find(orders().charge('order-1').fetch(2).committed(1).crash('billing')), [])
  })

  it('is told per group', () => {
    const history = orders().charge('order-1').charge('order-2').committed(2)
    const audit = { app: 'audit', group: 'audit' }
    history.handle('order-2', audit).ok()
    const found = find(history.committed(2, audit))
    assert.deepEqual(
      found.map(({ group, values }) => [group, ...values]),
      [['audit', 'order-1']],
    )
  })

  it('is not an aborted record', () => {
    const history = new HistoryBuilder()
      .log([
        { value: 'X', transaction: 7 },
        { marker: 'abort', transaction: 7 },
      ])
      .committed(2)
    assert.deepEqual(find(history), [])
  })
})
