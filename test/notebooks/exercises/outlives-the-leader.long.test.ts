/**
 * The grader of notebook 02: a job passes when no order is missing after the leader
 * died with one, whatever the job did; an order acknowledged too early, given up or never sent is
 * named.
 */
import assert from 'node:assert/strict'
import type { App, AppBody } from '../../../lib/src/lab'
import { grade } from '../../../lib/src/notebook/check'
import { outlivesTheLeader } from '../../../lib/src/notebook/exercises/outlives-the-leader'
import { goOn, job } from './sending-job'

/** The cell as the notebook has it. */
async function untouched({ kafka, params }: App): Promise<void> {
  const producer = kafka.producer({ retry: { retries: 0 } })
  await producer.connect()
  for (const value of params.orders) {
    await producer.send({ topic: 'orders', acks: 1, messages: [{ key: 'ann', value: value }] })
  }
  await producer.disconnect()
}

/** The solution as the notebook has it. */
async function solution({ kafka, params }: App): Promise<void> {
  const producer = kafka.producer({ retry: { retries: 8 } })
  await producer.connect()
  for (const value of params.orders) {
    await producer.send({ topic: 'orders', acks: -1, messages: [{ key: 'ann', value: value }] })
  }
  await producer.disconnect()
}

async function hardCoded({ kafka }: App): Promise<void> {
  const producer = kafka.producer({ retry: { retries: 8 } })
  await producer.connect()
  for (const value of ['order-1', 'order-2', 'order-3']) {
    await producer.send({ topic: 'orders', acks: -1, messages: [{ key: 'ann', value }] })
  }
  await producer.disconnect()
}

describe('Exercise 02: no order dies with the leader', () => {
  const passes = async (body: AppBody): Promise<void> => {
    const { passed, message } = await grade(outlivesTheLeader, body)
    assert.equal(passed, true, message)
  }
  const failsWith = async (body: AppBody, ...words: RegExp[]): Promise<void> => {
    const { passed, message } = await grade(outlivesTheLeader, body)
    assert.equal(passed, false, message)
    for (const word of [...words, /order-[ab]\d/]) assert.match(message, word)
  }

  it('takes the solution: acks all, and retries until a new leader is there', () =>
    passes(solution))

  it('takes the retries that kafkajs makes by itself', () => passes(job({})))

  it('takes an idempotent producer', () => passes(job({ idempotent: true })))

  it('refuses the untouched cell: the leader alone acknowledged', () =>
    failsWith(untouched, /the leader dies.*order-b4 was acknowledged and is lost/))

  it('refuses acks 1 with many retries: nothing was rejected', () =>
    failsWith(job({ acks: 1, retries: 20 }), /order-b4 was acknowledged and is lost/))

  it('refuses acks 0: nobody waited', () =>
    failsWith(job({ acks: 0 }), /order-b4 was sent without waiting for an answer and is lost/))

  it('refuses acks all without retries: the job ends', () =>
    failsWith(job({ retries: 0 }), /order-b4 is not in the log.*your code ended with Kafka/))

  it('refuses acks all without retries whose error is swallowed', () =>
    failsWith(job({ retries: 0 }, goOn), /order-b4 is not in the log.*never told/))

  it('refuses a catch that sends once more, before there is a new leader', () =>
    failsWith(
      job({ retries: 0 }, (_, again) => again()),
      /order-b4 is not in the log/,
    ))

  it('refuses idempotence with acks 1, which kafkajs does not send', () =>
    failsWith(job({ acks: 1, idempotent: true }), /without any fault, order-a1/))

  it('refuses values of its own', () => failsWith(hardCoded, /order-a1 was never sent/))

  it('refuses a job that does nothing', () => failsWith(async () => {}, /order-a1 was never sent/))
})
