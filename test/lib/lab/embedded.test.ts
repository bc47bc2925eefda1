/** The lab on the embedded cluster: what only virtual time and simulated brokers can show. */
import assert from 'node:assert/strict'
import { ledger } from '../../../lib/src/checker'
import {
  at,
  crash,
  cutOff,
  disconnect,
  drop,
  on,
  powerLoss,
  request,
  response,
} from '../../../lib/src/faults'
import type { Run } from '../../../lib/src/history/run'
import { openLab } from '../../../lib/src/lab'
import type { App, Lab } from '../../../lib/src/lab'

async function placeOrder({ kafka, params }: App): Promise<void> {
  const { values = ['order-1'], retries = 2 } = params ?? {}
  const producer = kafka.producer({ retry: { retries } })
  await producer.connect()
  for (const value of values) await producer.send({ topic: 'orders', messages: [{ value }] })
  await producer.disconnect()
}

const topics = { orders: {} }
const copies = (run: Run) =>
  run.logs.flatMap(({ batches }) => batches.flatMap(({ records }) => records.map((r) => r.value)))

describe('the lab on the embedded cluster', () => {
  let lab: Lab

  before(async () => {
    process.env['KAFKA_LAB'] = 'embedded'
    lab = await openLab()
    delete process.env['KAFKA_LAB']
  })

  after(() => lab.close())

  it('is what openLab gives when nothing else is asked for', async () => {
    const run = await (await openLab()).run({ topics, apps: { shop: placeOrder } })
    assert.equal(run.cluster.kind, 'embedded')
    assert.deepEqual(copies(run), ['order-1'])
  })

  it('loses an order that all in-sync replicas have acknowledged when all lose their power', async () => {
    const run = await lab.run({
      topics,
      apps: { shop: placeOrder },
      faults: [on(response('Produce', { nth: 1 }), powerLoss('all'))],
    })
    const [order] = ledger(run)
    assert.deepEqual(copies(run), [])
    assert.equal(run.apps['shop']?.ended, 'done')
    assert.equal(order?.delivery, 'lost')
  })

  it('holds up what an app that is cut off sends, until the cut is mended', async () => {
    const run = await lab.run({
      topics,
      apps: { shop: { body: placeOrder, params: { values: ['order-1', 'order-2'], retries: 1 } } },
      faults: [on(response('Produce', { nth: 1 }), cutOff('shop', 'all'))],
    })
    const ended = run.apps['shop']?.ended
    assert.ok(typeof ended === 'object', 'the shop gave up')
    assert.deepEqual(copies(run), ['order-1', 'order-2', 'order-2'])
    assert.equal(ledger(run).find(({ value }) => value === 'order-2')?.delivery, 'duplicated')
  })

  it('lets a reader’s plain setTimeout and Date follow the run', async () => {
    const times: number[] = []
    const clock = async () => {
      const begin = Date.now()
      await new Promise((resolve) => setTimeout(resolve, 20_000))
      times.push(Date.now() - begin)
    }
    const real = performance.now()
    await lab.run({ topics, apps: { clock } })
    assert.deepEqual(times, [20_000])
    assert.ok(performance.now() - real < 10_000, 'nobody waited')
  })

  it('ends a crashed app’s plain setTimeout with it', async () => {
    const rang: number[] = []
    const clock = async ({ attempt }: App) => {
      setTimeout(() => rang.push(attempt), 100)
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
    const apps = { clock: { body: clock, restart: {} } }
    const run = await lab.run({ topics, apps, faults: [on(at(50), crash('clock'))] })
    assert.deepEqual(rang, [2])
    assert.equal(run.apps['clock']?.attempts, 2)
  })

  it('gives an unhandled rejection to the app in whose event it came up', async () => {
    const careless = async () => {
      setTimeout(() => void Promise.reject(new Error('careless')), 10)
      await new Promise((resolve) => setTimeout(resolve, 1000))
    }
    const run = await lab.run({ topics, apps: { careless, shop: placeOrder } })
    const ended = run.apps['careless']?.ended
    assert.ok(typeof ended === 'object' && ended.message === 'careless')
    assert.equal(run.apps['shop']?.ended, 'done')
  })

  it('ends a run in which an app waits for ever, and says for what', async () => {
    const patient = async ({ kafka }: App) => {
      const producer = kafka.producer({ retry: { retries: 100_000 } })
      await producer.connect()
      await producer.send({ topic: 'orders', messages: [{ value: 'order-1' }] })
    }
    const run = lab.run({
      topics,
      apps: { patient },
      faults: [on(response('Produce'), drop())],
    })
    await assert.rejects(
      run,
      /patient \(attempt 1\) waits for producer-1\.send \(orders: order-1\)/,
    )
  })

  it('ends a run in which nothing is left to happen, and says who waits', async () => {
    const stuck = () => new Promise<void>(() => undefined)
    await assert.rejects(lab.run({ topics, apps: { stuck } }), /stuck \(attempt 1\) waits for/)
  })

  it('ends a run in which nothing happens for longer than its longest timeout', async () => {
    const reader = async ({ kafka, params }: App) => {
      const consumer = kafka.consumer({
        groupId: 'billing',
        heartbeatInterval: 1000,
        maxWaitTimeInMs: 500,
        rebalanceTimeout: params.timeoutMs,
      })
      await consumer.connect()
      await consumer.subscribe({ topics: ['orders'], fromBeginning: true })
      await consumer.run({ eachMessage: async () => undefined })
      await new Promise(() => undefined)
    }
    for (const [timeoutMs, longest] of [
      [1000, 60_000],
      [90_000, 90_000],
    ] as const) {
      const apps = { reader: { body: reader, params: { timeoutMs } } }
      await assert.rejects(lab.run({ topics, apps, timeLimitMs: 3_600_000 }), {
        name: 'RunError',
        message: `nothing happened for ${longest} ms, the longest timeout of this run: reader (attempt 1) waits for nothing the lab knows of`,
      })
    }
  })

  it('lets an app wait as long as it likes by a timer of its own', async () => {
    const sleeper = () => new Promise<void>((resolve) => setTimeout(resolve, 1_000_000))
    const run = await lab.run({ topics, apps: { sleeper }, timeLimitMs: 3_600_000 })
    assert.equal(run.apps['sleeper']?.ended, 'done')
  })

  it('lets an app go on from its send before it hears that the connection is gone', async () => {
    const shop = async ({ kafka }: App) => {
      const producer = kafka.producer()
      await producer.connect()
      for (const value of ['order-1', 'order-2', 'order-3', 'order-4']) {
        await producer.send({ topic: 'orders', acks: 0, messages: [{ value }] })
      }
      await producer.disconnect()
    }
    const faults = [on(request('Produce', { nth: 2 }), disconnect())]
    const run = await lab.run({ topics, apps: { shop }, faults })
    assert.deepEqual(
      ledger(run).map(({ value, told }) => [value, told]),
      ['order-1', 'order-2', 'order-3', 'order-4'].map((value) => [value, 'sent']),
    )
    assert.deepEqual(copies(run), ['order-1'])
  })

  it('refuses a broker setting that the simulation does not know', async () => {
    const cluster = { 'no.such.setting': 1 }
    const run = lab.run({ topics, apps: { shop: placeOrder }, cluster })
    await assert.rejects(run, /no\.such\.setting/)
  })

  it('leaves the process its own clock, also when a run fails', async () => {
    const before = Date.now()
    const failing = lab.run({ topics, apps: { stuck: () => new Promise<void>(() => undefined) } })
    await assert.rejects(failing)
    assert.ok(Date.now() - before < 60_000)
    await new Promise((resolve) => setTimeout(resolve, 1))
  })
})
