/**
 * Experiments from a seed. Each kind of plan in the table below comes up in turn; its settings,
 * messages and faults are drawn. What a plan's outcome must not depend on is time: apps that share
 * a topic start one after the other, and a killed leader's last records are either known to be
 * replicated or known not to be.
 */
import { effect } from '../../lib/src/faults'
import type { Fault } from '../../lib/src/history/plan'
import type { AppSettings, Experiment } from '../../lib/src/lab'
import { consume, copy, produce, transact } from './bodies'
import type {
  ConsumeParameters,
  CopyParameters,
  OutgoingMessage,
  ProduceParameters,
  TransactParameters,
} from './bodies'
import { Chance } from './chance'
import { requestTimeoutMs, crashesIn } from './generate-faults'
import { consumerFaults, copyFaults, producerFaults, transactionFaults } from './app-faults'
import { leaderFaults } from './leader-faults'

export interface GeneratedPlan {
  /** E.g. `7 (transactions)`. */
  name: string
  experiment: Experiment
}

type Parts = Pick<Experiment, 'topics' | 'faults'> & { apps: Record<string, AppSettings> }
type Kind = (chance: Chance) => Parts

const kinds: Readonly<Record<string, Kind>> = {
  produce: producePlan,
  transactions: transactPlan,
  consume: consumePlan,
  'transactions and reader': (chance) => withReader(chance, transactPlan(chance)),
  'read-process-write': copyPlan,
  'produce and reader': (chance) => withReader(chance, producePlan(chance)),
  'leader dies': leaderPlan,
}

/** How often each kind comes up in ten plans. */
const turns = [
  ...['produce', 'transactions', 'consume', 'read-process-write', 'produce and reader'],
  ...['transactions', 'produce', 'consume', 'transactions and reader', 'leader dies'],
]

/** The first `count` plans of this seed; a longer list begins with the shorter one. */
export function generatePlans(seed: number, count: number): GeneratedPlan[] {
  return Array.from({ length: count }, (_, index) => {
    const kind = turns[index % turns.length]!
    const parts = kinds[kind]!(new Chance(seed, `plan ${index}`))
    const experiment = { ...parts, seed: seed * 1000 + index, timeLimitMs: 20_000 }
    return { name: `${index} (${kind})`, experiment }
  })
}

/** kafkajs settings: a run takes about a second also where something times out. */
function client(retries: number) {
  const retry = { initialRetryTime: 50, maxRetryTime: 400, retries }
  return { requestTimeout: requestTimeoutMs, connectionTimeout: 1000, retry }
}

function app(
  body: AppSettings['body'],
  params: unknown,
  { retries, faults }: { retries: number; faults: readonly Fault[] },
): AppSettings {
  const crashes = crashesIn(faults)
  return {
    body,
    params,
    client: client(retries),
    ...(crashes > 0 && { restart: { times: crashes } }),
  }
}

const keys = ['ann', 'bob', 'eve', 'joe', 'sue']

function messages(chance: Chance, values: string[], partitions: number): OutgoingMessage[] {
  const keyed = chance.happens(0.5)
  return values.map((value) =>
    keyed
      ? { value, key: chance.pick(keys) }
      : { value, partition: chance.integer(0, partitions - 1) },
  )
}

/** `m0`, `m1`, … in sends of one to three messages. */
function sends(chance: Chance, count: number, partitions: number, from = 0): OutgoingMessage[][] {
  let next = from
  return Array.from({ length: count }, () => {
    const size = chance.pick([1, 1, 2, 3])
    const values = Array.from({ length: size }, () => `m${next++}`)
    return messages(chance, values, partitions)
  })
}

function producePlan(chance: Chance) {
  const partitions = chance.pick([1, 1, 2])
  const idempotent = chance.happens(0.5)
  const together = chance.happens(0.25)
  const params: ProduceParameters = {
    topic: 'orders',
    acks: idempotent ? -1 : chance.pick([-1, -1, 0, 1] as const),
    idempotent,
    compression: chance.happens(0.2) ? 1 : 0,
    sends: together ? single(sends(chance, 4, 1)) : sends(chance, chance.integer(2, 5), partitions),
    order: together ? 'together' : 'awaited',
    remembers: chance.pick(['nothing', 'each send']),
    pauseMs: 0,
  }
  const config = chance.happens(0.15) ? tooLarge(chance, params.sends) : {}
  const retries = chance.pick([0, 1, 3, 3])
  const faults = producerFaults(chance, params, retries)
  return {
    topics: { orders: { partitions: together ? 1 : partitions, config } },
    apps: { shop: app(produce, params, { retries, faults }) },
    faults,
  }
}

