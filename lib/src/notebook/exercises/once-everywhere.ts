/**
 * Notebook 09: charge each order once, whatever comes: a crash anywhere, an instance that is
 * evicted in the middle of a charge, a producer that wrote the order twice. The answer is the app's
 * body, run as two instances; its effect is `charge`. The instances have a store each.
 */
import { crash, disconnect, effect, on, response, sleep } from '../../faults'
import type { Fault } from '../../history/plan'
import type { App, AppBody, Experiment } from '../../lab'
import { notOnce, notOnceUnderCrashes } from './charges-under-crashes'
import { values } from './exercise'
import type { Exercise } from './exercise'

const charged = { kind: 'charge', done: 'charged' }

/** Longer than the session timeout (2000 ms) by far: the group goes on without the instance. */
const evictedAfterMs = 7000

/** Resends and does not number: a lost answer leaves the order in the topic twice. */
const shop: AppBody = async ({ kafka, params }: App) => {
  const producer = kafka.producer({ idempotent: false })
  await producer.connect()
  for (const value of params.orders as string[]) {
    await producer.send({ topic: 'orders', messages: [{ key: value, value }] })
  }
  await producer.disconnect()
}

export const onceEverywhere: Exercise<AppBody> = {
  name: '09-once-everywhere',
  hints: [
    'Who of all those that take part sees every attempt to charge an order?',
    'The card company knows a repeat by a key. Which key is the same for an order that stands at ' +
      'two offsets, in two instances, in two lives?',
    "effect('charge', order, { key: order })",
  ],
  async grade(body, lab) {
    return (
      (await problemOf('without any fault', 'a', 'two', [])) ??
      (await problemOf('with orders that were written twice', 'b', 'two', [
        on(response('Produce', { value: 'order-b2', nth: 1 }), disconnect()),
        on(response('Produce', { value: 'order-b4', nth: 1 }), disconnect()),
      ])) ??
      (await problemOf('with an instance evicted while it charges', 'c', 'two later', [
        on(effect('charge', { id: 'order-c2', nth: 1 }), sleep(evictedAfterMs)),
      ])) ??
      (await notOnceUnderCrashes(seeded('d'), 'one', charged)) ??
      (await problemOf('with two crashes and an order that was written twice', 'e', 'one', [
        on(response('Produce', { value: 'order-e3', nth: 1 }), disconnect()),
        on(effect('charge', { id: 'order-e3', nth: 1 }), crash()),
        on(effect('charge', { id: 'order-e4', nth: 1 }), crash()),
      ]))
    )

    async function problemOf(
      when: string,
      mark: string,
      instances: 'one' | 'two' | 'two later',
      faults: Fault[],
    ) {
      const orders = values('order', 5, mark)
      const one = { body, restart: { times: 3 } }
      // A second instance makes the group rebalance, and the first is busy with this charge.
      const startAt = effect('charge', { id: `order-${mark}2`, nth: 1 })
      const two = instances === 'two later' ? { ...one, startAt } : one
      const run = await lab.run({
        topics: { orders: { partitions: 2 } },
        intended: { orders },
        apps: {
          shop: { body: shop, params: { orders } },
          ...{ one, ...(instances !== 'one' && { two }) },
        },
        faults: faults.map((fault) => ({ ...fault, optional: true as const })),
        timeLimitMs: 120_000,
      })
      const problem = notOnce(run, charged, 'one')
      return problem && `${when}, ${problem}`
    }

    function seeded(mark: string): Experiment {
      return { topics: { orders: { records: values('order', 3, mark) } }, apps: { one: body } }
    }
  },
}
