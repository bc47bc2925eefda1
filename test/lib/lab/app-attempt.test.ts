/** One attempt of an app as a process: what its end takes along. */
import assert from 'node:assert/strict'
import { AppAttempt } from '../../../lib/src/lab/app-attempt'
import { FaultBoard } from '../../../lib/src/lab/fault-board'
import { passedOn } from '../../../lib/src/lab/facade-parts'
import type { FaultPowers } from '../../../lib/src/lab/fault-board'
import { Names } from '../../../lib/src/lab/names'
import { Recorder } from '../../../lib/src/lab/recorder'

function start(): { attempt: AppAttempt; recorder: Recorder } {
  const recorder = new Recorder()
  const board = new FaultBoard([], recorder, {} as FaultPowers)
  const failed = (error: unknown) => assert.fail(String(error))
  const enter = (_attempt: AppAttempt, run: () => void) => run()
  const configured = () => undefined
  const services = { recorder, board, names: new Names('lab-'), enter, configured, failed }
  return { recorder, attempt: new AppAttempt('shop', 1, services) }
}

const ends: Record<string, (attempt: AppAttempt) => void> = {
  'a crash': (attempt) => attempt.crash(),
  'its return': (attempt) => attempt.exit(),
  'its error': (attempt) => attempt.fail(new Error('x')),
}

describe('an attempt', () => {
  for (const [name, end] of Object.entries(ends)) {
    it(`has no timer any more after ${name}`, async () => {
      const { attempt } = start()
      attempt.timers.setTimeout(() => assert.fail('a timer of a dead app ran'), 1)
      end(attempt)
      attempt.timers.setTimeout(() => assert.fail('a dead app set a timer'), 1)
      await new Promise((resolve) => setTimeout(resolve, 20))
    })

    it(`answers no call after ${name}`, async () => {
      const { attempt, recorder } = start()
      const settled: string[] = []
      let finish!: () => void
      const work = new Promise<void>((resolve) => (finish = resolve))
      const note = () => void settled.push('settled')
      attempt.operate('connect', 'producer-1', {}, () => work).then(note, note)
      end(attempt)
      const recorded = recorder.events.length
      finish()
      attempt.operate('disconnect', 'producer-1', {}, async () => undefined).then(note, note)
      assert.throws(() => attempt.requireRunning('store.get()'), /store.get\(\): shop is no longer/)
      await new Promise((resolve) => setImmediate(resolve))
      assert.deepEqual(settled, [])
      assert.equal(recorder.events.length, recorded)
    })

    it(`cannot end again after ${name}`, async () => {
      const { attempt, recorder } = start()
      end(attempt)
      const ended = await attempt.ended
      for (const again of Object.values(ends)) again(attempt)
      assert.equal(recorder.events.length, 1)
      assert.deepEqual(await attempt.ended, ended)
    })
  }

  it('gives an effect to the message that its id names, whosever handler runs meanwhile', () => {
    const { attempt } = start()
    attempt.beginHandling(1, ['order-1'])
    attempt.endHandling(1)
    attempt.beginHandling(2, ['order-2'])
    assert.equal(attempt.causeOf('order-1'), undefined)
    assert.equal(attempt.causeOf('card 17'), 'order-2')
    attempt.beginHandling(3, ['order-3'])
    assert.equal(attempt.causeOf('card 17'), undefined)
  })

  it('leaves a method passed on to kafkajs unanswered when dead, and throws where no promise is', () => {
    const { attempt } = start()
    const inner = { commitOffsets: () => assert.fail('called'), seek: () => assert.fail('called') }
    const of = { attempt, client: 'consumer-1', inner }
    attempt.crash()
    assert.ok(passedOn(of, 'commitOffsets')() instanceof Promise)
    assert.throws(() => passedOn(of, 'seek')(), /seek\(\): shop is no longer running/)
  })

  it('tells a call that certainly did nothing from one that may have', async () => {
    const { attempt, recorder } = start()
    const value = { acks: -1, messages: [] }
    const refuse = async () => {
      throw new Error('refused')
    }
    const sendThenFail = async () => {
      recorder.record({
        ...{ type: 'frame', app: 'shop', attempt: 1, frame: 1, direction: 'request' },
        ...{ client: 'producer-1', connection: 1, broker: 1, api: 'Produce', apiVersion: 7 },
        ...{ correlationId: 1, sizeBytes: 1, fields: {}, fate: 'delivered' },
      })
      throw new Error('no answer')
    }
    await assert.rejects(attempt.operate('send', 'producer-1', value, refuse))
    await assert.rejects(attempt.operate('send', 'producer-1', value, sendThenFail))
    const types = recorder.events.flatMap((event) =>
      'operation' in event && event.type !== 'invoke' ? [event.type] : [],
    )
    assert.deepEqual(types, ['fail', 'info'])
  })
})
