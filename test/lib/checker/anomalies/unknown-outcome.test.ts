import assert from 'node:assert/strict'
import { anomalies, type Anomaly } from '../../../../lib/src/checker/index'
import { HistoryBuilder } from '../../../support/history-builder'

function find(history: HistoryBuilder): Anomaly[] {
  return anomalies['unknown-outcome'](history.build())
}

describe('unknown-outcome', () => {
  it('is a message whose send had no answer, and says what the log knows', () => {
    const history = new HistoryBuilder()
    for (const value of ['order-1', 'order-2']) {
      const send = history.send([value])
      history.produce([value], { answer: 'none' })
      send.reject()
    }
    assert.deepEqual(
      find(history.log(['order-1'])).map(({ message }) => message),
      [
        'nobody knows what became of order-1; in fact it stands at orders-0@0',
        'nobody knows what became of order-2; in fact no log of orders holds it for its readers',
      ],
    )
  })

  it('is not a message that was acknowledged in the end', () => {
    const history = new HistoryBuilder()
    const send = history.send(['order-1'])
    history.produce(['order-1'], { answer: 'none' }).produce(['order-1'])
    send.ok()
    assert.deepEqual(find(history.log(['order-1'])), [])
  })
})
