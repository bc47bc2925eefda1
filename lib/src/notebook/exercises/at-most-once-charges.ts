/**
 * Notebook 06: a consumer that charges each order of the topic `orders` at most once, under crashes
 * (★) and also when the answer to a charge or a commit is lost (★★). The answer is the app's body.
 * Judged by the charges that took place: no order twice, and one fault costs one order at the most,
 * so that an answer that charges nothing does not pass.
 */
import { ledger } from '../../checker'
import type { LedgerRow } from '../../checker'
import { crash, delay, disconnect, effect, on, request, response } from '../../faults'
import type { Act, Fault, Point, SeedRecord } from '../../history/plan'
import type { Run } from '../../history/run'
import type { AppBody, Lab } from '../../lab'
import { endOf, values } from './exercise'
import type { Exercise } from './exercise'

/** What breaks in one of the grader's runs. */
interface Trial {
  /** `with a crash after a charge`: the beginning of a problem's sentence. */
  when: string
  /** Of the orders' values, so that no two runs have the same. */
  mark: string
  orders: number
  faults: Fault[]
  /** How many orders the faults may cost. */
  mayCost: number
}

const crashTrials: Trial[] = [
  { when: 'without any fault', mark: 'a', orders: 6, faults: [], mayCost: 0 },
  {
    when: 'with a crash once an order is charged',
    ...{ mark: 'b', orders: 5, mayCost: 1 },
    // The commits are slow, so that one nobody waits for has not arrived by then.
    faults: faults(
      [request('OffsetCommit'), delay(40)],
      [effect('charge', { id: 'order-b3', nth: 1 }), crash()],
    ),
  },
  {
    when: 'with a crash after a commit and another once an order is charged',
    ...{ mark: 'c', orders: 7, mayCost: 2 },
    faults: faults(
      [response('OffsetCommit', { nth: 1 }), crash()],
      [effect('charge', { id: 'order-c6', nth: 1 }), crash()],
    ),
  },
  {
    when: 'with a crash before a commit arrives',
    ...{ mark: 'd', orders: 4, mayCost: 1 },
    faults: faults([request('OffsetCommit', { nth: 3 }), crash()]),
  },
]

const errorTrials: Trial[] = [
  ...crashTrials,
  {
    when: 'with the answer of a charge lost',
    ...{ mark: 'e', orders: 5, mayCost: 1 },
    faults: faults([effect('charge', { id: 'order-e2', nth: 1 }), disconnect()]),
  },
  {
    when: 'with the answers of two charges lost and then a crash',
    ...{ mark: 'f', orders: 6, mayCost: 3 },
    faults: faults(
      [effect('charge', { id: 'order-f2', nth: 1 }), disconnect()],
      [effect('charge', { id: 'order-f4', nth: 1 }), disconnect()],
      [effect('charge', { id: 'order-f5', nth: 1 }), crash()],
    ),
  },
  {
    when: 'with every answer to a commit lost for a while',
    ...{ mark: 'g', orders: 5, mayCost: 2 },
    faults: faults(...commits(2, 7, (nth) => response('OffsetCommit', { nth }))),
  },
  {
    when: 'with commits that never arrive, and a crash once the order is charged',
    ...{ mark: 'h', orders: 5, mayCost: 2 },
    faults: faults(
      ...commits(2, 7, (nth) => request('OffsetCommit', { nth })),
      [effect('charge', { id: 'order-h2', nth: 1 }), crash()],
      [effect('charge', { id: 'order-h3', nth: 1 }), crash()],
    ),
  },
]

export const atMostOnceUnderCrash: Exercise<AppBody> = {
  name: '06-at-most-once-under-crash',
  hints: [
    'Which of the two writes must have happened when the crash comes between them?',
    'What does a restarted consumer ask for, and who must have been told by then?',
    'await consumer.commitOffsets(…) with offset + 1, and only then the charge',
  ],
  grade: (body, lab) => firstProblem(lab, body, crashTrials),
}

export const atMostOnceUnderErrors: Exercise<AppBody> = {
  name: '06-at-most-once-under-errors',
  hints: [
    'Two calls of the handler can reject. What do you know about the order after each of them?',
    'A commit that rejects may or may not have arrived: may the order be charged then? A charge ' +
      'that rejects may or may not have happened: may the handler throw then?',
    'Let the rejection of commitOffsets leave the handler: kafkajs brings the order again, ' +
      'uncharged. Catch the rejection of the charge, and return.',
  ],
  grade: (body, lab) => firstProblem(lab, body, errorTrials),
}

/** Optional, since what an answer asks of Kafka, and how often, is its own. */
function faults(...struck: [Point, Act][]): Fault[] {
  return struck.map(([point, act]) => ({ ...on(point, act), optional: true as const }))
}

/** The connection breaks at each of the commits from the first to the last. */
function commits(first: number, last: number, at: (nth: number) => Point): [Point, Act][] {
  return Array.from({ length: last - first + 1 }, (_, i) => [at(first + i), disconnect()])
}

async function firstProblem(lab: Lab, body: AppBody, trials: readonly Trial[]) {
  for (const [number, trial] of trials.entries()) {
    const partitions = 1 + (number % 2)
    const names = values('order', trial.orders, trial.mark)
    const records = names.map((value, i): SeedRecord => ({ value, partition: i % partitions }))
    const run = await lab.run({
      topics: { orders: { partitions, records } },
      apps: { billing: { body, restart: { times: 3 } } },
      faults: trial.faults,
      seed: number + 1,
      timeLimitMs: 120_000,
    })
    const problem = problemOf(run, trial)
    if (problem !== undefined) return `${trial.when}, ${problem}${endOf(run, 'billing')}`
  }
  return undefined
}

/** Names an order that was charged twice, or the first of too many that never were. */
function problemOf(run: Run, { mayCost }: Trial): string | undefined {
  const rows = ledger(run).filter(({ topic }) => topic === 'orders')
  const twice = rows.find((row) => chargesOf(row) > 1)
  if (twice !== undefined) return `${twice.value} was charged ${chargesOf(twice)} times`
  const never = rows.filter((row) => chargesOf(row) === 0)
  if (never.length <= mayCost) return undefined
  const allowed = mayCost === 0 ? '' : `, ${mayCost} at the most may be the price`
  return never.length === 1
    ? `${never[0]!.value} was never charged${allowed}`
    : `${never.length} orders were never charged, ${never[0]!.value} first${allowed}`
}

function chargesOf({ processed }: LedgerRow): number {
  return processed['charge'] ?? 0
}
