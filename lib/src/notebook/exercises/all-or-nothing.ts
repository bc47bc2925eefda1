/**
 * Notebook 11: an order and its ledger entry, both or neither. The answer is the app's body; it
 * sends each of `params.orders` to `orders` and to `ledger`, and may be started again after it
 * died. Judged by what a read_committed reader finds in the end: a transaction that hides both is
 * fine, one that nobody ever ends is not, since it hides what comes behind it as well.
 */
import { ledger, unpaired } from '../../checker'
import { crash, on, request, response } from '../../faults'
import type { Fault, Point, TopicPlan } from '../../history/plan'
import type { Run } from '../../history/run'
import type { AppBody, Lab } from '../../lab'
import { endOf, values } from './exercise'
import type { Exercise } from './exercise'

const topics = ['orders', 'ledger']

interface Case {
  when: string
  orders: string[]
  faults: Fault[]
  /** How often the job is started again; then every order must be found in the end. */
  restarts: number
  ledger?: TopicPlan
  seed?: number
}

/** Optional: a job that ends early does not come to the point, and is judged all the same. */
function crashAt(point: Point): Fault {
  return { ...on(point, crash()), optional: true }
}

const entryLeaves = (value: string) => request('Produce', { topic: 'ledger', value, nth: 1 })
const orderLeaves = (value: string) => request('Produce', { topic: 'orders', value, nth: 1 })

/** A ledger of several partitions has other leaders than `orders`: no one request holds both. */
const cases: Case[] = [
  { when: 'without any fault', orders: values('order', 3, 'a'), faults: [], restarts: 0 },
  {
    when: 'when the job dies as the ledger entry of order-b2 leaves it',
    orders: values('order', 4, 'b'),
    faults: [crashAt(entryLeaves('order-b2'))],
    restarts: 0,
    ledger: { partitions: 3 },
  },
  {
    when: 'when the job dies as order-c3 leaves it for orders',
    orders: values('order', 3, 'c'),
    faults: [crashAt(orderLeaves('order-c3'))],
    restarts: 0,
    ledger: { partitions: 3 },
    seed: 2,
  },
  {
    when: 'when the job dies behind the ledger entry of order-d1 and is started again',
    orders: values('order', 2, 'd'),
    faults: [crashAt(response('Produce', { topic: 'ledger', value: 'order-d1', nth: 1 }))],
    restarts: 1,
  },
  {
    when: 'when the job dies twice and is started again',
    orders: values('order', 3, 'e'),
    faults: [
      crashAt(request('EndTxn', { nth: 2 })),
      crashAt(request('Produce', { topic: 'ledger', value: 'order-e2', attempt: 2, nth: 1 })),
    ],
    restarts: 2,
    ledger: { partitions: 2 },
    seed: 3,
  },
]

export const allOrNothing: Exercise<AppBody> = {
  name: '11-all-or-nothing',
  hints: [
    'Two sends are two writes, and the job can die in between. What makes several writes one?',
    'kafka.producer({ transactionalId: … }), await producer.transaction(), and its own send().',
    'The id must be the same after a restart: only then is the open transaction ended.',
  ],
  async grade(body, lab) {
    for (const each of cases) {
      const run = await runOf(body, lab, each)
      const problem = problemOf(run, each)
      if (problem !== undefined) return `${each.when}, ${problem}${endOf(run, 'shop')}`
    }
    return undefined
  },
}

function runOf(body: AppBody, lab: Lab, { orders, faults, restarts, seed, ...more }: Case) {
  return lab.run({
    topics: { orders: {}, ledger: more.ledger ?? {} },
    intended: { orders, ledger: orders },
    apps: {
      shop: { body, params: { orders }, ...(restarts > 0 && { restart: { times: restarts } }) },
    },
    faults,
    ...(seed !== undefined && { seed }),
  })
}

function problemOf(run: Run, { orders, faults, restarts }: Case): string | undefined {
  const [torn] = unpaired(run, topics)
  if (torn !== undefined) {
    const { value, visible } = torn
    const found = topics.map((topic) => `${visible[topic]} of it in ${topic}`).join(', ')
    return `readers find ${found}: ${value}`
  }
  if (faults.length > 0 && restarts === 0) return undefined
  const rows = ledger(run).filter(({ value }) => orders.includes(value ?? ''))
  const absent = rows.find(({ visible }) => visible === 0)
  if (absent !== undefined) {
    const open = run.logs.some(({ highWatermark, lastStableOffset }) => {
      return lastStableOffset < highWatermark
    })
    const behind = open ? '; a transaction that nobody ended hides what is behind it' : ''
    return `no reader finds ${absent.value} in ${absent.topic}${behind}`
  }
  const doubled = faults.length === 0 ? rows.find(({ visible }) => visible > 1) : undefined
  return doubled && `readers find ${doubled.value} ${doubled.visible} times in ${doubled.topic}`
}
