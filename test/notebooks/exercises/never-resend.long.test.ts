/**
 * The grader of notebook 01: a job passes when it tries every order and nothing of
 * it leaves twice, whoever would send again: kafkajs, the job's own catch, or an acks=0 job that
 * sends to be sure.
 */
import assert from 'node:assert/strict'
import type { App, AppBody } from '../../../lib/src/lab'
import { grade } from '../../../lib/src/notebook/check'
import { neverResend } from '../../../lib/src/notebook/exercises/never-resend'

const messageOf = (value: string, acks = -1) => ({
  topic: 'orders',
  acks,
  messages: [{ key: 'ann', value }],
})

/** A job that connects a producer and hands each order to `each`. */
function job(
  retries: number,
  each: (send: () => Promise<unknown>, value: string) => Promise<unknown>,
  { acks = -1, idempotent = false } = {},
): AppBody {
  return async ({ kafka, params }: App) => {
    const producer = kafka.producer({ idempotent, retry: { retries } })
    await producer.connect()
    for (const value of params.orders as string[]) {
      await each(() => producer.send(messageOf(value, acks)), value)
    }
    await producer.disconnect()
  }
}

const goOn = (send: () => Promise<unknown>) => send().catch(() => undefined)

/** The cell as the notebook has it. */
async function untouched({ kafka, params }: App): Promise<void> {
  const producer = kafka.producer()
  await producer.connect()
  for (const value of params.orders) {
    await producer.send({ topic: 'orders', acks: -1, messages: [{ key: 'ann', value }] })
  }
  await producer.disconnect()
}

/** The solution as the notebook has it. */
async function solution({ kafka, params }: App): Promise<void> {
  const producer = kafka.producer({ retry: { retries: 0 } })
  await producer.connect()
  const unknown: string[] = []
  for (const value of params.orders) {
    const messages = [{ key: 'ann', value }]
    await producer.send({ topic: 'orders', acks: -1, messages }).catch(() => unknown.push(value))
  }
  await producer.disconnect()
}

async function hardCoded({ kafka }: App): Promise<void> {
  const producer = kafka.producer({ retry: { retries: 0 } })
  await producer.connect()
  for (const value of ['order-1', 'order-2']) await producer.send(messageOf(value))
  await producer.disconnect()
}

describe('Exercise 01: never resend', () => {
  const passes = async (body: AppBody): Promise<void> => {
    const { passed, message } = await grade(neverResend, body)
    assert.equal(passed, true, message)
  }
  const failsWith = async (body: AppBody, ...words: RegExp[]): Promise<void> => {
    const { passed, message } = await grade(neverResend, body)
    assert.equal(passed, false, message)
    for (const word of [...words, /order-[d-g]\d/]) assert.match(message, word)
  }

  it('takes the solution: no retries, and on to the next order', () => passes(solution))

  it('takes acks 0 without a resend: it promises no more', () => passes(job(0, goOn, { acks: 0 })))

  it('refuses the untouched cell: kafkajs resends by default', () =>
    failsWith(untouched, /2 requests/))

  it('refuses other values than those asked for', () => failsWith(hardCoded, /never sent/))

  it('refuses a job that does nothing', () => failsWith(async () => {}, /never sent/))

  it('refuses a job that ends at the first error', () =>
    failsWith(
      job(0, (send) => send()),
      /never sent/,
    ))

  it('refuses a catch that sends again', () =>
    failsWith(
      job(0, (send) => send().catch(goOn.bind(undefined, send))),
      /called send 2 times/,
    ))

  it('refuses acks 0 that sends each order twice to be sure', () =>
    failsWith(
      job(
        0,
        async (send) => {
          await send()
          await send()
        },
        { acks: 0 },
      ),
      /without any fault, the job called send 2 times/,
    ))

  it('refuses an idempotent producer: it resends, though the log shows one copy', () =>
    failsWith(job(5, goOn, { idempotent: true }), /2 requests/))

  it('refuses a job whose sends go to a topic that does not exist', () =>
    failsWith(async ({ kafka, params }: App) => {
      const producer = kafka.producer({ retry: { retries: 0 } })
      await producer.connect()
      for (const value of params.orders as string[]) {
        await goOn(() => producer.send({ ...messageOf(value), topic: 'nowhere' }))
      }
      await producer.disconnect()
    }, /without any fault/))
})
