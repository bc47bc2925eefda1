/** What an app was told: one test per rule, over histories of a few events. */
import assert from 'node:assert/strict'
import { ledger, type Told } from '../../../lib/src/checker/index'
import { HistoryBuilder } from '../../support/history-builder'

function toldOf(history: HistoryBuilder, value = 'order-1'): Told | undefined {
  return ledger(history.build()).find((row) => row.value === value)?.told
}

function told(history: HistoryBuilder, expected: Told): void {
  assert.equal(toldOf(history), expected)
}

describe('what an app was told', () => {
  it('is ok when its send was acknowledged', () => {
    const history = new HistoryBuilder()
    history.send(['order-1']).ok()
    told(history, 'ok')
  })

  it('is sent when it asked for no acknowledgement', () => {
    const history = new HistoryBuilder()
    history.send(['order-1'], { acks: 0 }).ok()
    told(history, 'sent')
  })

  it('is seeded for records written before the start, whatever happens to them later', () => {
    const history = new HistoryBuilder({ orders: { records: [{ value: 'order-1', key: 'ann' }] } })
    history.send(['order-1']).ok()
    told(history, 'seeded')
    assert.equal(ledger(history.build())[0]?.key, 'ann')
  })

  it('is never sent for an intended value that no app sent', () => {
    told(new HistoryBuilder({ orders: {} }, { intended: { orders: ['order-1'] } }), 'never sent')
  })

  it('is what its send was told for an intended value that an app sent', () => {
    const history = new HistoryBuilder({ orders: {} }, { intended: { orders: ['order-1'] } })
    history.send(['order-1']).ok()
    told(history, 'ok')
  })

  it('is info for a record whose send nobody recorded', () => {
    told(new HistoryBuilder().log(['order-1']), 'info')
  })
})

