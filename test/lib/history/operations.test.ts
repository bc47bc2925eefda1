import assert from 'node:assert/strict'
import { operations, operationsNamed } from '../../../lib/src/history/operations'
import { HistoryBuilder } from '../../support/history-builder'

describe('operations', () => {
  it('pairs invocation and completion by call, not by order', () => {
    const history = new HistoryBuilder()
    const first = history.send(['A'])
    const second = history.send(['B'])
    second.ok()
    first.reject()
    const found = operationsNamed(history.build().history, 'send').map(
      ({ value, outcome, start, end }) => [
        value.messages[0]?.value,
        outcome,
        start.index,
        end?.index,
      ],
    )
    assert.deepEqual(found, [
      ['A', 'info', 0, 3],
      ['B', 'ok', 1, 2],
    ])
  })

  it('leaves an operation without a completion pending', () => {
    const history = new HistoryBuilder()
    history.send(['A'])
    const [send] = operations(history.build().history)
    assert.equal(send?.outcome, 'pending')
    assert.equal(send?.end, undefined)
  })

  it('takes an operation that is only completed, like a poll, to begin there', () => {
    const history = new HistoryBuilder()
    history.push({
      type: 'ok',
      operation: 'poll',
      call: 1,
      app: 'billing',
      attempt: 1,
      client: 'consumer-1',
      value: {
        group: 'billing',
        topic: 'orders',
        partition: 0,
        firstOffset: 0,
        lastOffset: 0,
        size: 1,
      },
    })
    const [poll] = operationsNamed(history.build().history, 'poll')
    assert.equal(poll?.outcome, 'ok')
    assert.deepEqual(poll?.start, poll?.end)
  })
})
