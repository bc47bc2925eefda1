/** Jobs of notebook 05 that readers might hand in: they load orders and keep their progress. */
import type { Producer } from 'kafkajs'
import type { App, AppBody } from '../../../lib/src/lab'

export interface Job {
  producer: Producer
  /** Sends one order, or several in one request. */
  send(...orders: string[]): Promise<unknown>
  store: App['store']
  orders: string[]
  app: App
}

/** A job with its producer, connected and in the end disconnected. */
export function job(load: (given: Job) => Promise<void>, settings: object = {}): AppBody {
  return async (app) => {
    const producer = app.kafka.producer({ idempotent: true, ...settings })
    await producer.connect()
    const send = (...orders: string[]) => {
      const messages = orders.map((value) => ({ key: 'ann', value }))
      return producer.send({ topic: 'orders', acks: -1, messages })
    }
    await load({ producer, send, store: app.store, orders: app.params.orders as string[], app })
    await producer.disconnect()
  }
}

const done = (store: App['store']) => store.get<number>('done') ?? 0

/** The notebook's saveAfter: the solution of both exercises. */
export const savesAfter = job(async ({ send, store, orders }) => {
  for (let next = done(store); next < orders.length; next++) {
    await send(orders[next]!)
    await store.set('done', next + 1)
  }
})

/** The notebook's saveBefore: the untouched cell of the first exercise. */
export const savesBefore = job(async ({ send, store, orders }) => {
  for (let next = done(store); next < orders.length; next++) {
    await store.set('done', next + 1)
    await send(orders[next]!)
  }
})

/** Once all are sent. */
export const savesAtTheEnd = job(async ({ send, store, orders }) => {
  for (const order of orders.slice(done(store))) await send(order)
  await store.set('done', orders.length)
})

export const savesNothing = job(async ({ send, orders }) => {
  for (const order of orders) await send(order)
})

/** Every third order, as the untouched cell of the second exercise. */
export const savesEveryThird = job(async ({ send, store, orders }) => {
  for (let next = done(store); next < orders.length; next += 3) {
    for (const order of orders.slice(next, next + 3)) await send(order)
    await store.set('done', next + 3)
  }
})

/** All orders in one request: one write, and one note. */
export const sendsAllAtOnce = job(async ({ send, store, orders }) => {
  if (done(store) === 0) await send(...orders)
  await store.set('done', orders.length)
})

/** The topic itself is the progress: an order and the note about it are one write. */
export const asksTheTopic = job(async ({ send, orders, app }) => {
  const admin = app.kafka.admin()
  await admin.connect()
  const ends = await admin.fetchTopicOffsets('orders')
  await admin.disconnect()
  const written = ends.reduce((sum, { offset }) => sum + Number(offset), 0)
  for (const order of orders.slice(written)) await send(order)
})

export const hardCoded = job(async ({ send }) => {
  for (let nth = 1; nth <= 10; nth++) await send(`order-${nth}`)
})