describe('what the app of a rejected send was told', () => {
  it('is fail when its only attempt was definitively refused', () => {
    const history = new HistoryBuilder()
    const send = history.send(['order-1'])
    history.produce(['order-1'], { answer: 'NOT_ENOUGH_REPLICAS' })
    send.reject()
    told(history, 'fail')
  })

  it('is fail when no attempt ever left the client', () => {
    const history = new HistoryBuilder()
    history.send(['order-1']).reject('fail')
    told(history, 'fail')
  })

  it('is info when one of two attempts had no answer', () => {
    const history = new HistoryBuilder()
    const send = history.send(['order-1'])
    history.produce(['order-1'], { answer: 'none' })
    history.produce(['order-1'], { answer: 'OUT_OF_ORDER_SEQUENCE_NUMBER' })
    send.reject('fail')
    told(history, 'info')
  })

  for (const fate of ['dropped', 'disconnected', 'crashed'] as const) {
    it(`is info when the refusal was ${fate} on its way`, () => {
      const history = new HistoryBuilder()
      const send = history.send(['order-1'])
      history.produce(['order-1'], { answer: 'NOT_ENOUGH_REPLICAS', responseFate: fate })
      send.reject()
      told(history, 'info')
    })
  }

  for (const answer of [
    'REQUEST_TIMED_OUT',
    'NOT_ENOUGH_REPLICAS_AFTER_APPEND',
    'KAFKA_STORAGE_ERROR',
    'UNKNOWN_SERVER_ERROR',
    'DUPLICATE_SEQUENCE_NUMBER',
  ]) {
    it(`is info after ${answer}, which may come after the append`, () => {
      const history = new HistoryBuilder()
      const send = history.send(['order-1'])
      history.produce(['order-1'], { answer })
      send.reject('fail')
      told(history, 'info')
    })
  }

  it('is info after NOT_LEADER_OR_FOLLOWER with acks -1, fail with acks 1', () => {
    for (const [acks, expected] of [
      [-1, 'info'],
      [1, 'fail'],
    ] as const) {
      const history = new HistoryBuilder()
      const send = history.send(['order-1'], { acks })
      history.produce(['order-1'], { acks, answer: 'NOT_LEADER_OR_FOLLOWER' })
      send.reject()
      told(history, expected)
    }
  })

  it('is info when its partition was acknowledged but another one of the send was not', () => {
    const history = new HistoryBuilder()
    const send = history.send(['order-1', 'order-2'])
    history.produce(['order-1'], { partition: 0 })
    history.produce(['order-2'], { partition: 1, answer: 'MESSAGE_TOO_LARGE' })
    send.reject()
    told(history, 'info')
    assert.equal(toldOf(history, 'order-2'), 'fail')
  })

  it('is judged by its own partition of a response', () => {
    const history = new HistoryBuilder()
    const send = history.send(['order-1', 'order-2'])
    history.exchange(
      'Produce',
      'shop',
      {
        acks: -1,
        partitions: [
          { topic: 'orders', partition: 0, values: ['order-2'] },
          { topic: 'orders', partition: 1, values: ['order-1'] },
        ],
      },
      {
        partitions: [
          { topic: 'orders', partition: 0, error: 'NOT_ENOUGH_REPLICAS' },
          { topic: 'orders', partition: 1, error: 'REQUEST_TIMED_OUT' },
        ],
      },
    )
    send.reject()
    told(history, 'info')
    assert.equal(toldOf(history, 'order-2'), 'fail')
  })

  it('is info when an attempt left after the rejection, where nobody hears the answer', () => {
    const history = new HistoryBuilder()
    const send = history.send(['order-1'])
    history.produce(['order-1'], { answer: 'NOT_ENOUGH_REPLICAS' })
    send.reject()
    history.produce(['order-1'], { answer: 'NOT_ENOUGH_REPLICAS' })
    told(history, 'info')
  })

  it('is info when the lab made a copy of the request, whose answer nobody hears', () => {
    const history = new HistoryBuilder()
    const send = history.send(['order-1'])
    history.produce(['order-1'], { answer: 'NOT_ENOUGH_REPLICAS' })
    history.produce(['order-1'], { answer: 'NOT_ENOUGH_REPLICAS', copy: 'resend' })
    send.reject()
    told(history, 'info')
  })

  it('is fail although another message, another app or another topic had no answer', () => {
    const history = new HistoryBuilder()
    const send = history.send(['order-1'])
    history.produce(['order-2'], { answer: 'none' })
    history.produce(['order-1'], { answer: 'none', app: 'other' })
    history.produce(['order-1'], { answer: 'none', topic: 'charges' })
    history.produce(['order-1'], { answer: 'NOT_ENOUGH_REPLICAS' })
    send.reject()
    told(history, 'fail')
  })

  it('is info when its app crashed before the send returned', () => {
    const history = new HistoryBuilder()
    history.send(['order-1'])
    told(history.crash('shop'), 'info')
  })
})

describe('what an app was told about a message it sent more than once', () => {
  it('is ok when one of its sends was acknowledged', () => {
    const history = new HistoryBuilder()
    const first = history.send(['order-1'])
    history.produce(['order-1'], { answer: 'none' })
    first.reject()
    history.send(['order-1']).ok()
    told(history, 'ok')
  })

  it('is info when one of its sends is unknown and the other refused', () => {
    const history = new HistoryBuilder()
    const first = history.send(['order-1'])
    history.produce(['order-1'], { answer: 'none' })
    first.reject()
    const second = history.send(['order-1'])
    history.produce(['order-1'], { answer: 'NOT_ENOUGH_REPLICAS' })
    second.reject()
    told(history, 'info')
  })

  it('is fail only when each of its sends was refused', () => {
    const history = new HistoryBuilder()
    for (const answer of ['NOT_ENOUGH_REPLICAS', 'MESSAGE_TOO_LARGE']) {
      const send = history.send(['order-1'])
      history.produce(['order-1'], { answer })
      send.reject()
    }
    told(history, 'fail')
  })

  it('is ok when an aborted attempt was followed by a committed one', () => {
    const history = new HistoryBuilder()
    const aborted = history.begin()
    history.send(['order-1'], { transaction: aborted }).ok()
    history.abort(aborted).ok()
    history.restart('shop')
    const committed = history.begin()
    history.send(['order-1'], { transaction: committed }).ok()
    history.commit(committed).ok()
    told(history, 'ok')
  })
})
