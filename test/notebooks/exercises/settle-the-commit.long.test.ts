/**
 * The second exercise of notebook 11: a job passes when each order counts once in both topics though
 * commits fail without an answer. Who runs the transaction again blindly doubles; who takes it for
 * aborted loses; who reads back before the old producer is fenced is overtaken by its commit.
 */
import assert from 'node:assert/strict'
import type { App, AppBody } from '../../../lib/src/lab'
import { grade } from '../../../lib/src/notebook/check'
import { settleTheCommit } from '../../../lib/src/notebook/exercises/settle-the-commit'

type Producer = ReturnType<App['kafka']['producer']>

/** What the job knows after a failed commit, and what it does to know it. */
type Settle = (app: App, value: string, successor: () => Promise<Producer>) => Promise<boolean>

const settings = { idempotent: true, transactionalId: 'shop' }

/** As the notebook has it. */
async function readBack({ kafka, caughtUp }: App): Promise<Set<string>> {
  const found = new Set<string>()
  const consumer = kafka.consumer({ groupId: 'read-back' })
  await consumer.connect()
  await consumer.subscribe({ topic: 'orders', fromBeginning: true })
  await consumer.run({
    autoCommit: false,
    eachMessage: async ({ message }) => void found.add(String(message.value)),
  })
  await caughtUp()
  await consumer.disconnect()
  return found
}

/** The loop of the notebook's cell; `settle` is what its reader writes. */
function job(settle: Settle): AppBody {
  return async (app) => {
    let producer = app.kafka.producer(settings)
    await producer.connect()
    const successor = async () => {
      producer = app.kafka.producer(settings)
      await producer.connect()
      return producer
    }
    for (const value of app.params.orders) {
      for (let placed = false; !placed;) {
        const transaction = await producer.transaction()
        for (const topic of ['orders', 'ledger']) {
          await transaction.send({ topic, messages: [{ key: 'ann', value: value }] })
        }
        placed = await transaction.commit().then(
          () => true,
          () => false,
        )
        if (!placed) placed = await settle(app, value, successor)
      }
    }
  }
}

const fence = async (producer: Producer) => (await producer.transaction()).abort()

/** The solution as the notebook has it. */
const solution = job(async (app, value, successor) => {
  await fence(await successor())
  return (await readBack(app)).has(value)
})

/** Another way that holds: a receipt in the same transaction, read when the old one is fenced. */
async function withReceipt({ kafka, params }: App): Promise<void> {
  const admin = kafka.admin()
  await admin.connect()
  const placed = async (): Promise<number> => {
    const [topic] = await admin.fetchOffsets({ groupId: 'receipt', topics: ['orders'] })
    return Math.max(0, Number(topic!.partitions.find(({ partition }) => partition === 0)!.offset))
  }
  for (let done = 0; done < params.orders.length; done = await placed()) {
    const producer = kafka.producer(settings)
    await producer.connect()
    await fence(producer)
    done = await placed()
    const transaction = await producer.transaction()
    for (const topic of ['orders', 'ledger']) {
      await transaction.send({ topic, messages: [{ key: 'ann', value: params.orders[done] }] })
    }
    const partitions = [{ partition: 0, offset: String(done + 1) }]
    const topics = [{ topic: 'orders', partitions }]
    await transaction.sendOffsets({ consumerGroupId: 'receipt', topics })
    await Promise.allSettled([transaction.commit()])
    const successor = kafka.producer(settings)
    await successor.connect()
    await fence(successor)
  }
}

/** `abort()` after the commit that failed; what it says does not matter. */
function aborting(taking: 'the error as it comes' | 'it for aborted'): AppBody {
  return async ({ kafka, params }) => {
    let producer = kafka.producer(settings)
    await producer.connect()
    for (const value of params.orders) {
      const transaction = await producer.transaction()
      for (const topic of ['orders', 'ledger']) {
        await transaction.send({ topic, messages: [{ key: 'ann', value: value }] })
      }
      try {
        await transaction.commit()
      } catch {
        const abort = transaction.abort()
        await (taking === 'it for aborted' ? abort.catch(() => undefined) : abort)
        producer = kafka.producer(settings)
        await producer.connect()
      }
    }
  }
}

async function hardCoded({ kafka }: App): Promise<void> {
  const producer = kafka.producer(settings)
  await producer.connect()
  const transaction = await producer.transaction()
  await transaction.send({ topic: 'orders', messages: [{ key: 'ann', value: 'order-1' }] })
  await transaction.commit()
}

describe('Exercise 11 ★★: end a failed commit right', () => {
  const failsWith = async (body: AppBody, word: RegExp): Promise<void> => {
    const { passed, message } = await grade(settleTheCommit, body)
    assert.equal(passed, false, message)
    assert.match(message, word)
  }
  const passes = async (body: AppBody): Promise<void> => {
    const { passed, message } = await grade(settleTheCommit, body)
    assert.equal(passed, true, message)
  }

  it('takes the solution: fence, read back, then decide', () => passes(solution))

  it('takes a receipt in the same transaction', () => passes(withReceipt))

  it('refuses the untouched cell, which runs the transaction again blindly', () =>
    failsWith(
      job(async (_, __, successor) => (await successor(), false)),
      /with the answer to a commit lost, order-b1 counts 2 times in orders/,
    ))

  it('refuses to abort and to run it again', () =>
    failsWith(
      job(async (_, __, successor) => (await fence(await successor()), false)),
      /with the answer to a commit lost, order-b1 counts 2 times/,
    ))

  it('refuses to take a failed commit for done', () =>
    failsWith(
      job(async (_, __, successor) => (await successor(), true)),
      /with a commit lost on its way, order-c1 does not count in orders/,
    ))

  it('refuses abort() after the commit: kafkajs refuses it as well', () =>
    failsWith(
      aborting('the error as it comes'),
      /order-b2 does not count .*Cannot continue to use transaction once ended/,
    ))

  it('refuses to take the refused abort() for an abort', () =>
    failsWith(aborting('it for aborted'), /with a commit lost on its way, order-c1 does not count/))

  it('refuses to read back before the old producer is fenced', () =>
    failsWith(
      job(async (app, value, successor) => {
        const found = await readBack(app)
        await successor()
        return found.has(value)
      }),
      /with a commit that arrives after the job has read back, order-d1 counts 2 times in orders/,
    ))

  it('refuses a job that settles one failure and takes the next for done', () => {
    const settled = new Set<App>()
    return failsWith(
      job(async (app, value, successor) => {
        await fence(await successor())
        if (settled.has(app)) return true
        settled.add(app)
        return (await readBack(app)).has(value)
      }),
      /with several commits lost, one after the other, order-e\d does not count/,
    )
  })

  it('refuses values of its own', () => failsWith(hardCoded, /without any fault, order-a1/))

  it('refuses a job that does nothing', () => failsWith(async () => {}, /order-a1 does not count/))
})
