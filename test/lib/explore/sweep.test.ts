import assert from 'node:assert/strict'
import { sweep } from '../../../lib/src/explore/sweep'
import { disconnect, on, request, response } from '../../../lib/src/faults'
import { embeddedLab } from '../../../lib/src/lab'
import type { App, Experiment } from '../../../lib/src/lab'
import { shop, silent } from './apps'

const experiment: Experiment = { topics: { orders: {} }, apps: { shop } }
const ackLost = { faults: [on(response('Produce', { nth: 1 }), disconnect())] }
const never = { faults: [on(request('EndTxn'), disconnect())] }
const quietly = { progress: silent }

describe('sweep', () => {
  it('counts the runs of every variation by the guarantee they showed', async () => {
    const vary = { fault: { none: {}, 'ack lost': ackLost } }
    const { variations } = await sweep(experiment, { vary, seeds: [3, 5], ...quietly })
    const seen = variations.map(({ chosen, stages }) => [
      chosen['fault'],
      ...stages.map(({ name, counts }) => [name, counts.map((each) => [each.class, each.runs])]),
    ])
    assert.deepEqual(seen, [
      ['none', ['orders', [['exactly once', 2]]]],
      ['ack lost', ['orders', [['at least once', 2]]]],
    ])
    assert.deepEqual(variations[1]!.stages[0]!.messages, { duplicated: 2 })
  })

  it('runs each under its seed, and says which', async () => {
    const drawn: number[] = []
    const dice = async () => void drawn.push(Math.random())
    const app = async (given: App) => {
      await dice()
      await shop(given)
    }
    const { seeds, variations } = await sweep(
      { topics: { orders: {} }, apps: { app } },
      { seeds: 3, ...quietly },
    )
    assert.deepEqual(seeds, [1, 2, 3])
    assert.deepEqual(
      variations[0]!.runs.map(({ seed }) => seed),
      [1, 2, 3],
    )
    assert.equal(new Set(drawn).size, 3)
  })

  it('counts a run whose fault never happened as one without a verdict', async () => {
    const vary = { fault: { never } }
    const { variations } = await sweep(experiment, { vary, seeds: 1, ...quietly })
    assert.match(
      variations[0]!.runs[0]!.error!,
      /^RunError: nothing passed the point of faults\[0\]/,
    )
  })

  it('names the variation of a plan that cannot be', async () => {
    const vary = { topic: { good: {}, bad: { topics: { orders: { partitions: 0 } } } } }
    await assert.rejects(sweep(experiment, { vary, seeds: 1, ...quietly }), {
      name: 'PlanError',
      message: /^sweep, topic bad: topic 'orders': partitions: 0 is not a number from 1 to 100/,
    })
  })

  for (const [seeds, message] of [
    [0, /seeds is 0: give a number from 1, or a list/],
    [undefined, /seeds is undefined: give a number/],
    [[], /seeds is a list of 0: give/],
    [[1, 1], /seeds holds 1 twice: give/],
    [[1, 0.5], /seeds holds 0.5 which is not a whole number: give/],
  ] as const) {
    it(`refuses ${JSON.stringify(seeds)} for seeds`, async () => {
      const options = { seeds: seeds as never, ...quietly }
      await assert.rejects(sweep(experiment, options), { name: 'PlanError', message })
    })
  }

  it('ends at SIGINT in the middle of a run and leaves the lab ready for the next', async () => {
    const kernel = () => undefined
    process.on('SIGINT', kernel)
    let started = 0
    const app = async (given: App) => {
      if (++started === 2) process.emit('SIGINT')
      await shop(given)
    }
    try {
      const interrupted = sweep(
        { topics: { orders: {} }, apps: { app } },
        { seeds: 50, ...quietly },
      )
      await assert.rejects(interrupted, /sweep: interrupted when 2 of 50 runs had begun/)
      assert.deepEqual(process.listeners('SIGINT'), [kernel])
    } finally {
      process.removeListener('SIGINT', kernel)
    }
    assert.equal((await embeddedLab().run(experiment)).apps['shop']?.ended, 'done')
    assert.equal(started, 2)
  })
})