/** One message per send, all to partition 0: how several interleave is kafkajs's own affair. */
function single(given: OutgoingMessage[][]): OutgoingMessage[][] {
  return given.map(([message]) => [{ value: message!.value, partition: 0 }])
}

/** One message is longer than its topic takes. */
function tooLarge(chance: Chance, given: OutgoingMessage[][]): Record<string, number> {
  const [message] = chance.pick(given)
  message!.value += '-'.repeat(600)
  return { 'max.message.bytes': 500 }
}

function transactPlan(chance: Chance) {
  const partitions = chance.pick([1, 2])
  let next = 0
  const count = chance.integer(1, 3)
  const transactions = Array.from({ length: count }, (_, index) => {
    const own = sends(chance, chance.integer(1, 2), partitions, next)
    next += own.flat().length
    const ends = ['commit', 'commit', 'abort'] as const
    const last = index === count - 1
    return { sends: own, end: last && chance.happens(0.1) ? ('left' as const) : chance.pick(ends) }
  })
  const params: TransactParameters = {
    topic: 'orders',
    transactionalId: 'shop',
    transactions,
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

function seeds(chance: Chance, count: number, partitions: number) {
  return Array.from({ length: count }, (_, index) => ({
    value: `m${index}`,
    partition: chance.integer(0, partitions - 1),
  }))
}

function consumeParameters(chance: Chance, values: string[]): ConsumeParameters {
  const throwing = chance.happens(0.25)
  return {
    topic: 'orders',
    group: 'billing',
    each: chance.pick(['message', 'batch']),
    commit: chance.pick(['auto', 'first', 'after']),
    isolation: chance.pick(['read_committed', 'read_uncommitted']),
    ...(throwing && {
      throwsAt: {
        value: chance.pick(values),
        when: chance.pick(['before the effect', 'after the effect'] as const),
      },
    }),
  }
}

function consumePlan(chance: Chance) {
  const partitions = chance.pick([1, 1, 2])
  const records = seeds(chance, chance.integer(2, 6), partitions)
  const values = records.map(({ value }) => value)
  const params = consumeParameters(chance, values)
  // Which of two partitions is fetched first is a matter of time: what interrupts the app is not
  // combined with it.
  if (partitions > 1) delete params.throwsAt
  const faults = consumerFaults(chance, params, { values, partitions })
  return {
    topics: { orders: { partitions, records } },
    apps: { billing: app(consume, params, { retries: 5, faults }) },
    faults,
  }
}

/** A consumer that starts when the writers have ended. */
function withReader(chance: Chance, plan: Parts): Parts {
  const params = consumeParameters(chance, ['m0', 'm1'])
  const id = 'transactionalId' in (plan.apps['shop']!.params as object) ? 'shop' : 'orders'
  const reader: AppSettings = {
    ...app(consume, params, { retries: 5, faults: [] }),
    startAt: effect('produced', { id, nth: 1 }),
  }
  return { ...plan, apps: { ...plan.apps, billing: reader } }
}

function copyPlan(chance: Chance) {
  const records = seeds(chance, chance.integer(2, 3), 1)
  const values = records.map(({ value }) => value)
  const params: CopyParameters = {
    from: 'orders',
    to: 'charges',
    group: 'billing',
    transactionalId: 'billing-orders-0',
    aborts: chance.happens(0.3) ? [chance.pick(values)] : [],
  }
  const faults = copyFaults(chance, params, values)
  return {
    topics: { orders: { records }, charges: {} },
    apps: { billing: app(copy, params, { retries: 5, faults }) },
    faults,
  }
}

function leaderPlan(chance: Chance) {
  const values = ['m0', 'm1', 'm2', 'm3']
  const params: ProduceParameters = {
    topic: 'orders',
    acks: chance.pick([-1, 1]),
    idempotent: false,
    compression: 0,
    sends: values.map((value) => [{ value, partition: 0 }]),
    order: 'awaited',
    remembers: 'nothing',
    pauseMs: 0,
  }
  params.idempotent = params.acks === -1 && chance.happens(0.5)
  const faults = leaderFaults(chance, params.acks, values)
  return {
    topics: { orders: {} },
    apps: { shop: app(produce, params, { retries: 20, faults }) },
    faults,
  }
}
