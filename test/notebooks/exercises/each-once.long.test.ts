/**
 * The grader of notebook 10's second exercise: a job passes when each order is in the log once
 * although it is asked for twice and dies anywhere. Whatever keeps or reuses producer ids fails,
 * and so does progress that is saved beside the log, on whichever side of the send.
 */
import assert from 'node:assert/strict'
import type { Kafka, Producer } from 'kafkajs'
import type { App, AppBody } from '../../../lib/src/lab'
import { grade } from '../../../lib/src/notebook/check'
import { eachOnce } from '../../../lib/src/notebook/exercises/each-once'

/** The cell as the notebook has it. */
async function untouched({ kafka, params, store }: App): Promise<void> {
  const producer = kafka.producer({ idempotent: true })
  await producer.connect()
  for (let next = store.get<number>('next') ?? 0; next < params.orders.length; next++) {
    const message = { key: params.orders[next], value: params.orders[next] }
    await producer.send({ topic: 'orders', messages: [message] })
    await store.set('next', next + 1)
  }
  await producer.disconnect()
}

/** The solution as the notebook has it. */
async function solution({ kafka, params, attempt }: App): Promise<void> {
  const admin = kafka.admin()
  await admin.connect()
  const ends = await admin.fetchTopicOffsets('orders')
  const unread = { count: ends.reduce((sum, { low, high }) => sum + Number(high) - Number(low), 0) }
  const placed = new Set<string>()
  const reader = kafka.consumer({ groupId: `read-back-${attempt}` })
  await reader.connect()
  await reader.subscribe({ topics: ['orders'], fromBeginning: true })
  if (unread.count > 0)
    await new Promise<void>((done) =>
      reader.run({
        eachMessage: async ({ message }) => {
          placed.add(String(message.value))
          if (--unread.count === 0) done()
        },
      }),
    )
  const producer = kafka.producer({ idempotent: true })
  await producer.connect()
  for (const value of params.orders.filter((value: string) => !placed.has(value))) {
    if (placed.has(value)) continue
    await producer.send({ topic: 'orders', messages: [{ key: value, value: value }] })
    placed.add(value)
  }
  for (const client of [producer, reader, admin]) await client.disconnect()
}

const sendOne = (producer: Producer, value: string) =>
  producer.send({ topic: 'orders', messages: [{ key: value, value }] })

/** A job without a memory of its own but `skip`; `producerOf` opens its producer. */
function job(
  skip: (app: App, value: string) => boolean,
  around: (app: App, value: string, send: () => Promise<unknown>) => Promise<unknown>,
  producerOf: (kafka: Kafka) => Producer = (kafka) => kafka.producer({ idempotent: true }),
): AppBody {
  return async (app: App) => {
    const producer = producerOf(app.kafka)
    await producer.connect()
    for (const value of app.params.orders as string[]) {
      if (!skip(app, value)) await around(app, value, () => sendOne(producer, value))
    }
    await producer.disconnect()
  }
}

/** Skips what this life has sent: a Set per attempt. */
function inMemory(): (app: App, value: string) => boolean {
  const seen = new WeakMap<App, Set<string>>()
  return (app, value) => {
    const own = seen.get(app) ?? new Set()
    seen.set(app, own)
    return own.size === own.add(value).size
  }
}

const just = (_: App, __: string, send: () => Promise<unknown>) => send()
const saved = ({ store }: App, value: string) => store.get(value) === true

describe('Exercise 10: each order once, whoever sends it again', function () {
  this.timeout(60_000)

  const failsWith = async (body: AppBody, ...words: RegExp[]): Promise<void> => {
    const { passed, message } = await grade(eachOnce, body)
    assert.equal(passed, false, message)
    for (const word of [...words, /order-[ghk]\d/]) assert.match(message, word)
  }

  it('takes the solution: the log is read back', async () => {
    const { passed, message } = await grade(eachOnce, solution)
    assert.equal(passed, true, message)
  })

  it('takes a log read back with the lab’s own word for it', async () => {
    const { passed, message } = await grade(eachOnce, async (app: App) => {
      const placed = new Set<string>()
      const reader = app.kafka.consumer({ groupId: 'read-back' })
      await reader.connect()
      await reader.subscribe({ topics: ['orders'], fromBeginning: true })
      await reader.run({
        autoCommit: false,
        eachMessage: async ({ message }) => void placed.add(String(message.value)),
      })
      await app.caughtUp()
      await reader.disconnect()
      const skip = (_: App, value: string) => placed.size === placed.add(value).size
      await job(skip, just)(app)
    })
    assert.equal(passed, true, message)
  })

  it('refuses the untouched cell: two clicks are two messages', () =>
    failsWith(untouched, /without a crash, order-g1 is in the log 2 times/))

  it('refuses what only this life remembers', () =>
    failsWith(job(inMemory(), just), /with a crash at: .*is in the log 2 times/))

  it('refuses one shared producer kept alive: it dies with the process', async () => {
    const shared: { producer?: Producer } = {}
    const kept: AppBody = (app: App) => {
      if (app.attempt === 1) delete shared.producer
      const keep = (kafka: Kafka) => (shared.producer ??= kafka.producer({ idempotent: true }))
      return job(inMemory(), just, keep)(app)
    }
    const { passed, message } = await grade(eachOnce, kept)
    assert.equal(passed, false, message)
    assert.match(message, /^with a crash at: \w+.*, the run came to no end: TimeLimitError/)
  })

  it('refuses the same producer id by a transactional id: its epoch is new', () => {
    const settings = { idempotent: true, transactionalId: 'shop' }
    return failsWith(
      job(inMemory(), just, (kafka) => kafka.producer(settings)),
      /2 times/,
    )
  })

  it('refuses the same number by luck: kafkajs gives it out again after a rejected send', () => {
    const settings = { idempotent: true, retry: { initialRetryTime: 50, retries: 1 } }
    const again = (_: App, __: string, send: () => Promise<unknown>) => send().catch(send)
    return failsWith(
      job(inMemory(), again, (kafka) => kafka.producer(settings)),
      /2 times/,
    )
  })

  it('refuses progress saved after the send', () =>
    failsWith(
      job(saved, async ({ store }, value, send) => {
        await send()
        await store.set(value, true)
      }),
      /before the app hears the answer, order-h1 is in the log 2 times/,
    ))

  it('refuses progress saved before the send', () =>
    failsWith(
      job(saved, async ({ store }, value, send) => {
        await store.set(value, true)
        await send()
      }),
      /order-h1 is not in the log/,
    ))

  it('refuses values of its own', () =>
    failsWith(async ({ kafka }: App) => {
      const producer = kafka.producer({ idempotent: true })
      await producer.connect()
      await sendOne(producer, 'order-1')
      await producer.disconnect()
    }, /without a crash, order-g1 is not in the log/))

  it('refuses a job that does nothing', () =>
    failsWith(async () => {}, /without a crash, order-g1 is not in the log/))
})
