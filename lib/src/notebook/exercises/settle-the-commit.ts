/**
 * Notebook 11: commits that fail without an answer. The answer is the app's body; it places each of
 * `params.orders` in `orders` and `ledger`, and each must count once in both. Commits are lost on
 * their way there and on their way back, two in a row, and one is held up until the job has read
 * back what it wanted to know.
 */
import { ledger } from '../../checker'
import { disconnect, drop, holdUntil, on, request, response } from '../../faults'
import type { Act, Fault, Point } from '../../history/plan'
import type { Run } from '../../history/run'
import type { AppBody } from '../../lab'
import { endOf, values } from './exercise'
import type { Exercise } from './exercise'

interface Case {
  when: string
  orders: string[]
  faults: Fault[]
  partitions?: number
  seed?: number
}

/** Optional: a job may place several orders with one commit. */
function lose(point: Point, act: Act): Fault {
  return { ...on(point, act), optional: true }
}

const cases: Case[] = [
  { when: 'without any fault', orders: values('order', 3, 'a'), faults: [] },
  {
    when: 'with the answer to a commit lost',
    orders: values('order', 3, 'b'),
    faults: [lose(response('EndTxn', { nth: 1 }), disconnect())],
  },
  {
    when: 'with a commit lost on its way',
    orders: values('order', 4, 'c'),
    faults: [lose(request('EndTxn', { nth: 1 }), disconnect())],
    partitions: 2,
  },
  {
    when: 'with a commit that arrives after the job has read back',
    orders: values('order', 2, 'd'),
    faults: [lose(request('EndTxn', { nth: 1 }), holdUntil(request('LeaveGroup', { nth: 1 })))],
  },
  {
    when: 'with several commits lost, one after the other',
    orders: values('order', 3, 'e'),
    faults: [
      lose(request('EndTxn', { nth: 1 }), disconnect()),
      lose(response('EndTxn', { nth: 2 }), drop()),
      lose(request('EndTxn', { nth: 3 }), drop()),
      lose(response('EndTxn', { nth: 4 }), disconnect()),
    ],
    partitions: 3,
    seed: 2,
  },
]

export const settleTheCommit: Exercise<AppBody> = {
  name: '11-settle-the-commit',
  hints: [
    'After a commit without an answer the order may count or not. Who knows, and when is it final?',
    'A new producer with the same transactional id ends what was open, at its first transaction().',
    'Then, and only then, read back: place the order again if it is not there.',
  ],
  async grade(body, lab) {
    for (const { when, orders, faults, partitions = 1, seed = 1 } of cases) {
      const run = await lab.run({
        topics: { orders: { partitions }, ledger: { partitions } },
        intended: { orders, ledger: orders },
        apps: { shop: { body, params: { orders } } },
        faults,
        seed,
      })
      const problem = problemOf(run, orders)
      if (problem !== undefined) return `${when}, ${problem}${endOf(run, 'shop')}`
    }
    return undefined
  },
}

function problemOf(run: Run, orders: string[]): string | undefined {
  const rows = ledger(run).filter(({ value }) => orders.includes(value ?? ''))
  const wrong = rows.find(({ visible }) => visible !== 1)
  if (wrong === undefined) return undefined
  const often = wrong.visible === 0 ? 'does not count' : `counts ${wrong.visible} times`
  return `${wrong.value} ${often} in ${wrong.topic} (told ${wrong.told})`
}
