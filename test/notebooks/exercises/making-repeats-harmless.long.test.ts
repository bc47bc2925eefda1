/**
 * The graders of notebook 09: a mark beside the effect, before or after it, is a second write, in
 * memory it is none; an offset as key misses the order that a producer wrote twice.
 */
import assert from 'node:assert/strict'
import type { EachMessagePayload } from 'kafkajs'
import type { App, AppBody } from '../../../lib/src/lab'
import { grade } from '../../../lib/src/notebook/check'
import { entryAndMark } from '../../../lib/src/notebook/exercises/entry-and-mark'
import type { Exercise } from '../../../lib/src/notebook/exercises/exercise'
import { onceEverywhere } from '../../../lib/src/notebook/exercises/once-everywhere'

type Handler = (order: string, app: App, payload: EachMessagePayload) => Promise<void>

/** A consumer of the group billing; `makeHandler` is called once per life. */
function billing(makeHandler: () => Handler): AppBody {
  return async (app) => {
    const handle = makeHandler()
    const consumer = app.kafka.consumer({ groupId: 'billing' })
    await consumer.connect()
    await consumer.subscribe({ topic: 'orders', fromBeginning: true })
    await consumer.run({
      eachMessage: (payload) => handle(String(payload.message.value), app, payload),
    })
    await app.caughtUp()
    await consumer.disconnect()
  }
}

const inMemory = (kind: string): AppBody =>
  billing(() => {
    const seen = new Set<string>()
    return async (order, { effect }) => {
      if (seen.has(order)) return
      seen.add(order)
      await effect(kind, order)
    }
  })

const markFirst = (kind: string): AppBody =>
  billing(() => async (order, { effect, store }) => {
    if (store.get(order) !== undefined) return
    await store.set(order, 'done')
    await effect(kind, order)
  })

const effectFirst = (kind: string): AppBody =>
  billing(() => async (order, { effect, store }) => {
    if (store.get(order) !== undefined) return
    await effect(kind, order)
    await store.set(order, 'done')
  })

const byKey = (kind: string): AppBody =>
  billing(
    () =>
      async (order, { effect }) =>
        effect(kind, order, { key: order }),
  )

const inOneWrite = (kind: string): AppBody =>
  billing(() => async (order, { effect, store }) => {
    if (store.get(order) !== undefined) return
    await effect(kind, order, { store: { [order]: 'done' } })
  })

const byOffset: AppBody = billing(() => async (order, { effect }, { partition, message }) => {
  await effect('charge', order, { key: `${partition}-${message.offset}` })
})

const nothing: AppBody = async () => undefined

async function passes(exercise: Exercise<AppBody>, body: AppBody): Promise<void> {
  const { passed, message } = await grade(exercise, body)
  assert.equal(passed, true, message)
}

async function failsWith(exercise: Exercise<AppBody>, body: AppBody, word: RegExp): Promise<void> {
  const { passed, message } = await grade(exercise, body)
  assert.equal(passed, false, message)
  assert.match(message, word)
}

describe('Exercise 09: entry and mark', function () {
  this.timeout(60_000)

  it('takes the solution: both in one write', () => passes(entryAndMark, inOneWrite('entry')))

  it('takes the offset in place of a mark, and a seek to it', () =>
    passes(entryAndMark, async ({ kafka, effect, store, caughtUp }) => {
      const consumer = kafka.consumer({ groupId: 'billing' })
      consumer.on('consumer.group_join', ({ payload }) => {
        for (const partition of payload.memberAssignment['orders'] ?? []) {
          const offset = store.get<string>(`next-${partition}`) ?? '0'
          consumer.seek({ topic: 'orders', partition, offset })
        }
      })
      await consumer.connect()
      await consumer.subscribe({ topic: 'orders', fromBeginning: true })
      await consumer.run({
        autoCommit: false,
        eachMessage: async ({ partition, message }) => {
          const next = String(Number(message.offset) + 1)
          await effect('entry', String(message.value), { store: { [`next-${partition}`]: next } })
        },
      })
      await caughtUp()
      await consumer.disconnect()
    }))

  it('takes a unique key', () => passes(entryAndMark, byKey('entry')))

  it('refuses the untouched cell: entry, then mark', () =>
    failsWith(
      entryAndMark,
      effectFirst('entry'),
      /crash at effect entry order-b1, .*order-b1 was entered 2 times/,
    ))

  it('refuses mark, then entry', () =>
    failsWith(
      entryAndMark,
      markFirst('entry'),
      /crash at store order-b1, .*order-b1 was never entered/,
    ))

  it('refuses a set in memory', () =>
    failsWith(entryAndMark, inMemory('entry'), /with a crash at .*order-b1 was entered 2 times/))

  it('refuses doing nothing', () =>
    failsWith(entryAndMark, nothing, /without any fault, order-a1 was never entered/))

  it('refuses a value of its own', () =>
    failsWith(
      entryAndMark,
      billing(
        () =>
          async (_, { effect }) =>
            effect('entry', 'order-1', { key: 'order-1' }),
      ),
      /without any fault/,
    ))
})

describe('Exercise 09: once everywhere', function () {
  this.timeout(60_000)

  it('takes the solution: the order is the key', () => passes(onceEverywhere, byKey('charge')))

  it('takes a key with a word before it, and a mark that saves requests', () =>
    passes(
      onceEverywhere,
      billing(() => async (order, { effect, store }) => {
        if (store.get(order) !== undefined) return
        await effect('charge', order, { key: `charge of ${order}` })
        await store.set(order, 'done')
      }),
    ))

  it('refuses the offset as key: the order stands at two', () =>
    failsWith(onceEverywhere, byOffset, /written twice, order-b[24] was charged 2 times/))

  it('refuses a plain charge', () =>
    failsWith(
      onceEverywhere,
      billing(
        () =>
          async (order, { effect }) =>
            effect('charge', order),
      ),
      /order-b[24] was charged 2 times/,
    ))

  it('refuses a set in memory', () =>
    failsWith(onceEverywhere, inMemory('charge'), /order-[cd]\d was charged 2 times/))

  it('refuses mark, then charge', () =>
    failsWith(onceEverywhere, markFirst('charge'), /order-[cd]\d was (never charged|charged 2)/))

  it('refuses charge, then mark', () =>
    failsWith(onceEverywhere, effectFirst('charge'), /order-[cd]\d was charged 2 times/))

  it('refuses mark and charge in one write of a store that the instances do not share', () =>
    failsWith(onceEverywhere, inOneWrite('charge'), /evicted .*order-c2 was charged 2 times/))

  it('refuses a random key', () => {
    let times = 0
    const random = billing(() => async (order, { effect }) => {
      await effect('charge', order, { key: `${order}-${times++}` })
    })
    return failsWith(onceEverywhere, random, /order-b[24] was charged 2 times/)
  })

  it('refuses doing nothing', () =>
    failsWith(onceEverywhere, nothing, /without any fault, order-a1 was never charged/))
})
