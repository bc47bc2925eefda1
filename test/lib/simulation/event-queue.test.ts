import assert from 'node:assert/strict'
import { EventQueue } from '../../../lib/src/simulation/event-queue'
import { seededRandom } from '../../../lib/src/simulation/random'
import type { Timer } from '../../../lib/src/simulation/timers'

function runAll(queue: EventQueue): void {
  while (queue.runNext(Infinity));
}

describe('EventQueue', () => {
  it('runs events in the order of their time, and of one time in the order given', () => {
    const queue = new EventQueue()
    const ran: string[] = []
    for (const [delayMs, name] of [
      [3, 'd'],
      [1, 'a'],
      [2, 'b'],
      [2, 'c'],
    ] as const) {
      queue.after(delayMs, () => ran.push(`${name}@${queue.now()}`))
    }
    runAll(queue)
    assert.deepEqual(ran, ['a@1', 'b@2', 'c@2', 'd@3'])
  })

  it('runs what an event asks for at its own time before later events', () => {
    const queue = new EventQueue()
    const ran: string[] = []
    queue.after(1, () => queue.after(0, () => ran.push('inner')))
    queue.after(2, () => ran.push('later'))
    runAll(queue)
    assert.deepEqual(ran, ['inner', 'later'])
  })

  it('runs nothing that is due later than asked for', () => {
    const queue = new EventQueue()
    queue.after(5, () => undefined)
    assert.equal(queue.runNext(4), false)
    assert.equal(queue.nextAtMs, 5)
    assert.equal(queue.runNext(5), true)
    assert.equal(queue.nextAtMs, undefined)
  })

  it('keeps its order whatever is cancelled in between', () => {
    const random = seededRandom(7, 'queue')
    const queue = new EventQueue()
    const ran: number[] = []
    const timers: { atMs: number; timer: Timer }[] = []
    for (let index = 0; index < 500; index++) {
      const atMs = Math.floor(random() * 100)
      timers.push({ atMs, timer: queue.after(atMs, () => ran.push(atMs)) })
    }
    const kept = timers.filter(({ timer }) => {
      const isCancelled = random() < 0.5
      if (isCancelled) timer.cancel()
      return !isCancelled
    })
    runAll(queue)
    const expected = kept.map(({ atMs }) => atMs).sort((a, b) => a - b)
    assert.deepEqual(ran, expected)
  })

  it('lets an event be cancelled after it has run, without effect', () => {
    const queue = new EventQueue()
    const ran: string[] = []
    const timer = queue.after(1, () => ran.push('a'))
    queue.runNext(1)
    queue.after(1, () => ran.push('b'))
    timer.cancel()
    runAll(queue)
    assert.deepEqual(ran, ['a', 'b'])
  })

  it('refuses to go back in time', () => {
    const queue = new EventQueue()
    queue.passTo(10)
    assert.throws(() => queue.passTo(9), /10 ms to 9 ms/)
    assert.throws(() => queue.after(-1, () => undefined), RangeError)
    assert.throws(() => queue.at(9, () => undefined), RangeError)
  })
})
