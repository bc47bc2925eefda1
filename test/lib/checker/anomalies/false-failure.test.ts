import assert from 'node:assert/strict'
import { anomalies, type Anomaly } from '../../../../lib/src/checker/index'
import { HistoryBuilder } from '../../../support/history-builder'

function find(history: HistoryBuilder): Anomaly[] {
  return anomalies['false-failure'](history.build())
}

function refused(answer: string): HistoryBuilder {
  const history = new HistoryBuilder()
  const send = history.send(['order-1'])
  history.produce(['order-1'], { answer })
  send.reject()
  return history
}

describe('false-failure', () => {
  it('is a message that was refused for certain and stands', () => {
    assert.equal(
      find(refused('NOT_ENOUGH_REPLICAS').log(['order-1']))[0]?.message,
      'order-1 was refused for certain, yet it stands at orders-0@0',
    )
  })

  it('is a message of an aborted transaction that stands committed', () => {
    const history = new HistoryBuilder()
    const transaction = history.begin()
    history.send(['B'], { transaction }).ok()
    history.abort(transaction).ok()
    history.log([
      { value: 'B', transaction: 7 },
      { marker: 'commit', transaction: 7 },
    ])
    assert.equal(find(history).length, 1)
  })

  it('is not a refused message that is nowhere', () => {
    assert.deepEqual(find(refused('NOT_ENOUGH_REPLICAS').log([])), [])
  })

  it('is not a message whose error may have come after the append', () => {
    assert.deepEqual(find(refused('NOT_ENOUGH_REPLICAS_AFTER_APPEND').log(['order-1'])), [])
  })
})
