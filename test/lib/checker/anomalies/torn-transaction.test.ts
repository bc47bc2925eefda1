import assert from 'node:assert/strict'
import { anomalies, type Anomaly } from '../../../../lib/src/checker/index'
import { HistoryBuilder, type Entry } from '../../../support/history-builder'

function find(history: HistoryBuilder): Anomaly[] {
  return anomalies['torn-transaction'](history.build())
}

function transaction(entries: Entry[]): HistoryBuilder {
  const history = new HistoryBuilder()
  const call = history.begin()
  history.send(['B'], { transaction: call }).ok()
  history.send(['C'], { transaction: call }).ok()
  history.abort(call).ok()
  return history.log(entries)
}

describe('torn-transaction', () => {
  it('is one message committed and the other aborted', () => {
    const torn = transaction([
      { value: 'B', transaction: 7 },
      { marker: 'commit', transaction: 7 },
      { value: 'C', transaction: 7 },
      { marker: 'abort', transaction: 7 },
    ])
    assert.equal(
      find(torn)[0]?.message,
      'one transaction is visible in part:' + ' B at orders-0@0, but C aborted at orders-0@2',
    )
  })

  it('is one message committed and an acknowledged one in no log', () => {
    const torn = transaction([
      { value: 'B', transaction: 7 },
      { marker: 'commit', transaction: 7 },
    ])
    assert.match(find(torn)[0]!.message, /but C in no log$/)
  })

  for (const marker of ['commit', 'abort'] as const) {
    it(`is not a whole transaction with the marker ${marker}`, () => {
      const whole = transaction([
        { value: 'B', transaction: 7 },
        { value: 'C', transaction: 7 },
        { marker, transaction: 7 },
      ])
      assert.deepEqual(find(whole), [])
    })
  }

  it('is not a partition whose marker is still on its way', () => {
    const history = transaction([
      { value: 'B', transaction: 7 },
      { marker: 'commit', transaction: 7 },
    ])
    history.log([{ value: 'C', transaction: 7 }], { partition: 1 })
    assert.deepEqual(find(history), [])
  })

  it('is not an aborted transaction of which one message was sent again', () => {
    const history = transaction([
      { value: 'B', transaction: 7 },
      { value: 'C', transaction: 7 },
      { marker: 'abort', transaction: 7 },
      { value: 'B', transaction: 7 },
      { marker: 'commit', transaction: 7 },
    ])
    const again = history.begin()
    history.send(['B'], { transaction: again }).ok()
    history.commit(again).ok()
    assert.deepEqual(find(history), [])
  })

  it('is not a refused send beside a committed one', () => {
    const history = new HistoryBuilder()
    const call = history.begin()
    history.send(['A'], { transaction: call }).reject('fail')
    history.send(['B'], { transaction: call }).ok()
    history.commit(call).ok()
    history.log([
      { value: 'B', transaction: 7 },
      { marker: 'commit', transaction: 7 },
    ])
    assert.deepEqual(find(history), [])
  })
})
