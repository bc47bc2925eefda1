import assert from 'node:assert/strict'
import { anomalies, type Anomaly } from '../../../../lib/src/checker/index'
import { HistoryBuilder } from '../../../support/history-builder'

function find(history: HistoryBuilder): Anomaly[] {
  return anomalies['nonmonotonic-send'](history.build())
}

describe('nonmonotonic-send', () => {
  it('is two un-awaited sends that stand the other way round', () => {
    const history = new HistoryBuilder()
    const sends = ['A', 'B', 'C', 'D'].map((value) => history.send([value]))
    for (const send of sends) send.ok()
    const found = find(history.log(['A', 'B', 'D', 'C']))
    assert.deepEqual(
      found.map(({ message }) => message),
      [
        'C was sent before D, but its send had not returned, yet stands behind it:' +
          ' orders-0@3 after orders-0@2',
      ],
    )
  })

  it('is two awaited sends that stand the other way round', () => {
    const history = new HistoryBuilder()
    history.send(['A']).ok()
    history.send(['B']).ok()
    assert.match(find(history.log(['B', 'A']))[0]!.message, /and its send had returned/)
  })

  it('is two messages of one send that stand the other way round', () => {
    const history = new HistoryBuilder()
    history.send(['A', 'B']).ok()
    assert.match(find(history.log(['B', 'A']))[0]!.message, /in the same send/)
  })

  it('is not sends in order, even where a retry doubled the first one behind the second', () => {
    const history = new HistoryBuilder()
    history.send(['A']).ok()
    history.send(['B']).ok()
    assert.deepEqual(find(history.log(['A', 'B', 'A'])), [])
  })

  it('is not two clients, two partitions or a message that the app sent twice', () => {
    const clients = new HistoryBuilder()
    clients.send(['A'], { client: 'producer-1' }).ok()
    clients.send(['B'], { client: 'producer-2' }).ok()
    assert.deepEqual(find(clients.log(['B', 'A'])), [])
    const partitions = new HistoryBuilder({ orders: { partitions: 2 } })
    partitions.send(['A', 'B']).ok()
    assert.deepEqual(find(partitions.log(['x', 'A']).log(['B'], { partition: 1 })), [])
    const twice = new HistoryBuilder()
    for (const value of ['A', 'B', 'A']) twice.send([value]).ok()
    assert.deepEqual(find(twice.log(['B', 'A'])), [])
  })

  it('is not an aborted record in front', () => {
    const history = new HistoryBuilder()
    history.send(['A']).ok()
    history.send(['B']).ok()
    history.log([{ value: 'B', transaction: 7 }, { marker: 'abort', transaction: 7 }, 'A', 'B'])
    assert.deepEqual(find(history), [])
  })
})
