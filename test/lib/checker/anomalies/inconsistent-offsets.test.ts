import assert from 'node:assert/strict'
import { anomalies, type Anomaly } from '../../../../lib/src/checker/index'
import { HistoryBuilder } from '../../../support/history-builder'

function find(history: HistoryBuilder): Anomaly[] {
  return anomalies['inconsistent-offsets'](history.build())
}

function acknowledged(history: HistoryBuilder, value: string, offset: number): void {
  const messages = [{ topic: 'orders', value }]
  const results = [{ topic: 'orders', partition: 0, offset }]
  history.send([value]).ok({ acks: -1, messages, results })
}

describe('inconsistent-offsets', () => {
  it('is an acknowledgement for an offset where the log holds another message', () => {
    const history = new HistoryBuilder()
    acknowledged(history, 'A', 0)
    acknowledged(history, 'D', 0)
    assert.deepEqual(
      find(history.log(['A'])).map(({ message }) => message),
      ['orders-0@0 holds A for the log and D for an acknowledgement'],
    )
  })

  it('is told once per offset', () => {
    const history = new HistoryBuilder()
    for (const value of ['D', 'E', 'F']) acknowledged(history, value, 0)
    assert.equal(find(history.log(['A'])).length, 1)
  })

  it('is not a guess where one send went to two partitions', () => {
    const history = new HistoryBuilder({ orders: { partitions: 2 } })
    const messages = ['A', 'B'].map((value) => ({ topic: 'orders', value }))
    const results = [0, 1].map((partition) => ({ topic: 'orders', partition, offset: 0 }))
    history.send(['A', 'B']).ok({ acks: -1, messages, results })
    assert.deepEqual(find(history.log(['B']).log(['A'], { partition: 1 })), [])
  })

  it('takes the place of a message from the completion where it is named', () => {
    const history = new HistoryBuilder({ orders: { partitions: 2 } })
    const messages = ['A', 'B'].map((value, partition) => ({
      topic: 'orders',
      value,
      partition,
      offset: 0,
    }))
    history.send(['A', 'B']).ok({ acks: -1, messages })
    assert.equal(find(history.log(['B']).log(['A'], { partition: 1 })).length, 2)
  })

  it('is two consumers that got different messages at one offset', () => {
    const history = new HistoryBuilder()
    history.handle('A', { offset: 0 }).ok()
    history.handle('B', { offset: 0, app: 'audit' }).ok()
    assert.equal(
      find(history)[0]?.message,
      'orders-0@0 holds A for a consumer of billing and B for a consumer of audit',
    )
  })

  it('is two disks with different records of one leader epoch', () => {
    const history = new HistoryBuilder().log(['A']).replica(2, ['B'])
    assert.equal(
      find(history)[0]?.message,
      'orders-0@0 holds A for the log and B for the disk of broker 2',
    )
  })

  it("is not a dead leader's unconfirmed record of an older epoch", () => {
    const history = new HistoryBuilder().log([{ value: 'B', leaderEpoch: 1 }]).replica(1, ['A'])
    assert.deepEqual(find(history), [])
  })

  it('is not acknowledgements, reads and disks that agree, also within a batch', () => {
    const history = new HistoryBuilder()
    const messages = ['A', 'B'].map((value) => ({ topic: 'orders', value }))
    history
      .send(['A', 'B'])
      .ok({ acks: -1, messages, results: [{ topic: 'orders', partition: 0, offset: 0 }] })
    history.handle('A', { offset: 0 }).ok()
    history.handle('B', { offset: 1 }).ok()
    assert.deepEqual(find(history.log(['A', 'B']).replica(2, ['A', 'B'])), [])
  })
})
