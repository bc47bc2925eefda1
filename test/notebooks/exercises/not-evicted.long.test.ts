/**
 * The first grader of notebook 08: a slow handler passes when its consumer stays in the group while
 * it works and a successor still need not wait long for a dead one.
 */
import assert from 'node:assert/strict'
import type { ConsumerConfig, EachMessagePayload } from 'kafkajs'
import type { AppBody } from '../../../lib/src/lab'
import { grade } from '../../../lib/src/notebook/check'
import { notEvicted } from '../../../lib/src/notebook/exercises'
import { service, work } from './charging-service'

type Step = (payload: EachMessagePayload) => Promise<unknown> | unknown

/** The cell as the notebook has it: `step` is done in each step of 500 ms. */
function slow(step: Step, settings: Partial<ConsumerConfig> = {}): AppBody {
  return service(
    ({ params, effect }) => ({
      eachMessage: async (payload) => {
        for (let i = 0; i < params.steps; i++) {
          await work(500)
          await step(payload)
        }
        await effect('charge', payload.message.value!.toString())
      },
    }),
    { settings },
  )
}

describe('Exercise 08: a slow handler that is not evicted', () => {
  const failsWith = async (body: AppBody, word: RegExp): Promise<void> => {
    const { passed, message } = await grade(notEvicted, body)
    assert.equal(passed, false, message)
    assert.match(message, word)
    assert.match(message, /order-[a-c]\d/)
  }

  it('takes the solution: a heartbeat in each step', async () => {
    const { passed, message } = await grade(
      notEvicted,
      slow(({ heartbeat }) => heartbeat()),
    )
    assert.equal(passed, true, message)
  })

  it('refuses the untouched cell', () =>
    failsWith(
      slow(() => undefined),
      /joins during 6 s of work, order-b\d was charged by both/,
    ))

  it('refuses a longer session only', () =>
    failsWith(
      slow(() => undefined, { sessionTimeout: 10_000, rebalanceTimeout: 60_000 }),
      /dies at order-c2, its successor charges nothing for \d+ ms/,
    ))

  it('refuses a hand-off, whose work is lost', () =>
    failsWith(
      service(({ params, effect }) => ({
        eachMessage: async ({ message }) => {
          void work(500 * params.steps).then(() => effect('charge', message.value!.toString()))
        },
      })),
      /order-a1 was never charged/,
    ))

  it('refuses one order of its own', () =>
    failsWith(
      service(({ effect }) => ({ eachMessage: async () => effect('charge', 'order-1') })),
      /order-a1 was never charged/,
    ))

  it('refuses a service that does nothing', () =>
    failsWith(async () => {}, /order-a1 was never charged/))
})
