import assert from 'node:assert/strict'
import { anomalies, type Anomaly } from '../../../../lib/src/checker/index'
import { HistoryBuilder, type Entry } from '../../../support/history-builder'

function find(history: HistoryBuilder): Anomaly[] {
  return anomalies['aborted-read'](history.build())
}

const log: Entry[] = [
  { value: 'X1', transaction: 1 },
  { value: 'Y1', transaction: 2 },
  { marker: 'commit', transaction: 2 },
  { marker: 'abort', transaction: 1 },
]

describe('aborted-read', () => {
  it('is a handler that got the record of an aborted transaction, told once per group', () => {
    const history = new HistoryBuilder().fetch(0)
    history.handle('X1', { offset: 0 }).reject('fail')
    history.handle('X1', { offset: 0 }).ok()
    assert.deepEqual(
      find(history.log(log)).map(({ message }) => message),
      ['a handler of billing got X1 at orders-0@0, the record of an aborted transaction'],
    )
  })

  it('is not a handler that got a committed record', () => {
    const history = new HistoryBuilder().fetch(0)
    history.handle('Y1', { offset: 1 }).ok()
    assert.deepEqual(find(history.log(log)), [])
  })

  it('is not a consumer that asked for uncommitted records', () => {
    const history = new HistoryBuilder().fetch(0, { isolation: 'read_uncommitted' })
    history.handle('X1', { offset: 0 }).ok()
    assert.deepEqual(find(history.log(log)), [])
  })

  it('is a consumer beside another one of the app that asked for uncommitted records', () => {
    const history = new HistoryBuilder().fetch(0, {
      isolation: 'read_uncommitted',
      client: 'consumer-2',
    })
    history.handle('X1', { offset: 0 }).ok()
    assert.equal(find(history.log(log)).length, 1)
  })
})
