/**
 * The grader of notebook 04: a job passes when each order is in the log once though
 * a request and two answers were lost. Doubling is found, and so is losing for fear of doubling.
 */
import assert from 'node:assert/strict'
import type { App, AppBody } from '../../../lib/src/lab'
import { grade } from '../../../lib/src/notebook/check'
import { oneCopy } from '../../../lib/src/notebook/exercises/one-copy'
import { goOn, job } from './sending-job'

/** The cell as the notebook has it. */
async function untouched({ kafka, params }: App): Promise<void> {
  const producer = kafka.producer({ idempotent: false })
  await producer.connect()
  for (const value of params.orders) {
    await producer.send({ topic: 'orders', acks: -1, messages: [{ key: 'ann', value: value }] })
  }
  await producer.disconnect()
}

/** The solution as the notebook has it. */
async function solution({ kafka, params }: App): Promise<void> {
  const producer = kafka.producer({ idempotent: true })
  await producer.connect()
  for (const value of params.orders) {
    await producer.send({ topic: 'orders', acks: -1, messages: [{ key: 'ann', value: value }] })
  }
  await producer.disconnect()
}

async function hardCoded({ kafka }: App): Promise<void> {
  const producer = kafka.producer({ idempotent: true })
  await producer.connect()
  await producer.send({ topic: 'orders', acks: -1, messages: [{ key: 'ann', value: 'order-1' }] })
  await producer.disconnect()
}

describe('Exercise 04: one copy, whatever is lost', () => {
  const failsWith = async (body: AppBody, ...words: RegExp[]): Promise<void> => {
    const { passed, message } = await grade(oneCopy, body)
    assert.equal(passed, false, message)
    for (const word of [...words, /order-[ab]\d/]) assert.match(message, word)
  }

  it('takes the solution: an idempotent producer', async () => {
    const { passed, message } = await grade(oneCopy, solution)
    assert.equal(passed, true, message)
  })

  it('refuses the untouched cell: each attempt whose answer is lost adds a copy', () =>
    failsWith(untouched, /order-b4 is duplicated \(told ok, 3 in the log\)/))

  it('refuses acks 1, which writes as often', () =>
    failsWith(job({ acks: 1 }), /order-b4 is duplicated/))

  it('refuses acks 0: the lost request is not missed by anyone', () =>
    failsWith(job({ acks: 0 }), /order-b2 is lost/))

  it('refuses no retries: the job ends at the lost request', () =>
    failsWith(job({ retries: 0 }), /order-b2 is missing \(told info, 0 in the log\)/))

  it('refuses no retries with the error swallowed', () =>
    failsWith(job({ retries: 0 }, goOn), /order-b2 is missing/))

  it('refuses a catch that sends again', () =>
    failsWith(
      job({ retries: 0 }, (_, again) => again().catch(goOn)),
      /order-b4 is duplicated/,
    ))

  it('refuses idempotence with acks 1, which kafkajs does not send', () =>
    failsWith(job({ acks: 1, idempotent: true }), /without any fault, order-a1/))

  it('refuses a value of its own', () =>
    failsWith(hardCoded, /order-a1 is missing \(never sent, 0 in the log\)/))

  it('refuses a job that does nothing', () =>
    failsWith(async () => {}, /order-a1 is missing \(never sent, 0 in the log\)/))
})
