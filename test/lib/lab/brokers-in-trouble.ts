/**
 * Disks that are lost, leaders that are moved by plan, and ELR switched on or off: what they do to
 * acknowledged orders, asked of the embedded cluster and of real Kafka in the same words.
 */
import assert from 'node:assert/strict'
import { ledger } from '../../../lib/src/checker'
import {
  followersOf,
  kill,
  loseDisk,
  moveLeader,
  on,
  pause,
  request,
  response,
  resume,
  sleep,
  stored,
} from '../../../lib/src/faults'
import type { Fault } from '../../../lib/src/history/plan'
import type { Run } from '../../../lib/src/history/run'
import type { App, Experiment, Lab } from '../../../lib/src/lab'

async function placeOrder({ kafka, params, store }: App): Promise<void> {
  const producer = kafka.producer({ retry: { initialRetryTime: 100, retries: 8 } })
  await producer.connect()
  await store.set('the shop opens', true)
  const messages = [{ key: 'ann', value: 'order-2' }]
  await producer.send({ topic: 'orders', acks: params.acks, timeout: 200, messages })
  await store.set('order-2 is sent', true)
  await producer.disconnect()
}

const experiment = (acks: number, faults: Fault[], config = {}): Experiment => ({
  topics: { orders: { records: ['order-1'], config } },
  apps: { shop: { body: placeOrder, params: { acks } } },
  faults,
})

/** Longer than broker.session.timeout.ms: the broker is fenced and out of the ISR. */
const session = sleep(1600)
const freeze = on(
  request('Produce', { value: 'order-2', nth: 1 }),
  pause(followersOf('orders')),
  sleep(200),
)
const told = (run: Run) =>
  Object.fromEntries(ledger(run).map(({ value, told: how, delivery }) => [value, [how, delivery]]))
const brokerStates = (run: Run) =>
  run.history.flatMap((event) => (event.type === 'broker' ? [event.state] : []))

export function brokersInTrouble(open: () => Lab): void {
  it('a planned move of the leader loses what only it had acknowledged', async () => {
    const moved = on(
      response('Produce', { value: 'order-2', nth: 1 }),
      moveLeader('orders', 2),
      resume(2),
      resume(3),
    )
    const one = await open().run(experiment(1, [freeze, moved]))
    assert.deepEqual(told(one), { 'order-1': ['seeded', 'once'], 'order-2': ['ok', 'lost'] })
    assert.equal(one.logs[0]?.leader, 2)
    assert.deepEqual([...new Set(brokerStates(one))], ['paused', 'resumed'])
    const all = await open().run(experiment(-1, [freeze, moved]))
    assert.equal(told(all)['order-2']?.[0], 'ok')
    assert.notEqual(told(all)['order-2']?.[1], 'lost')
  })

  it('a move to a broker that is out of sync ends the run and says why', async () => {
    const opens = on(stored('the shop opens'), kill(2), session, moveLeader('orders', 2))
    await assert.rejects(
      open().run(experiment(-1, [opens])),
      /orders-0 to broker 2: PREFERRED_LEADER_NOT_AVAILABLE/,
    )
  })

  it('a leader’s disk takes nothing with it that another in-sync replica has', async () => {
    const lost = on(stored('order-2 is sent'), loseDisk(1), session)
    const run = await open().run(experiment(-1, [lost]))
    assert.deepEqual(told(run)['order-2'], ['ok', 'once'])
    assert.deepEqual(brokerStates(run), ['lost its disk'])
    const disks = run.replicaLogs.map(({ broker, alive }) => [broker, alive])
    assert.deepEqual(disks, [
      [2, true],
      [3, true],
    ])
    assert.deepEqual([...(run.logs[0]?.isr ?? [])].sort(), [1, 2, 3])
  })

  it('the disk of an ISR of one takes the acknowledged order with it', async () => {
    const alone = on(stored('the shop opens'), kill(2), kill(3), session)
    const lost = on(stored('order-2 is sent'), loseDisk(1))
    const run = await open().run(experiment(-1, [alone, lost]))
    assert.deepEqual(told(run)['order-2'], ['ok', 'lost'])
  })

  for (const [elr, survives] of [
    [0, false],
    [1, true],
  ] as const) {
    const word = survives ? 'on saves' : 'off loses'
    it(`ELR ${word} what the last in-sync replica's disk took with it`, async () => {
      const decay = on(
        stored('order-2 is sent'),
        ...[pause(3), session, pause(2), session],
        ...[loseDisk(1), session, resume(2), resume(3), session],
      )
      const run = await open().run({
        ...experiment(-1, [decay], { 'min.insync.replicas': 2 }),
        cluster: { 'eligible.leader.replicas.version': elr },
      })
      assert.equal(told(run)['order-2']?.[1], survives ? 'once' : 'lost')
      const disks = run.replicaLogs.filter(({ batches }) => batches.length > 0)
      assert.deepEqual(
        disks.map(({ broker }) => broker),
        [2, 3],
        'both that slept had it',
      )
    })
  }
}
