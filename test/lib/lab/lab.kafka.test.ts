/** The lab on real brokers: what a run shows, what it refuses, and what it leaves behind. */
import assert from 'node:assert/strict'
import { ledger, verdict } from '../../../lib/src/checker'
import { describeCluster, listTopics } from '../../../lib/src/clusters/admin'
import { listGroups } from '../../../lib/src/clusters/admin-groups'
import { localCluster } from '../../../lib/src/clusters/kafka/local-cluster'
import { metadata } from '../../../lib/src/protocol/apis/metadata'
import { WireClient } from '../../../lib/src/clusters/wire-client'
import {
  crash,
  disconnect,
  effect,
  followersOf,
  kill,
  leaderOf,
  on,
  pause,
  request,
  response,
  sleep,
} from '../../../lib/src/faults'
import { frames } from '../../../lib/src/history/frames'
import type { Run } from '../../../lib/src/history/run'
import type { App, AppBody, Lab } from '../../../lib/src/lab'
import { openRealLab } from '../../support/real-lab'

async function placeOrder({ kafka, params }: App): Promise<void> {
  const producer = kafka.producer({ idempotent: false })
  await producer.connect()
  const { acks = -1, values = ['order-1'] } = params ?? {}
  for (const value of values) {
    await producer.send({ topic: 'orders', acks, messages: [{ key: 'ann', value }] })
  }
  await producer.disconnect()
}

async function charge({ kafka, effect: act, caughtUp }: App): Promise<void> {
  const consumer = kafka.consumer({ groupId: 'billing' })
  await consumer.connect()
  await consumer.subscribe({ topic: 'orders', fromBeginning: true })
  await consumer.run({ eachMessage: async ({ message }) => act('charge', String(message.value)) })
  await caughtUp()
  await consumer.disconnect()
}

const topics = { orders: {} }
const values = (run: Run) =>
  run.logs.flatMap(({ batches }) => batches.flatMap(({ records }) => records.map((r) => r.value)))
const charged = (run: Run) =>
  run.history.flatMap((event) =>
    'operation' in event && event.operation === 'effect' && event.type === 'ok'
      ? [`${event.app}: ${event.value.id}`]
      : [],
  )
const sockets = () =>
  process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length

