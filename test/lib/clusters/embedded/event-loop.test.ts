/** Virtual time: what a run's code finds in it, and what the rest of the process does not. */
import assert from 'node:assert/strict'
import { setTimeout as reallySleep } from 'node:timers/promises'
import { EventLoop } from '../../../../lib/src/clusters/embedded/event-loop'
import type { StepSource } from '../../../../lib/src/clusters/embedded/event-loop'
import { virtualGlobals } from '../../../../lib/src/clusters/embedded/virtual-globals'

function makeLoop(sources: StepSource[] = []): EventLoop {
  const loop = new EventLoop(sources)
  loop.surroundWith(virtualGlobals(loop, () => 0.25))
  return loop
}

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
const anHour = 3_600_000

describe('virtual time', () => {
  it('passes an hour at once, and tells it', async () => {
    const loop = makeLoop()
    const real = performance.now()
    const seen = await loop.run(async () => {
      const before = { date: Date.now(), clock: performance.now() }
      await sleep(anHour)
      return { date: Date.now() - before.date, clock: performance.now() - before.clock }
    })
    assert.deepEqual(seen, { date: anHour, clock: anHour })
    assert.ok(performance.now() - real < anHour / 100)
  })

  it('runs events in the order of their time, and those of one time as they were made', async () => {
    const loop = makeLoop()
    const order: string[] = []
    await loop.run(async () => {
      loop.at(5, undefined, () => order.push('second'))
      loop.at(1, undefined, () => order.push('first'))
      loop.at(5, undefined, () => order.push('third'))
      loop.at(5, undefined, () => order.push('never')).cancel()
      await sleep(6)
    })
    assert.deepEqual(order, ['first', 'second', 'third'])
  })

  it('has drained the promises of one event before the next', async () => {
    const loop = makeLoop()
    const order: string[] = []
    await loop.run(async () => {
      loop.at(1, undefined, () => {
        void Promise.resolve()
          .then(() => new Promise<void>((resolve) => process.nextTick(resolve)))
          .then(() => order.push('of the first'))
      })
      loop.at(1, undefined, () => order.push('the second'))
      await sleep(2)
    })
    assert.deepEqual(order, ['of the first', 'the second'])
  })

  it('gives the same date and the same random numbers in every run', async () => {
    const look = async () => [new Date().toISOString(), Math.random(), new Date(0).getTime()]
    const expected = ['2026-01-01T00:00:00.000Z', 0.25, 0]
    assert.deepEqual(await makeLoop().run(look), expected)
    assert.deepEqual(await makeLoop().run(look), expected)
  })

  it('is nobody else’s: the process keeps its own clock and timers meanwhile', async () => {
    const loop = makeLoop()
    const started = Date.now()
    let others = 0
    const other = setInterval(() => {
      others += Math.abs(Date.now() - started) < anHour ? 1 : 0
    }, 1)
    const work = loop.run(async () => {
      // As long as real time takes to pass: the interval outside must come up in between.
      while (others < 5) await sleep(1000)
    })
    await reallySleep(1)
    await work
    clearInterval(other)
    assert.ok(Math.abs(Date.now() - started) < anHour)
    assert.notEqual(Math.random(), 0.25)
  })

  it('repeats an interval until it is cleared, and clamps delays as Node does', async () => {
    const times: number[] = []
    await makeLoop().run(async () => {
      const begin = performance.now()
      const note = () => void times.push(performance.now() - begin)
      const timer = setInterval(note, 10)
      setTimeout(note, -5)
      setTimeout(note, 0.5)
      await sleep(35)
      clearInterval(timer)
      await sleep(50)
    })
    assert.deepEqual(times, [1, 1, 10, 20, 30])
  })

  it('ends with what it ran: what is left over never happens', async () => {
    let late = false
    await makeLoop().run(async () => void setTimeout(() => (late = true), 10))
    await reallySleep(5)
    assert.equal(late, false)
  })

  it('rejects as the work does, and when nothing is left that could settle it', async () => {
    const failing = makeLoop().run(() => Promise.reject(new Error('no order')))
    await assert.rejects(failing, /no order/)
    const endless = makeLoop().run(() => new Promise(() => undefined))
    await assert.rejects(endless, /nothing is left to happen/)
  })

  it('takes the steps of a cluster in between, each at its time', async () => {
    const steps: number[] = []
    const due = [3, 7, 20]
    const source: StepSource = {
      get nextAtMs() {
        return due[0]
      },
      advanceTo(nowMs) {
        while (due[0] !== undefined && due[0] <= nowMs) steps.push(due.shift() as number)
      },
    }
    const loop = makeLoop([source])
    await loop.run(async () => {
      await sleep(5)
      assert.deepEqual(steps, [3])
      await sleep(5)
    })
    assert.deepEqual(steps, [3, 7])
  })

  it('runs what a step asks for before a later event', async () => {
    const happened: string[] = []
    let due: number | undefined = 3
    const source: StepSource = {
      get nextAtMs() {
        return due
      },
      advanceTo(nowMs) {
        if (due === undefined || nowMs < due) return
        due = undefined
        loop.at(1, undefined, () => happened.push(`asked for at 3, run at ${loop.now()}`))
      },
    }
    const loop = makeLoop([source])
    await loop.run(async () => {
      await sleep(5)
      happened.push('slept until 5')
    })
    assert.deepEqual(happened, ['asked for at 3, run at 4', 'slept until 5'])
  })
})

describe('an event’s owner', () => {
  it('owns the timers that it sets, which end with it', async () => {
    const loop = makeLoop()
    const shop = { running: true }
    const seen: unknown[] = []
    await loop.run(async () => {
      loop.at(0, shop, () => {
        setTimeout(() => seen.push(loop.owner === shop), 5)
        setTimeout(() => seen.push('of a dead app'), 15)
      })
      loop.at(10, undefined, () => (shop.running = false))
      await sleep(20)
    })
    assert.deepEqual(seen, [true])
  })

  it('is known where a rejection that nobody handles comes up, and where an event throws', async () => {
    const loop = makeLoop()
    const [shop, billing] = [{ name: 'shop' }, { name: 'billing' }]
    const seen: [string, unknown][] = []
    const before = process.listeners('unhandledRejection')
    process.removeAllListeners('unhandledRejection')
    process.on('unhandledRejection', (reason) => seen.push([String(reason), loop.owner]))
    try {
      await loop.run(async () => {
        loop.at(1, shop, () => void Promise.reject('careless'))
        loop.at(1, billing, () => {
          throw new Error('thrown')
        })
        await sleep(2)
      })
    } finally {
      process.removeAllListeners('unhandledRejection')
      for (const other of before) process.on('unhandledRejection', other)
    }
    assert.deepEqual(seen, [
      ['careless', shop],
      ['Error: thrown', billing],
    ])
  })
})
