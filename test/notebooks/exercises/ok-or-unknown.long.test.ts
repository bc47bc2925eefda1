/** The second grader of notebook 01: at most once, and an honest word for each order. */
import assert from 'node:assert/strict'
import type { App, AppBody } from '../../../lib/src/lab'
import { grade } from '../../../lib/src/notebook/check'
import { okOrUnknown } from '../../../lib/src/notebook/exercises/ok-or-unknown'

interface Settings {
  acks?: number
  retries?: number
  /** What the job says after a rejection. */
  rejected?: string
  resolved?: string
}

/** A job as readers write it; `onError` may send again. */
function reporting(
  { acks = -1, retries = 0, rejected = 'unknown', resolved = 'ok' }: Settings,
  onError?: (again: () => Promise<unknown>) => Promise<unknown>,
): AppBody {
  return async ({ kafka, params, store }: App) => {
    const producer = kafka.producer({ retry: { retries } })
    await producer.connect()
    for (const value of params.orders as string[]) {
      const send = () => producer.send({ topic: 'orders', acks, messages: [{ key: 'ann', value }] })
      const sending = onError === undefined ? send() : send().catch(() => onError(send))
      const word = await sending.then(
        () => resolved,
        () => rejected,
      )
      await store.set(value, word)
    }
    await producer.disconnect()
  }
}

async function refuses(body: AppBody, why: RegExp): Promise<void> {
  const { passed, message } = await grade(okOrUnknown, body)
  assert.equal(passed, false, message)
  assert.match(message, why)
}

describe('Exercise 01: ok or unknown', () => {
  it('takes the solution: acks all, no retries, unknown after a rejection', async () => {
    const { passed, message } = await grade(okOrUnknown, reporting({}))
    assert.equal(passed, true, message)
  })

  it('takes acks 1, which gives a word too', async () => {
    const { passed, message } = await grade(okOrUnknown, reporting({ acks: 1 }))
    assert.equal(passed, true, message)
  })

  it('refuses acks 0 that calls everything ok', () =>
    refuses(reporting({ acks: 0 }), /with a request lost, .* order-e2 ok, and it is in no log/))

  it('refuses acks 0 that calls everything unknown', () =>
    refuses(reporting({ acks: 0, resolved: 'unknown' }), /without any fault, .* order-d1 unknown/))

  it('refuses to call an unknown order failed', () =>
    refuses(reporting({ rejected: 'failed' }), /calls order-e2 'failed'/))

  it('refuses a resend in a catch', () =>
    refuses(
      reporting({}, (again) => again()),
      /called send 2 times for order-e2/,
    ))

  it('refuses the retries of kafkajs', () =>
    refuses(reporting({ retries: 5 }), /2 requests with order-e2 left/))

  it('refuses a job that calls everything unknown', () =>
    refuses(reporting({ resolved: 'unknown' }), /order-d1 unknown, and nothing had happened/))

  it('refuses a job that does nothing, and one with values of its own', async () => {
    await refuses(async () => undefined, /order-d1 was never sent/)
    await refuses(async ({ store }) => store.set('order-1', 'ok'), /order-d1 was never sent/)
  })

  it('refuses a job that ends at the first error', () =>
    refuses(async (app) => {
      const { kafka, params, store } = app
      const producer = kafka.producer({ retry: { retries: 0 } })
      await producer.connect()
      for (const value of params.orders as string[]) {
        await producer.send({ topic: 'orders', messages: [{ value }] })
        await store.set(value, 'ok')
      }
    }, /with a request lost, the job says nothing of order-e2; your code ended with/))
})
