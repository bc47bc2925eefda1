import assert from 'node:assert/strict'
import { anomalies, type Anomaly } from '../../../../lib/src/checker/index'
import { HistoryBuilder } from '../../../support/history-builder'

function find(history: HistoryBuilder): Anomaly[] {
  return anomalies['duplicate'](history.build())
}

describe('duplicate', () => {
  it('is one message at two offsets, across partitions too', () => {
    const history = new HistoryBuilder({ orders: { partitions: 2 } })
    history.send(['order-1']).ok()
    const [anomaly] = find(history.log(['x', 'order-1']).log(['order-1'], { partition: 1 }))
    assert.equal(anomaly?.message, 'order-1 stands 2 times: orders-0@1, orders-1@0')
  })

  it('is not a message with one copy aborted and one committed', () => {
    const history = new HistoryBuilder()
    history.send(['order-1']).ok()
    history.log([
      { value: 'order-1', transaction: 7 },
      { marker: 'abort', transaction: 7 },
      { value: 'order-1', transaction: 7 },
      { marker: 'commit', transaction: 7 },
    ])
    assert.deepEqual(find(history), [])
  })

  it('is not one value in two topics', () => {
    const history = new HistoryBuilder({ orders: {}, charges: {} })
    assert.deepEqual(find(history.log(['1']).log(['1'], { topic: 'charges' })), [])
  })
})
