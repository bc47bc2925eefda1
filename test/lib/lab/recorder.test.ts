/** A history only grows, in one order that everybody hears. */
import assert from 'node:assert/strict'
import type { HistoryEvent } from '../../../lib/src/history/events'
import { completeOperation, invokeOperation, Recorder } from '../../../lib/src/lab/recorder'

const started = { type: 'app', app: 'shop', attempt: 1, state: 'started' } as const
const killed = { type: 'broker', broker: 1, state: 'killed' } as const

describe('a recorder', () => {
  it('numbers events from 0 without gaps and never lets time run back', () => {
    const recorder = new Recorder()
    recorder.start()
    for (let count = 0; count < 50; count++) recorder.record(started)
    recorder.events.forEach((event, index) => {
      assert.equal(event.index, index)
      assert.ok(event.timeMs >= (recorder.events[index - 1]?.timeMs ?? 0))
    })
  })

  it('tells every listener all events in their order, also those recorded by a listener', () => {
    const recorder = new Recorder()
    const heard: string[] = []
    recorder.subscribe((event) => void (event.type === 'app' && recorder.record(killed)))
    recorder.subscribe((event) => void heard.push(`${event.index} ${event.type}`))
    recorder.record(started)
    recorder.record(started)
    assert.deepEqual(heard, ['0 app', '1 broker', '2 app', '3 broker'])
  })

  it('stops telling one that has ended', () => {
    const recorder = new Recorder()
    const heard: HistoryEvent[] = []
    const end = recorder.subscribe((event) => void heard.push(event))
    recorder.record(started)
    end()
    recorder.record(started)
    assert.equal(heard.length, 1)
  })

  it('gives out numbers from where it is told', () => {
    assert.equal(new Recorder().nextId(), 1)
    const later = new Recorder(100)
    assert.deepEqual([later.nextId(), later.nextId()], [100, 101])
  })
})

describe('an operation', () => {
  it('is an invocation and a completion with one call', () => {
    const recorder = new Recorder()
    const value = { kind: 'charge', id: 'a' }
    const source = { app: 'shop', attempt: 1, operation: 'effect', value } as const
    const call = invokeOperation(recorder, source)
    completeOperation(recorder, source, { call, type: 'ok' })
    const [invoked, completed] = recorder.events
    assert.deepEqual(
      [invoked?.type, completed?.type, (invoked as { call: number }).call],
      ['invoke', 'ok', call],
    )
  })
})
