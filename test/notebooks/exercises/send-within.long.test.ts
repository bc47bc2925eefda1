/** The second grader of notebook 02: an honest word for each order, in time. */
import assert from 'node:assert/strict'
import type { App, AppBody } from '../../../lib/src/lab'
import { grade } from '../../../lib/src/notebook/check'
import { sendWithin } from '../../../lib/src/notebook/exercises/send-within'

interface Words {
  rejected?: (error: { type?: string }) => string
  late?: string
  /** Of `params.ms`. */
  share?: number
  acks?: number
}

const refused = (error: { type?: string }) =>
  error.type === 'MESSAGE_TOO_LARGE' ? 'failed' : 'unknown'

function racing({ rejected = refused, late = 'unknown', share = 1, acks = -1 }: Words): AppBody {
  return async ({ kafka, params, store }: App) => {
    const producer = kafka.producer()
    await producer.connect()
    for (const value of params.orders as string[]) {
      const messages = [{ key: 'ann', value }]
      const sent = producer.send({ topic: 'orders', acks, messages }).then(() => 'ok', rejected)
      const timer = new Promise((resolve) => setTimeout(resolve, params.ms * share, late))
      await store.set(value, await Promise.race([sent, timer]))
    }
    await producer.disconnect()
  }
}

async function refuses(body: AppBody, why: RegExp): Promise<void> {
  const { passed, message } = await grade(sendWithin, body)
  assert.equal(passed, false, message)
  assert.match(message, why)
}

describe('Exercise 02: an answer in time', () => {
  it('takes the solution: unknown at the deadline, failed only where a broker refused', async () => {
    const { passed, message } = await grade(sendWithin, racing({}))
    assert.equal(passed, true, message)
  })

  it('refuses the race that says failed while a retry still writes', () =>
    refuses(racing({ late: 'failed' }), /calls order-q2 failed, and no broker had refused it/))

  it('refuses to wait for send() alone', () =>
    refuses(async ({ kafka, params, store }) => {
      const producer = kafka.producer()
      await producer.connect()
      for (const value of params.orders as string[]) {
        await producer.send({ topic: 'orders', messages: [{ value }] })
        await store.set(value, 'ok')
      }
    }, /spoke of order-q2 after \d+ ms, and had 300 ms/))

  it('refuses a call of ok at the deadline', () =>
    refuses(racing({ late: 'ok', acks: -1 }), /order-q2 ok|order-r3 ok/))

  it('refuses unknown for all', () =>
    refuses(racing({ share: 0, late: 'unknown' }), /order-p1 unknown, and it was acknowledged/))

  it('refuses unknown where a broker has refused every attempt', () =>
    refuses(racing({ rejected: () => 'unknown' }), /calls order-s2… unknown, and a broker had/))

  it('refuses acks 0, which nobody answers', () =>
    refuses(racing({ acks: 0 }), /calls order-\w+ ok too soon/))

  it('refuses a job that does nothing', () =>
    refuses(async () => undefined, /order-p1 was never sent/))
})
