/**
 * The first grader of notebook 07: a service passes when no crash repeats more than ten charges and
 * none is lost, at whatever pace it works.
 */
import assert from 'node:assert/strict'
import type { ConsumerRunConfig } from 'kafkajs'
import type { App, AppBody } from '../../../lib/src/lab'
import { grade } from '../../../lib/src/notebook/check'
import { atMostTenRepeats } from '../../../lib/src/notebook/exercises'
import { service, work } from './charging-service'

/** The cell as the notebook has it, with other settings. */
function billing(settings: Omit<ConsumerRunConfig, 'eachMessage' | 'eachBatch'>): AppBody {
  return service(({ params, effect }: App) => ({
    ...settings,
    eachMessage: async ({ message }) => {
      await work(params.workMs)
      await effect('charge', message.value!.toString())
    },
  }))
}

describe('Exercise 07: at most ten repeats', () => {
  const failsWith = async (body: AppBody, ...words: RegExp[]): Promise<void> => {
    const { passed, message } = await grade(atMostTenRepeats, body)
    assert.equal(passed, false, message)
    for (const word of [...words, /order-[a-f]\d/]) assert.match(message, word)
  }
  const passes = async (body: AppBody): Promise<void> => {
    const { passed, message } = await grade(atMostTenRepeats, body)
    assert.equal(passed, true, message)
  }

  it('takes the solution: a threshold of ten', () => passes(billing({ autoCommitThreshold: 10 })))

  it('takes a commit after each message', () => passes(billing({ autoCommitThreshold: 1 })))

  it('takes commits by hand', () =>
    passes(
      service(({ params, effect }, consumer) => ({
        autoCommit: false,
        eachMessage: async ({ topic, partition, message }) => {
          await work(params.workMs)
          await effect('charge', message.value!.toString())
          const offset = String(Number(message.offset) + 1)
          await consumer.commitOffsets([{ topic, partition, offset }])
        },
      })),
    ))

  it('refuses the untouched cell: the interval', () =>
    failsWith(billing({ autoCommitInterval: 5000 }), /repeated 37 charges, .* order-b1/))

  it('refuses a shorter interval only', () =>
    failsWith(billing({ autoCommitInterval: 5 }), /with quick work, .* repeated 55 charges/))

  it('refuses the default', () => failsWith(billing({}), /repeated 37 charges/))

  it('refuses a threshold of eleven', () =>
    failsWith(billing({ autoCommitThreshold: 11 }), /repeated 11 charges/))

  it('refuses the default with the commit before the work', () =>
    failsWith(
      service(({ params, effect }, consumer) => ({
        autoCommit: false,
        eachMessage: async ({ topic, partition, message }) => {
          const offset = String(Number(message.offset) + 1)
          await consumer.commitOffsets([{ topic, partition, offset }])
          await work(params.workMs)
          await effect('charge', message.value!.toString())
        },
      })),
      /right after a commit, order-f\d+ was never charged/,
    ))

  it('refuses a hand-off, which repeats nothing and loses', () => {
    const handOff: AppBody = async (app) => {
      const queue = { last: Promise.resolve() }
      const charge = async (order: string) => {
        await work(app.params.workMs)
        await app.effect('charge', order)
      }
      const body = service(
        () => ({
          autoCommitThreshold: 1,
          eachMessage: async ({ message }) => {
            const order = message.value!.toString()
            queue.last = queue.last.then(() => charge(order))
          },
        }),
        { atEnd: () => queue.last },
      )
      await body(app)
    }
    return failsWith(handOff, /order-d15 was never charged/)
  })

  it('refuses a service that charges one order of its own', () =>
    failsWith(
      service(({ effect }) => ({ eachMessage: async () => effect('charge', 'order-1') })),
      /without a crash, order-a1 was never charged/,
    ))

  it('refuses a service that does nothing', () =>
    failsWith(async () => {}, /without a crash, order-a1 was never charged/))
})