describe('the lab on real Kafka', () => {
  let lab: Lab
  let wire: WireClient
  before(async () => {
    lab = await openRealLab()
    const { brokers } = await localCluster()
    wire = new WireClient({ brokers, clientId: 'test' })
    await describeCluster(wire)
  })
  after(async () => {
    await wire.close()
    await lab.close()
  })

  /** Everything a run may leave: topics, groups, sockets, listeners, timers. */
  async function remains(): Promise<object> {
    return {
      topics: (await listTopics(wire)).filter((topic) => !topic.startsWith('__')),
      groups: await listGroups(wire),
      rejections: process.listenerCount('unhandledRejection'),
      interrupts: process.listenerCount('SIGINT'),
      timers: process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length,
    }
  }

  it('loses exactly the acknowledgement named: the message stands twice', async () => {
    const faults = [on(response('Produce', { nth: 1 }), disconnect())]
    const run = await lab.run({ topics, apps: { shop: placeOrder }, faults })
    assert.equal(verdict(run).delivery['orders']?.guarantee, 'at least once')
    assert.deepEqual(values(run), ['order-1', 'order-1'])
    assert.equal(ledger(run)[0]?.told, 'ok')
    assert.equal(run.apps['shop']?.ended, 'done')
    assert.deepEqual(
      run.replicaLogs.map(({ broker }) => broker),
      [1, 2, 3],
    )
    assert.ok(frames(run.history).every(({ fate }) => fate !== 'in flight'))
  })

  it('runs its plan again from JSON with the same outcome', async () => {
    const faults = [on(response('Produce', { nth: 1 }), disconnect())]
    const run = await lab.run({ topics, apps: { shop: placeOrder }, faults })
    const plan = JSON.parse(JSON.stringify(run.plan))
    const again = await lab.run(plan, { bodies: { shop: placeOrder } })
    assert.deepEqual(again.plan, run.plan)
    assert.deepEqual(verdict(again), verdict(run))
    await assert.rejects(lab.run(plan, { bodies: {} }), /app 'shop': has no body/)
  })

  it('carries out runs asked for together one after the other', async () => {
    const asked = ['a', 'b', 'c'].map((value) =>
      lab.run({ topics, apps: { shop: { body: placeOrder, params: { values: [value] } } } }),
    )
    const done = await Promise.all(asked)
    assert.deepEqual(done.map(values), [['a'], ['b'], ['c']])
  })

  it('refuses brokers it does not have, and goes on afterwards', async () => {
    const apps = { shop: placeOrder }
    const faults = [on(request('Produce', { nth: 1 }), kill(7))]
    await assert.rejects(lab.run({ topics, apps, faults }), /there is no broker 7: .* 1, 2, 3/)
    assert.deepEqual(values(await lab.run({ topics, apps })), ['order-1'])
  })

  it('leaves nothing behind, however a run ends', async () => {
    const both = { shop: placeOrder, billing: charge }
    await lab.run({ topics, apps: both })
    const before = { all: await remains(), sockets: sockets() }
    await lab.run({ topics, apps: both })
    const unfired = [on(response('EndTxn'), disconnect())]
    await assert.rejects(lab.run({ topics, apps: both, faults: unfired }), /proves nothing/)
    const stuck: AppBody = async ({ kafka }) => {
      const consumer = kafka.consumer({ groupId: 'billing' })
      await consumer.connect()
      await consumer.subscribe({ topic: 'orders' })
      await consumer.run({ eachMessage: async () => new Promise(() => undefined) })
      await new Promise(() => undefined)
    }
    await assert.rejects(lab.run({ topics, apps: { stuck }, timeLimitMs: 1500 }), /limit of 1500/)
    const dying = [on(effect('charge', { nth: 1 }), crash())]
    await lab.run({ topics: { orders: { records: ['a'] } }, apps: { charge }, faults: dying })
    assert.deepEqual({ all: await remains(), sockets: sockets() }, before)
  })

  it('says for what caughtUp() waits when the time is over', async () => {
    const never: AppBody = async () => new Promise(() => undefined)
    const running = lab.run({ topics, apps: { billing: charge, never }, timeLimitMs: 1500 })
    await assert.rejects(running, (error: Error) => {
      assert.match(error.message, /billing \(attempt 1\) waits for caughtUp .*\(the end of never\)/)
      assert.match(error.message, /never \(attempt 1\) waits for nothing the lab knows of/)
      return true
    })
    const early: AppBody = async ({ caughtUp, kafka }) => {
      const consumer = kafka.consumer({ groupId: 'g' })
      await consumer.connect()
      await consumer.subscribe({ topic: 'orders' })
      await caughtUp()
    }
    await assert.rejects(
      lab.run({ topics, apps: { early }, timeLimitMs: 500 }),
      /waits for caughtUp .*\(g to reach the end of orders-0\)/,
    )
  })

  it('lets a restarted consumer charge again what it had not committed', async () => {
    const orders = { records: ['a', 'b', 'c'] }
    const faults = [on(effect('charge', { nth: 2 }), crash())]
    const billing = { body: charge, restart: {} }
    const run = await lab.run({ topics: { orders }, apps: { billing }, faults })
    assert.deepEqual(
      charged(run).map((text) => text.slice(-1)),
      ['a', 'b', 'a', 'b', 'c'],
    )
    assert.deepEqual(run.groups, [{ group: 'billing', topic: 'orders', partition: 0, offset: 3 }])
    assert.equal(run.apps['billing']?.attempts, 2)
  })

  it('lets another member take over where the first one died', async () => {
    const orders = { partitions: 2, records: ['a', 'b', { value: 'c', partition: 1 }] }
    const point = effect('charge', { nth: 2, app: 'first' })
    const run = await lab.run({
      topics: { orders },
      apps: { first: charge, second: { body: charge, startAt: point } },
      faults: [on(point, crash())],
    })
    assert.equal(run.apps['first']?.ended, 'crashed')
    assert.equal(run.apps['second']?.ended, 'done')
    const bySecond = charged(run).filter((text) => text.startsWith('second'))
    assert.deepEqual(bySecond.sort(), ['second: a', 'second: b', 'second: c'])
  })

  it('shows the acknowledged record on the disk of the leader that died with it', async () => {
    const run = await lab.run({
      topics,
      apps: { shop: { body: placeOrder, params: { acks: 1 } } },
      faults: [
        on(request('Produce', { nth: 1 }), pause(followersOf('orders'))),
        on(response('Produce', { nth: 1 }), kill(leaderOf('orders'))),
      ],
    })
    const [ack] = frames(run.history).filter(
      ({ api, direction }) => api === 'Produce' && direction === 'response',
    )
    assert.equal(ack?.fate, 'delivered')
    const onDisk = run.replicaLogs.map(({ broker, alive, batches }) => {
      return [broker, alive, batches.flatMap(({ records }) => records.map((r) => r.value))]
    })
    assert.deepEqual(onDisk, [
      [1, false, ['order-1']],
      [2, true, []],
      [3, true, []],
    ])
    const brokers = run.history.flatMap((event) =>
      event.type === 'broker' ? [`${event.broker} ${event.state}`] : [],
    )
    assert.deepEqual(brokers.sort(), ['1 killed', '2 paused', '3 paused'])
  })

  it('ends a run whose broker is paused, and heals it', async () => {
    const faults = [on(response('Produce', { nth: 1 }), pause(leaderOf('orders')), sleep(1))]
    const run = await lab.run({ topics, apps: { shop: placeOrder }, faults })
    assert.deepEqual(values(run), ['order-1'])
    assert.deepEqual(run.logs[0]?.isr.length, 3)
  })

  it('gives brokers the settings asked for, and the next run the usual ones', async () => {
    const cluster = { 'message.max.bytes': 200 }
    const big = { body: placeOrder, params: { values: ['x'.repeat(400)] } }
    const run = await lab.run({ topics, apps: { big }, cluster })
    const ended = run.apps['big']?.ended as { kafkaError?: string }
    assert.equal(ended.kafkaError, 'MESSAGE_TOO_LARGE')
    assert.deepEqual(values(run), [])
    const usual = await lab.run({ topics, apps: { big } })
    assert.equal(usual.apps['big']?.ended, 'done')
    await wire.close()
    wire = new WireClient({ brokers: (await localCluster()).brokers, clientId: 'test' })
  })
})

describe('closing the lab', () => {
  it('ends its brokers, and starts none in order to end them', async () => {
    const before = sockets()
    const lab = await openRealLab()
    const shop = { body: placeOrder, params: { values: ['a'] } }
    const settings = { 'message.max.bytes': 2_000_000 }
    await lab.run({ topics, apps: { shop }, cluster: settings })
    const { brokers } = await localCluster({ settings })
    const all = { topics: null, allowAutoTopicCreation: false }
    await lab.close()
    const begin = performance.now()
    await lab.close()
    assert.ok(performance.now() - begin < 500, 'the second close did something')
    assert.equal(sockets(), before)
    await assert.rejects(lab.run({ topics, apps: { shop } }), /closed: open another with openLab/)
    const wire = new WireClient({ brokers, clientId: 'test' })
    await assert.rejects(wire.request('any', metadata, all), /ECONNREFUSED/)
    await wire.close()
  })
})
