/** Plans of apps that only write: with or without idempotence, and in transactions. */
import { response } from '../../lib/src/faults'
import { exhaustedRetries, producerFaults, transactionFaults } from './app-faults'
import { produce, transact } from './bodies'
import type { OutgoingMessage, ProduceParameters, TransactParameters } from './bodies'
import type { Chance } from './chance'
import { app, sends, singleSends } from './draw'
import type { Parts } from './draw'

export function producePlan(chance: Chance): Parts {
  const idempotent = chance.happens(0.5)
  const together = chance.happens(0.25)
  const partitions = together ? 1 : chance.pick([1, 1, 2])
  const count = chance.integer(2, 5)
  const params: ProduceParameters = {
    topic: 'orders',
    acks: idempotent ? -1 : chance.pick([-1, -1, 0, 1] as const),
    idempotent,
    compression: chance.happens(0.2) ? 1 : 0,
    sends: together ? singleSends(['m0', 'm1', 'm2', 'm3']) : sends(chance, { count, partitions }),
    order: together ? 'together' : 'awaited',
    remembers: chance.pick(['nothing', 'each send']),
    pauseMs: 0,
  }
  const config = chance.happens(0.15) ? tooLarge(chance, params.sends) : {}
  // kafkajs refuses an idempotent producer that may not retry.
  const retries = chance.pick(idempotent ? [1, 3] : [0, 1, 3])
  const faults = producerFaults(chance, params, retries)
  return {
    topics: { orders: { partitions, config } },
    apps: { shop: app(produce, params, { retries, faults }) },
    faults,
  }
}

/**
 * An append that the app never hears of, and sends behind it: what the producer believes to be the
 * next sequence is not.
 */
export function exhaustedPlan(chance: Chance): Parts {
  const values = ['m0', 'm1', 'm2', 'm3', 'm4']
  const params: ProduceParameters = {
    topic: 'orders',
    acks: -1,
    idempotent: chance.happens(0.8),
    compression: 0,
    sends: [...singleSends(values), values.map((value) => ({ value: `${value}+`, partition: 0 }))],
    order: 'awaited',
    remembers: 'nothing',
    pauseMs: 0,
  }
  // The long send stands behind the lost one, or later.
  const [long] = params.sends.splice(-1)
  params.sends.splice(chance.pick([2, 2, 3]), 0, long!)
  const faults = exhaustedRetries(chance, 'm1')
  return {
    topics: { orders: {} },
    apps: { shop: app(produce, params, { retries: 1, faults }) },
    faults,
  }
}

/** One message is longer than its topic takes. */
function tooLarge(chance: Chance, given: OutgoingMessage[][]): Record<string, number> {
  const [message] = chance.pick(given)
  message!.value += '-'.repeat(600)
  return { 'max.message.bytes': 500 }
}

function transactions(chance: Chance, partitions: number): TransactParameters['transactions'] {
  let next = 0
  const count = chance.integer(1, 3)
  return Array.from({ length: count }, (_, index) => {
    const own = sends(chance, { count: chance.integer(1, 2), partitions, from: next })
    next += own.flat().length
    const end = chance.pick(['commit', 'commit', 'abort'] as const)
    const isLast = index === count - 1
    return { sends: own, end: isLast && chance.happens(0.4) ? ('left' as const) : end }
  })
}

export function transactPlan(chance: Chance): Parts {
  const partitions = chance.pick([1, 2])
  const params: TransactParameters = {
    topic: 'orders',
    transactionalId: 'shop',
    transactions: transactions(chance, partitions),
    onError: chance.pick(['abort', 'commit anyway', 'new producer']),
    remembers: chance.pick(['nothing', 'each transaction']),
    pauseMs: 0,
  }
  // With one retry CONCURRENT_TRANSACTIONS would exhaust them, depending on the markers' speed.
  const retries = params.transactions.length === 1 ? chance.pick([1, 8]) : 8
  const faults = transactionFaults(chance, params)
  return {
    topics: { orders: { partitions } },
    apps: { shop: app(transact, params, { retries, faults }) },
    faults,
  }
}

/** Long enough for a rival's transaction, or for a transaction's timeout and its clean-up. */
const stallMs = 1500

/** A transaction is slower than its timeout, or than another app with the same id. */
export function stalledTransactionPlan(chance: Chance): Parts {
  const isTimeout = chance.happens(0.5)
  const params: TransactParameters = {
    topic: 'orders',
    transactionalId: 'shop',
    transactions: [
      { sends: singleSends(['m0', 'm1']), end: chance.pick(['commit', 'abort'] as const) },
      { sends: singleSends(['m2']), end: 'commit' },
    ],
    onError: chance.pick(['abort', 'commit anyway', 'new producer']),
    remembers: 'nothing',
    pauseMs: 0,
    stallsAfter: { value: chance.pick(['m0', 'm1']), ms: stallMs },
    ...(isTimeout && { timeoutMs: 500 }),
  }
  const rival: TransactParameters = {
    ...params,
    transactions: [{ sends: singleSends(['r0']), end: chance.pick(['commit', 'abort'] as const) }],
  }
  const retries = 8
  const shop = app(transact, params, { retries, faults: [] })
  const startAt = response('Produce', { value: params.stallsAfter!.value, nth: 1 })
  const other = { ...app(transact, rival, { retries, faults: [] }), startAt }
  return {
    topics: { orders: {} },
    apps: isTimeout ? { shop } : { shop, rival: other },
    faults: [],
  }
}
