import assert from 'node:assert/strict'
import { anomalies, type Anomaly } from '../../../../lib/src/checker/index'
import { HistoryBuilder } from '../../../support/history-builder'

function find(history: HistoryBuilder): Anomaly[] {
  return anomalies['lost-write'](history.build())
}

describe('lost-write', () => {
  it('is an acknowledged message in no log, with the disk that still had it', () => {
    const history = new HistoryBuilder()
    const send = history.send(['order-1'], { acks: 1 })
    send.ok({
      acks: 1,
      messages: [{ topic: 'orders', value: 'order-1' }],
      results: [{ topic: 'orders', partition: 0, offset: 4 }],
    })
    history.replica(1, ['order-1']).replica(2, []).log([])
    const [anomaly, ...others] = find(history)
    assert.deepEqual(others, [])
    assert.equal(
      anomaly?.message,
      'order-1 was acknowledged at orders-0@4, but no log of orders' +
        ' holds it; broker 1 had it on disk at orders-0@0',
    )
    assert.deepEqual(anomaly?.offsets, [{ topic: 'orders', partition: 0, offset: 4 }])
  })

  it('is a fire-and-forget message in no log, without an offset that nobody told', () => {
    const history = new HistoryBuilder()
    history.send(['order-1'], { acks: 0 }).ok()
    assert.equal(
      find(history.log([]))[0]?.message,
      'order-1 was sent with acks 0, but no log of orders holds it',
    )
  })

  it('names no offset where the answer had none', () => {
    const history = new HistoryBuilder()
    history.send(['order-1']).ok({
      acks: -1,
      messages: [{ topic: 'orders', value: 'order-1' }],
      results: [{ topic: 'orders', partition: 0, offset: -1 }],
    })
    const [anomaly] = find(history.log([]))
    assert.equal(anomaly?.message, 'order-1 was acknowledged, but no log of orders holds it')
  })

  it('is not a message that stands', () => {
    const history = new HistoryBuilder()
    history.send(['order-1'], { acks: 1 }).ok()
    assert.deepEqual(find(history.replica(1, ['order-1']).log(['order-1'])), [])
  })

  it('is not a message whose outcome was unknown', () => {
    const history = new HistoryBuilder()
    history.send(['order-1'])
    assert.deepEqual(find(history.crash('shop').log([])), [])
  })
})
