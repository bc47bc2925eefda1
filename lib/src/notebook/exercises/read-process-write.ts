/**
 * Notebook 12: from `orders` to `charges`, each order once, whatever is lost and wherever the app
 * dies. The answers are app bodies of the group `billing`; a supervisor starts them again after a
 * crash and after an error. Judged by what stands committed in `charges` and can be read there: an
 * order that nobody can see for an open transaction has not arrived.
 */
import { ledger } from '../../checker'
import { crashPoints } from '../../explore/crash-points'
import { crash, disconnect, on, request, response } from '../../faults'
import type { Fault } from '../../history/plan'
import type { Run } from '../../history/run'
import type { AppBody, Experiment, Lab } from '../../lab'
import { endOf, values } from './exercise'
import type { Exercise } from './exercise'

function shop(body: AppBody, orders: string[], faults: Fault[] = []): Experiment {
  const records = orders.map((value, index) => ({ value, key: value, partition: index % 2 }))
  return {
    topics: { orders: { partitions: 2, records }, charges: {} },
    intended: { charges: orders },
    apps: { billing: { body, restart: { on: 'crash or error', times: 3 } } },
    faults: faults.map((fault) => ({ ...fault, optional: true })),
  }
}

/** The first order that does not stand in `charges` once, readable. */
function problemIn(run: Run, orders: readonly string[]): string | undefined {
  const rows = ledger(run).filter(({ topic }) => topic === 'charges')
  const unknown = rows.find(({ value, copies }) => copies > 0 && !orders.includes(value ?? ''))
  if (unknown) return `${unknown.value} stands in charges, and no order is called so`
  for (const order of orders) {
    const { copies = 0, visible = 0 } = rows.find(({ value }) => value === order) ?? {}
    if (copies !== 1) return `${order} stands in charges ${copies} times`
    if (visible === 0) return `${order} stands in charges where no read_committed reader comes`
  }
  return undefined
}

interface Trial {
  when: string
  orders: string[]
  faults?: Fault[]
}

async function firstProblem(body: AppBody, lab: Lab, trials: readonly Trial[]) {
  for (const { when, orders, faults } of trials) {
    const run = await lab.run(shop(body, orders, faults))
    const problem = problemIn(run, orders)
    if (problem !== undefined) return `${when}, ${problem}${endOf(run, 'billing')}`
  }
  return undefined
}

/** The first place at which a crash refutes that each order is in `charges` once. */
async function problemOfCrashes(body: AppBody, orders: string[]): Promise<string | undefined> {
  const { points, survival } = await crashPoints(shop(body, orders), 'billing')
  const failed = points.find(({ error }) => error !== undefined)
  if (failed) return `crashed at ${failed.what}, the run came to no end: ${failed.error}`
  const wanted = survival.filter(({ stage, name }) => stage === 'delivery' && name === 'charges')
  return wanted.find(({ refutedAt }) => refutedAt.length > 0)?.sentence
}

const withoutFault = (mark: string, count: number): Trial => ({
  when: 'without any fault',
  orders: values('order', count, mark),
})

export const missingPiece: Exercise<AppBody> = {
  name: '12-missing-piece',
  hints: [
    'Two things say how far the work is: the records in charges, and the offset of the group.',
    'Which of the two does the transaction not hold? A crash between them shows it.',
    'await transaction.sendOffsets({ consumerGroupId, topics }) instead of commitOffsets',
  ],
  async grade(body, lab) {
    return (
      (await firstProblem(body, lab, [withoutFault('a', 5)])) ??
      (await problemOfCrashes(body, values('order', 2, 'b')))
    )
  },
}

export const wholeLoop: Exercise<AppBody> = {
  name: '12-whole-loop',
  hints: [
    'The pieces are in the table above: an id that stays, the fence, what follows an abort.',
    'What may move the offset of the group outside the transaction, and after which answer?',
    'After an abort the order must come again: throw. After an unknown commit let the app end.',
  ],
  async grade(body, lab) {
    const refused = on(request('TxnOffsetCommit', { nth: 2 }), disconnect())
    const unknown = on(response('EndTxn', { nth: 2 }), disconnect())
    const open = on(response('Produce', { nth: 1 }), crash())
    const later = on(response('Produce', { nth: 3 }), crash())
    const done = on(response('EndTxn', { nth: 1 }), crash())
    return (
      (await firstProblem(body, lab, [
        withoutFault('a', 5),
        {
          when: 'with a crash after the first record was written',
          orders: values('order', 3, 'b'),
          faults: [open],
        },
        {
          when: 'with a request lost that put offsets into a transaction',
          orders: values('order', 4, 'c'),
          faults: [refused],
        },
        {
          when: 'with the answer to a commit lost',
          orders: values('order', 4, 'd'),
          faults: [unknown],
        },
        {
          when: 'with two crashes',
          orders: values('order', 3, 'e'),
          faults: [done, later],
        },
      ])) ?? (await problemOfCrashes(body, values('order', 2, 'f')))
    )
  },
}
