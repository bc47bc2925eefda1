/**
 * The graders of notebook 06: under crashes the commit must be awaited and come first, and name the
 * next offset; under errors an unknown commit must keep the order from being charged, and a charge
 * whose answer is lost must not come again.
 */
import assert from 'node:assert/strict'
import type { EachMessagePayload } from 'kafkajs'
import type { App, AppBody } from '../../../lib/src/lab'
import { grade } from '../../../lib/src/notebook/check'
import {
  atMostOnceUnderCrash,
  atMostOnceUnderErrors,
} from '../../../lib/src/notebook/exercises/at-most-once-charges'

type Handler = (
  step: { commit: (add?: number) => Promise<void>; charge: () => Promise<void> },
  payload: EachMessagePayload,
  app: App,
) => Promise<void>

/** A consumer of the group billing whose handler does `handle`. */
function billing(handle: Handler): AppBody {
  return async (app) => {
    const { kafka, effect, caughtUp } = app
    const consumer = kafka.consumer({ groupId: 'billing' })
    await consumer.connect()
    await consumer.subscribe({ topic: 'orders', fromBeginning: true })
    await consumer.run({
      autoCommit: false,
      eachMessage: async (payload) => {
        const { topic, partition, message } = payload
        const commit = (add = 1) => {
          const offset = String(Number(message.offset) + add)
          return consumer.commitOffsets([{ topic, partition, offset }])
        }
        const charge = () => effect('charge', String(message.value))
        await handle({ commit, charge }, payload, app)
      },
    })
    await caughtUp()
    await consumer.disconnect()
  }
}

/** The cell of the first exercise as the notebook has it. */
const processFirst = billing(async ({ commit, charge }) => {
  await charge()
  await commit()
})

/** The solution of the first exercise, and the cell of the second. */
const commitFirst = billing(async ({ commit, charge }) => {
  await commit()
  await charge()
})

/** The solution of the second. */
const commitFirstAndCatch = billing(async ({ commit, charge }) => {
  await commit()
  await charge().catch(() => undefined)
})

const failsWith = async (
  exercise: typeof atMostOnceUnderCrash,
  body: AppBody,
  word: RegExp,
): Promise<void> => {
  const { passed, message } = await grade(exercise, body)
  assert.equal(passed, false, message)
  assert.match(message, word)
}

const passes = async (exercise: typeof atMostOnceUnderCrash, body: AppBody): Promise<void> => {
  const { passed, message } = await grade(exercise, body)
  assert.equal(passed, true, message)
}

/** What neither exercise takes. */
const wrongAnswers: [string, AppBody, RegExp][] = [
  ['process first', processFirst, /order-b\d was charged 2 times/],
  [
    'a commit nobody waits for',
    billing(async ({ commit, charge }) => {
      void commit()
      await charge()
    }),
    /order-b\d was charged 2 times/,
  ],
  [
    'offset n in place of n + 1',
    billing(async ({ commit, charge }) => {
      await commit(0)
      await charge()
    }),
    /order-b\d was charged 2 times/,
  ],
  ['doing nothing', async () => {}, /without any fault, 6 orders were never charged, order-a1/],
  [
    'committing alone',
    billing(async ({ commit }) => commit()),
    /without any fault, 6 orders were never charged/,
  ],
  [
    'a value of its own',
    billing(async ({ commit }, { message }, { effect }) => {
      await commit()
      if (message.offset === '0') await effect('charge', 'order-1')
    }),
    /never charged/,
  ],
  [
    'a set in memory of what was charged',
    (() => {
      return async (app: App) => {
        const done = new Set<string>()
        await billing(async ({ commit, charge }, { message }) => {
          if (!done.has(String(message.value))) await charge()
          done.add(String(message.value))
          await commit()
        })(app)
      }
    })(),
    /order-b\d was charged 2 times/,
  ],
  [
    'giving up after a crash',
    async (app) => {
      if (app.attempt === 1) await commitFirst(app)
    },
    /orders were never charged.*at the most may be the price/,
  ],
]

describe('Exercise 06: at most once under a crash', function () {
  this.timeout(20_000)

  it('takes the solution: commit, then charge', () => passes(atMostOnceUnderCrash, commitFirst))

  it('takes the answer to the harder exercise', () =>
    passes(atMostOnceUnderCrash, commitFirstAndCatch))

  for (const [name, body, word] of wrongAnswers) {
    it(`refuses ${name}`, () => failsWith(atMostOnceUnderCrash, body, word))
  }

  it('refuses one commit for a whole batch: a crash costs the batch', () =>
    failsWith(
      atMostOnceUnderCrash,
      async ({ kafka, effect, caughtUp }) => {
        const consumer = kafka.consumer({ groupId: 'billing' })
        await consumer.connect()
        await consumer.subscribe({ topic: 'orders', fromBeginning: true })
        await consumer.run({
          autoCommit: false,
          eachBatch: async ({ batch: { topic, partition, messages } }) => {
            const offset = String(Number(messages[messages.length - 1]!.offset) + 1)
            await consumer.commitOffsets([{ topic, partition, offset }])
            for (const { value } of messages) await effect('charge', String(value))
          },
        })
        await caughtUp()
        await consumer.disconnect()
      },
      /orders were never charged/,
    ))
})

describe('Exercise 06: at most once under errors', function () {
  this.timeout(20_000)

  it('takes the solution: a charge that rejects is not tried again', () =>
    passes(atMostOnceUnderErrors, commitFirstAndCatch))

  it('takes an answer that remembers what it has begun', () =>
    passes(atMostOnceUnderErrors, async (app) => {
      const begun = new Set<string>()
      await billing(async ({ commit, charge }, { message }) => {
        await commit()
        const order = String(message.value)
        if (begun.has(order)) return
        begun.add(order)
        await charge()
      })(app)
    }))

  it('takes an answer that skips an order whose commit is unknown', () =>
    passes(
      atMostOnceUnderErrors,
      billing(async ({ commit, charge }) => {
        const known = await commit().then(
          () => true,
          () => false,
        )
        if (known) await charge().catch(() => undefined)
      }),
    ))

  it('takes one that writes down durably what it has begun', () =>
    passes(
      atMostOnceUnderErrors,
      billing(async ({ commit, charge }, { message }, { store }) => {
        const order = String(message.value)
        if (store.get(order) !== undefined) return commit()
        await store.set(order, 'begun')
        await charge().catch(() => undefined)
        await commit().catch(() => undefined)
      }),
    ))

  it('refuses the untouched cell: kafkajs brings the order again', () =>
    failsWith(atMostOnceUnderErrors, commitFirst, /order-e2 was charged 2 times/))

  for (const [name, body, word] of wrongAnswers) {
    it(`refuses ${name}`, () => failsWith(atMostOnceUnderErrors, body, word))
  }

  it('refuses charging after an unknown commit', () =>
    failsWith(
      atMostOnceUnderErrors,
      billing(async ({ commit, charge }) => {
        await commit().catch(() => undefined)
        await charge().catch(() => undefined)
      }),
      /commits that never arrive.*order-h[23] was charged 2 times/,
    ))

  it('refuses swallowing all errors of a charge that comes first', () =>
    failsWith(
      atMostOnceUnderErrors,
      billing(async ({ commit, charge }) => {
        await charge().catch(() => undefined)
        await commit()
      }),
      /order-b\d was charged 2 times/,
    ))
})
