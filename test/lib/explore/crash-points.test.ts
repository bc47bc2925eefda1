import assert from 'node:assert/strict'
import { crashPoints } from '../../../lib/src/explore/crash-points'
import { pointName, type CrashPoints } from '../../../lib/src/checker'
import { disconnect, effect, on, response } from '../../../lib/src/faults'
import { embeddedLab } from '../../../lib/src/lab'
import type { App, AppBody } from '../../../lib/src/lab'
import { billing, shop, silent } from './apps'

const quietly = { progress: silent }
const orders = { orders: { records: ['order-1'] } }

function half(result: CrashPoints, name: string, which: string) {
  const found = result.survival.find((each) => each.name === name && each.half === which)
  assert.ok(found, `${name}: ${which}`)
  return found
}

const refutedAt = (result: CrashPoints, name: string, which: string) =>
  half(result, name, which).refutedAt.map((point) => pointName(result.points[point]!))

describe('crashPoints', () => {
  it('finds that charging before the commit charges twice, and where', async () => {
    const experiment = { topics: orders, apps: { billing: billing('charge, commit') } }
    const result = await crashPoints(experiment, 'billing', quietly)
    const { held, of, sentence } = half(result, 'charge', 'at least once')
    assert.equal(held, result.points.length)
    assert.equal(
      sentence,
      `processing of charge: at least once survived ${of} of ${of} crash points`,
    )
    const names = result.points.map(pointName)
    assert.equal(new Set(names).size, names.length)
    assert.ok(names.includes('Fetch order-1, before the app hears the answer'), String(names))
    assert.deepEqual(
      names.filter((name) => /Heartbeat|Metadata|^Fetch,/.test(name)),
      [],
    )
    assert.deepEqual(refutedAt(result, 'charge', 'at most once'), [
      'effect charge order-1, once it is done',
      'OffsetCommit orders-0@1, before the broker has it',
    ])
  })

  it('finds that charging after the commit may never charge, and where', async () => {
    const experiment = { topics: orders, apps: { billing: billing('commit, charge') } }
    const result = await crashPoints(experiment, 'billing', quietly)
    const { held, of } = half(result, 'charge', 'at most once')
    assert.equal(held, of)
    assert.deepEqual(refutedAt(result, 'charge', 'at least once'), [
      'OffsetCommit orders-0@1, before the app hears the answer',
    ])
    assert.match(
      half(result, 'charge', 'at least once').sentence,
      /refuted at 1 of \d+ crash points, first at OffsetCommit .*: order-1 .* never processed$/,
    )
  })

  it('gives the plan of every run, and its run again shows the same', async () => {
    const apps = { shop }
    const result = await crashPoints({ topics: { orders: {} }, apps }, 'shop', quietly)
    const point = result.points.find((each) =>
      pointName(each).startsWith('Produce order-1, before'),
    )
    const doubled = result.points[refutedIndex(result)]!
    assert.equal(point?.stages?.[0]?.guarantee, 'exactly once')
    const run = await embeddedLab().run(doubled.plan, { bodies: apps })
    assert.equal(run.apps['shop']?.attempts, 2)
    assert.equal(run.logs[0]?.batches.length, 2)
    assert.match(result.scope, /^one crash of shop per run, restarted after 0 ms, .* seed 1: /)
  })

  function refutedIndex(result: CrashPoints): number {
    const [index] = half(result, 'orders', 'at most once').refutedAt
    assert.ok(index !== undefined)
    return index
  }

  it('counts what a crash keeps from ever being sent as missing', async () => {
    const onlyOnce = async (app: App) => {
      if (app.attempt === 1) await shop(app)
    }
    const experiment = { topics: { orders: {} }, apps: { onlyOnce } }
    const result = await crashPoints(experiment, 'onlyOnce', quietly)
    assert.deepEqual(refutedAt(result, 'orders', 'at least once'), [
      'ApiVersions, before the broker has it',
      'ApiVersions, before the app hears the answer',
      'Produce order-1, before the broker has it',
    ])
  })

  it('crashes after an acks=0 Produce once the broker is known to have handled it', async () => {
    const careless = async ({ kafka }: App) => {
      const producer = kafka.producer({ idempotent: false })
      await producer.connect()
      await producer.send({ topic: 'orders', acks: 0, messages: [{ value: 'order-1' }] })
      await new Promise((resolve) => setTimeout(resolve, 50))
      await producer.disconnect()
    }
    const experiment = { topics: { orders: {} }, apps: { careless } }
    const result = await crashPoints(experiment, 'careless', quietly)
    assert.deepEqual(refutedAt(result, 'orders', 'at most once'), [
      'Produce order-1, before the app hears the answer',
    ])
  })

  it('does not crash at what arrives after the app has ended', async () => {
    const hasty = async ({ kafka }: App) => {
      const producer = kafka.producer({ idempotent: false })
      await producer.connect()
      await producer.send({ topic: 'orders', acks: 0, messages: [{ value: 'order-1' }] })
    }
    const experiment = { topics: { orders: {} }, apps: { hasty } }
    const { points } = await crashPoints(experiment, 'hasty', quietly)
    assert.equal(pointName(points.at(-1)!), 'Produce order-1, before the broker has it')
    assert.deepEqual(
      points.flatMap(({ error }) => error ?? []),
      [],
    )
  })

  it('crashes at store writes', async () => {
    const counter = async ({ store }: App) => {
      await store.set('count', (store.get<number>('count') ?? 0) + 1)
    }
    const result = await crashPoints({ topics: {}, apps: { counter } }, 'counter', quietly)
    assert.deepEqual(result.points.map(pointName), ['store count, once it is done'])
  })

  it("does not ask the experiment's own faults to happen after the crash", async () => {
    const faults = [on(response('Produce', { nth: 1 }), disconnect())]
    const once = async (app: App) => {
      if (app.attempt === 1) await shop(app)
    }
    const experiment = { topics: { orders: {} }, apps: { once }, faults }
    const result = await crashPoints(experiment, 'once', quietly)
    assert.deepEqual(
      result.points.flatMap(({ error }) => error ?? []),
      [],
    )
    const names = result.points.map(pointName)
    assert.ok(names.includes('Produce order-1, before the broker has it'), String(names))
    assert.ok(!names.includes('Produce order-1, before the app hears the answer'), String(names))
  })

  it('restarts once more an app that the experiment crashes and restarts itself', async () => {
    const twice: AppBody = (app) => shop(app)
    const experiment = {
      topics: { orders: {} },
      apps: { shop: { body: twice, restart: { times: 1, afterMs: 5 } } },
      faults: [on(response('Produce', { nth: 1 }), { act: 'crash' as const })],
    }
    const result = await crashPoints(experiment, 'shop', quietly)
    assert.deepEqual([...new Set(result.points.map(({ ended }) => ended))], ['done'])
    assert.match(result.scope, /restarted after 5 ms/)
  })

  it('does not crash where a crash of the experiment has struck already', async () => {
    const charging: AppBody = async ({ effect: act, attempt }) => {
      for (const id of ['a', 'b']) await act('charge', `${id}-${attempt}`)
    }
    const experiment = {
      topics: { orders: {} },
      apps: { shop: { body: charging, restart: { times: 1 } } },
      faults: [on(effect('charge', { id: 'b-1' }), { act: 'crash' as const })],
    }
    const { points } = await crashPoints(experiment, 'shop', quietly)
    const struck = points.map(({ what }) => what)
    assert.deepEqual(struck, ['effect charge a-1', 'effect charge a-2', 'effect charge b-2'])
    assert.deepEqual([...new Set(points.map(({ ended }) => ended))], ['done'])
  })

  it('counts a run that does not end as one that survived nothing', async () => {
    const stuck = async (app: App) => {
      if (app.attempt > 1) await new Promise(() => undefined)
      await shop(app)
    }
    const experiment = { topics: { orders: {} }, apps: { stuck }, timeLimitMs: 3000 }
    const result = await crashPoints(experiment, 'stuck', quietly)
    assert.ok(result.points.every(({ error }) => error?.startsWith('TimeLimitError: ')))
    assert.equal(half(result, 'orders', 'at most once').held, 0)
  })

  it('refuses a run that does not repeat itself up to the crash', async () => {
    let runs = 0
    const moody = async (app: App) => {
      if (runs++ > 0) {
        const other = app.kafka.producer()
        await other.connect()
        await other.disconnect()
      }
      await shop(app)
    }
    await assert.rejects(
      crashPoints({ topics: { orders: {} }, apps: { moody } }, 'moody', quietly),
      /the crash at request\('Produce'.*did not repeat itself/,
    )
  })

  it('refuses what it cannot explore, and says what to do', async () => {
    const experiment = { topics: { orders: {} }, apps: { shop } }
    await assert.rejects(crashPoints(experiment, 'shopp', quietly), {
      name: 'PlanError',
      message: 'crashPoints: there is no app the text "shopp": it is one of shop',
    })
    const idle = async () => undefined
    await assert.rejects(crashPoints({ topics: {}, apps: { idle } }, 'idle', quietly), {
      name: 'RunError',
      message: /idle sent nothing, heard nothing and did nothing/,
    })
  })
})
