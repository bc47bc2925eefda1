/**
 * Notebook 13's halves for its graders: three ways of sending and three ways of passing on, as in
 * the notebook's cells, with the topics as parameters so that stages can be chained. Never twice:
 * progress before the write. Never lost: progress after it. Neither: both in one write, or a
 * producer whose resends the broker recognises.
 */
import { crash, disconnect, on, request, response } from '../../faults'
import type { Fault } from '../../history/plan'
import type { Run } from '../../history/run'
import type { App, AppBody, AppSettings, Lab } from '../../lab'

export type HalfName = 'at most once' | 'at least once' | 'exactly once'

/** From the cheapest: each costs what those before it cost, and more. */
export const halfNames: readonly HalfName[] = ['at most once', 'at least once', 'exactly once']

/** What a stage reads from, writes into, and does in which order. */
export interface Stage {
  /** The app's name, its group's and its transactional id. */
  name: string
  from: string
  into: string
  half: HalfName
}

async function send({ kafka, params, store }: App): Promise<void> {
  const half = params.half as HalfName
  const retries = half === 'at most once' ? 0 : 5
  const producer = kafka.producer({ idempotent: half === 'exactly once', retry: { retries } })
  await producer.connect()
  const orders = params.orders as string[]
  for (let next = store.get<number>('next') ?? 0; next < orders.length; next++) {
    if (half === 'at most once') await store.set('next', next + 1)
    const messages = [{ key: 'ben', value: orders[next]! }]
    await Promise.allSettled([producer.send({ topic: 'orders', messages })])
    if (half !== 'at most once') await store.set('next', next + 1)
  }
  await producer.disconnect()
}

async function passOn({ kafka, params, caughtUp }: App): Promise<void> {
  const { name, from, into, half } = params as Stage
  const isTransactional = half === 'exactly once'
  const producer = kafka.producer({
    idempotent: true,
    ...(isTransactional ? { transactionalId: name } : {}),
  })
  const membership = { sessionTimeout: 400, heartbeatInterval: 100 }
  const consumer = kafka.consumer({ groupId: name, ...membership })
  await Promise.all([producer.connect(), consumer.connect()])
  if (isTransactional) await (await producer.transaction()).abort()
  await consumer.subscribe({ topic: from, fromBeginning: true })
  await consumer.run({
    autoCommit: false,
    eachMessage: async ({ topic, partition, message: { key, value, offset } }) => {
      const place = { partition, offset: String(Number(offset) + 1) }
      const passed = { topic: into, messages: [{ key, value }] }
      if (half === 'exactly once') {
        const transaction = await producer.transaction()
        await transaction.send(passed)
        const topics = [{ topic, partitions: [place] }]
        await transaction.sendOffsets({ consumerGroupId: name, topics })
        await transaction.commit()
      } else {
        if (half === 'at most once') await consumer.commitOffsets([{ topic, ...place }])
        await producer.send(passed)
        if (half === 'at least once') await consumer.commitOffsets([{ topic, ...place }])
      }
    },
  })
  await caughtUp()
  await Promise.all([producer.disconnect(), consumer.disconnect()])
}

export interface Chain {
  orders: string[]
  delivery: HalfName
  stages: readonly Stage[]
  faults: Fault[]
  seed: number
}

/** Runs a shop that sends `orders` into the topic `orders`, and the stages behind it. */
export function runChain(
  lab: Lab,
  { orders, delivery, stages, faults, seed }: Chain,
): Promise<Run> {
  const topics = Object.fromEntries(stages.map(({ into }) => [into, {}]))
  const apps: Record<string, AppBody | AppSettings> = {
    shop: { body: send, params: { orders, half: delivery } },
  }
  for (const stage of stages) {
    apps[stage.name] = { body: passOn, params: stage, restart: { times: 2 } }
  }
  return lab.run({
    topics: { orders: {}, ...topics },
    intended: { orders },
    apps,
    faults,
    seed,
  })
}

/** One order's request is lost and another one's answer. */
export function lossyShop(requestLost: string, answerLost: string): Fault[] {
  const sent = (value: string) => ({ app: 'shop', value, nth: 1 })
  return [
    on(request('Produce', sent(requestLost)), disconnect()),
    on(response('Produce', sent(answerLost)), disconnect()),
  ]
}

/** A stage that dies before it wrote one message, and once it wrote another one. */
export function dyingStage({ name, into }: Stage, before: string, after: string): Fault[] {
  const written = (value: string) => ({ app: name, topic: into, value, nth: 1 })
  return [
    on(request('Produce', written(before)), crash()),
    on(response('Produce', written(after)), crash()),
  ]
}
