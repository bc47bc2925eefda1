/**
 * The first exercise of notebook 11: a job passes when readers of committed records never find an
 * order without its ledger entry, wherever the job dies, and when a restart leaves nothing hidden.
 */
import assert from 'node:assert/strict'
import type { App, AppBody } from '../../../lib/src/lab'
import { grade } from '../../../lib/src/notebook/check'
import { allOrNothing } from '../../../lib/src/notebook/exercises/all-or-nothing'

/** The cell as the notebook has it. */
async function untouched({ kafka, params }: App): Promise<void> {
  const producer = kafka.producer({ idempotent: true })
  await producer.connect()
  for (const value of params.orders) {
    await producer.send({ topic: 'orders', messages: [{ key: 'ann', value: value }] })
    await producer.send({ topic: 'ledger', messages: [{ key: 'ann', value: value }] })
  }
  await producer.disconnect()
}

/** The solution as the notebook has it, when its id is given as `shop`. */
function inTransactions(transactionalId: () => string): AppBody {
  return async ({ kafka, params }) => {
    const producer = kafka.producer({ idempotent: true, transactionalId: transactionalId() })
    await producer.connect()
    for (const value of params.orders) {
      const transaction = await producer.transaction()
      await transaction.send({ topic: 'orders', messages: [{ key: 'ann', value: value }] })
      await transaction.send({ topic: 'ledger', messages: [{ key: 'ann', value: value }] })
      await transaction.commit()
    }
    await producer.disconnect()
  }
}

/** Another way that holds: all orders in one transaction, both topics in one call. */
async function oneTransaction({ kafka, params }: App): Promise<void> {
  const producer = kafka.producer({ idempotent: true, transactionalId: 'all' })
  await producer.connect()
  const transaction = await producer.transaction()
  const messages = params.orders.map((value: string) => ({ key: value, value }))
  const topicMessages = ['ledger', 'orders'].map((topic) => ({ topic, messages }))
  await transaction.sendBatch({ topicMessages })
  await transaction.commit()
}

async function oneBatch({ kafka, params }: App): Promise<void> {
  const producer = kafka.producer({ idempotent: true })
  await producer.connect()
  for (const value of params.orders) {
    const messages = [{ key: 'ann', value: value }]
    const topicMessages = ['orders', 'ledger'].map((topic) => ({ topic, messages }))
    await producer.sendBatch({ topicMessages })
  }
}

/** A transaction for each topic: two commits are two writes again. */
async function oneEach({ kafka, params }: App): Promise<void> {
  const producer = kafka.producer({ idempotent: true, transactionalId: 'shop' })
  await producer.connect()
  for (const value of params.orders) {
    for (const topic of ['orders', 'ledger']) {
      const transaction = await producer.transaction()
      await transaction.send({ topic, messages: [{ key: 'ann', value: value }] })
      await transaction.commit()
    }
  }
}

async function entryFirst({ kafka, params }: App): Promise<void> {
  const producer = kafka.producer({ idempotent: true })
  await producer.connect()
  for (const value of params.orders) {
    await producer.send({ topic: 'ledger', messages: [{ key: 'ann', value: value }] })
    await producer.send({ topic: 'orders', messages: [{ key: 'ann', value: value }] })
  }
}

/** Ends what was open and goes on without a transaction when it is started again. */
async function transactionsAtFirst({ kafka, params, attempt }: App): Promise<void> {
  const producer = kafka.producer({ idempotent: true, transactionalId: 'shop' })
  await producer.connect()
  for (const value of params.orders) {
    const transaction = await producer.transaction()
    const sender = attempt === 1 ? transaction : kafka.producer()
    if ('connect' in sender) {
      await transaction.abort()
      await sender.connect()
    }
    for (const topic of ['orders', 'ledger']) {
      await sender.send({ topic, messages: [{ key: 'ann', value: value }] })
    }
    if (attempt === 1) await transaction.commit()
  }
}

/** Never commits: all or nothing, and it is always nothing. */
async function neverCommits({ kafka, params }: App): Promise<void> {
  const producer = kafka.producer({ idempotent: true, transactionalId: 'shop' })
  await producer.connect()
  const transaction = await producer.transaction()
  const messages = params.orders.map((value: string) => ({ key: 'ann', value }))
  for (const topic of ['orders', 'ledger']) await transaction.send({ topic, messages })
}

async function hardCoded({ kafka }: App): Promise<void> {
  const producer = kafka.producer({ idempotent: true, transactionalId: 'shop' })
  await producer.connect()
  const transaction = await producer.transaction()
  for (const topic of ['orders', 'ledger']) {
    await transaction.send({ topic, messages: [{ key: 'ann', value: 'order-1' }] })
  }
  await transaction.commit()
}

describe('Exercise 11 ★: all or nothing over two topics', () => {
  const failsWith = async (body: AppBody, word: RegExp): Promise<void> => {
    const { passed, message } = await grade(allOrNothing, body)
    assert.equal(passed, false, message)
    assert.match(message, word)
  }
  const passes = async (body: AppBody): Promise<void> => {
    const { passed, message } = await grade(allOrNothing, body)
    assert.equal(passed, true, message)
  }

  it('takes the solution: both sends in one transaction, under an id that stays', () =>
    passes(inTransactions(() => 'shop')))

  it('takes one transaction over all orders', () => passes(oneTransaction))

  it('refuses the untouched cell: the order is there, its entry is not', () =>
    failsWith(untouched, /readers find 1 of it in orders, 0 of it in ledger: order-b2/))

  it('refuses the other order of the two sends', () =>
    failsWith(entryFirst, /readers find 0 of it in orders, 1 of it in ledger: order-c3/))

  it('refuses one call for both topics: they have two leaders', () =>
    failsWith(oneBatch, /readers find [01] of it in orders, [01] of it in ledger/))

  it('refuses a transaction for each topic', () =>
    failsWith(oneEach, /readers find 1 of it in orders, 0 of it in ledger: order-b2/))

  it('refuses a new transactional id after each restart: nobody ends the first one', () =>
    failsWith(
      inTransactions(() => `shop-${Math.random()}`),
      /no reader finds order-d\d in orders; a transaction that nobody ended/,
    ))

  it('refuses plain sends after a restart: the job may die again', () =>
    failsWith(transactionsAtFirst, /dies twice and is started again, readers find .*: order-e2/))

  it('refuses a transaction that is never committed', () =>
    failsWith(neverCommits, /without any fault, no reader finds order-a1/))

  it('refuses a value of its own', () =>
    failsWith(hardCoded, /without any fault, no reader finds order-a1/))

  it('refuses a job that does nothing', () =>
    failsWith(async () => {}, /without any fault, no reader finds order-a1/))
})
