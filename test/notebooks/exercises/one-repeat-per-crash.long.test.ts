/**
 * The grader of notebook 05's second exercise: a job passes when it loses nothing and repeats at
 * most one order per crash, and takes a rejected send neither for written nor for not written.
 */
import assert from 'node:assert/strict'
import type { App, AppBody } from '../../../lib/src/lab'
import { grade } from '../../../lib/src/notebook/check'
import { oneRepeatPerCrash } from '../../../lib/src/notebook/exercises/one-repeat-per-crash'
import * as loading from './loading-job'
import { job } from './loading-job'

/** The cell as the notebook has it. */
async function untouched({ kafka, params, store }: App): Promise<void> {
  const send = async (value: string) => {
    const producer = kafka.producer({ idempotent: true })
    await producer.connect()
    await producer.send({ topic: 'orders', acks: -1, messages: [{ key: 'ann', value: value }] })
    await producer.disconnect()
  }
  for (let done = store.get<number>('done') ?? 0; done < params.orders.length; done += 3) {
    for (const value of params.orders.slice(done, done + 3)) {
      await send(value).catch(() => send(value)) // it failed: once more
    }
    await store.set('done', done + 3)
  }
}

/** Saves after each send; `rejected` is what it does when one rejects. */
function savesAfterEach(
  rejected: (again: () => Promise<unknown>, order: string, app: App) => Promise<unknown>,
  settings: object = {},
): AppBody {
  return job(async ({ send, store, orders, app }) => {
    for (let next = store.get<number>('done') ?? 0; next < orders.length; next++) {
      const order = orders[next]!
      await send(order).catch(() => rejected(() => send(order), order, app))
      await store.set('done', next + 1)
    }
  }, settings)
}

/** Sends each order with a producer of its own, and once more by another where that fails. */
async function anotherProducer({ kafka, params, store }: App): Promise<void> {
  const app = { kafka } as App
  for (let next = store.get<number>('done') ?? 0; next < params.orders.length; next++) {
    const order = params.orders[next] as string
    await sendByAnother(order, app).catch(() => sendByAnother(order, app))
    await store.set('done', next + 1)
  }
}

/** Sends each order with a producer of its own, and goes on where that fails. */
async function forgetful({ kafka, params, store }: App): Promise<void> {
  const app = { kafka } as App
  for (let next = store.get<number>('done') ?? 0; next < params.orders.length; next++) {
    await sendByAnother(params.orders[next], app).catch(() => undefined)
    await store.set('done', next + 1)
  }
}

/** Reads its note in every life but one. */
function startsOverIn(attempt: number): AppBody {
  return job(async ({ send, store, orders, app }) => {
    const noted = app.attempt === attempt ? 0 : (store.get<number>('done') ?? 0)
    for (let next = noted; next < orders.length; next++) {
      await send(orders[next]!)
      await store.set('done', next + 1)
    }
  })
}

async function sendByAnother(order: string, { kafka }: App): Promise<void> {
  const another = kafka.producer({ idempotent: true })
  await another.connect()
  await another.send({ topic: 'orders', acks: -1, messages: [{ key: 'ann', value: order }] })
  await another.disconnect()
}

describe('Exercise 05: at most one repeat per crash', () => {
  const passes = async (body: AppBody): Promise<void> => {
    const { passed, message } = await grade(oneRepeatPerCrash, body)
    assert.equal(passed, true, message)
  }

  const failsWith = async (body: AppBody, words: RegExp): Promise<void> => {
    const { passed, message } = await grade(oneRepeatPerCrash, body)
    assert.equal(passed, false, message)
    assert.match(message, words)
  }

  it('takes the solution: a note after each ack, and an error that ends the job', () =>
    passes(loading.savesAfter))

  it('takes more retries, which get through', () =>
    passes(savesAfterEach(() => Promise.reject(new Error('no')), { retry: { retries: 12 } })))

  it('takes a job that asks the topic where it stood, and repeats nothing', () =>
    passes(loading.asksTheTopic))

  it('refuses the untouched cell by its repeats after one crash', () =>
    failsWith(
      untouched,
      /^with a crash at Produce order-b2, .*, 2 repeats after 1 crash: order-b1 is there 2 times$/,
    ))

  it('refuses a note for every third order', () =>
    failsWith(loading.savesEveryThird, /2 repeats after 1 crash: order-b1 is there 2 times$/))

  it('refuses a note once at the end, and none', async () => {
    await failsWith(loading.savesAtTheEnd, /2 repeats after 1 crash: order-b1 is there 2 times$/)
    await failsWith(loading.savesNothing, /2 repeats after 1 crash: order-b1 is there 2 times$/)
  })

  it('refuses all orders in one request, which come twice together', () =>
    failsWith(loading.sendsAllAtOnce, /6 repeats after 1 crash/))

  it('refuses a note before the send', () =>
    failsWith(
      loading.savesBefore,
      /^with a crash at store done, .*, order-b1 is not in the topic$/,
    ))

  it('refuses to take a rejection for not written: another producer writes it again', () =>
    failsWith(
      anotherProducer,
      /^with frames lost, 1 repeat after no crash: order-e3 is there 2 times$/,
    ))

  // kafkajs counts the sequence back: the next order of the same size looks like a repeat.
  it('refuses to go on with the producer whose send was rejected: the next order is lost', () =>
    failsWith(
      savesAfterEach((_, order, app) => sendByAnother(order, app)),
      /^with frames lost, order-e4 is not in the topic$/,
    ))

  it('takes the same producer asked again: it sends the same sequence', () =>
    passes(savesAfterEach((again) => again())))

  it('refuses to take a rejection for written: the order is nowhere', () =>
    failsWith(
      savesAfterEach(async () => undefined),
      /^with frames lost, order-\w\d is not in the topic$/,
    ))

  it('refuses to take a rejection for written where every request was lost', () =>
    failsWith(forgetful, /^with frames lost, order-f2 is not in the topic$/))

  it('refuses a job that starts over in its third life, and in its fifth', async () => {
    await failsWith(startsOverIn(3), /, and another, \d repeats after 2 crashes: order-c1 is there/)
    await failsWith(startsOverIn(5), /^with crashes, \d repeats after 4 crashes: order-d2 is there/)
  })

  it('refuses a producer that is not idempotent: each attempt is a copy', () =>
    failsWith(
      savesAfterEach(() => Promise.reject(new Error('no')), { idempotent: false }),
      /^with frames lost, 5 repeats after no crash: order-e3 is there 6 times$/,
    ))

  it('refuses a job that stops before anything is wrong', () =>
    failsWith(
      job(async ({ send, orders }) => {
        await send(orders[0]!)
        throw new Error('enough')
      }),
      /^without any fault, order-a2 is not in the topic; your code ended with Error: enough$/,
    ))

  it('refuses orders of its own', () =>
    failsWith(loading.hardCoded, /order-a1 is not in the topic/))

  it('refuses a job that does nothing', () =>
    failsWith(async () => {}, /^without any fault, order-a1 is not in the topic$/))
})
