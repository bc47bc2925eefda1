/**
 * Notebook 13: what is left of a guarantee after three halves in a row. The answer is a word per
 * chain; the grader runs the chains, with something breaking at each of the three, and holds each
 * word against what came out at the end.
 */
import { endToEnd } from '../../checker'
import type { EndToEnd, Guarantee } from '../../checker'
import type { Lab } from '../../lab'
import { values } from './exercise'
import type { Exercise } from './exercise'
import { dyingStage, lossyShop, runChain, type HalfName, type Stage } from './halves'

/** Delivery into `orders`, processing into `charges`, processing into `mails`. */
const chains = {
  'exactly, at least, at most': ['exactly once', 'at least once', 'at most once'],
  'at least, exactly, at least': ['at least once', 'exactly once', 'at least once'],
  'at most, exactly, at most': ['at most once', 'exactly once', 'at most once'],
  'exactly, exactly, exactly': ['exactly once', 'exactly once', 'exactly once'],
} as const satisfies Record<string, readonly [HalfName, HalfName, HalfName]>

type ChainName = keyof typeof chains

/** What is left of each chain; undefined until filled in. */
export type FourCells = Record<ChainName, Guarantee | undefined>

const known: readonly string[] = ['exactly once', 'at least once', 'at most once', 'none']

export const fillFourCells: Exercise<FourCells> = {
  name: '13-fill-four-cells',
  hints: [
    'Ask twice per chain: can an order get lost at some stage? Can some stage double it?',
    'A later stage neither brings back what was lost nor knows that two records are one order.',
    'Lost somewhere and doubled somewhere: what does the chain still forbid?',
  ],
  async grade(answer, lab) {
    for (const name of Object.keys(chains) as ChainName[]) {
      const claimed = answer[name]
      if (claimed === undefined) return `'${name}' is still empty`
      if (!known.includes(claimed)) return `'${name}': it is one of ${known.join(', ')}`
      for (const [mark, count, seed] of [
        ['f', 7, 1],
        ['g', 9, 5],
      ] as const) {
        const end = await runThree(lab, name, { orders: values('order', count, mark), seed })
        if (end.guarantee !== claimed) return `'${name}': ${witness(end, claimed)}`
      }
    }
    return undefined
  },
}

async function runThree(
  lab: Lab,
  name: ChainName,
  { orders, seed }: { orders: string[]; seed: number },
): Promise<EndToEnd> {
  const [delivery, charging, mailing] = chains[name]
  const billing: Stage = { name: 'billing', from: 'orders', into: 'charges', half: charging }
  const mailer: Stage = { name: 'mailer', from: 'charges', into: 'mails', half: mailing }
  const run = await runChain(lab, {
    orders,
    delivery,
    stages: [billing, mailer],
    faults: [
      ...lossyShop(orders[1]!, orders[2]!),
      ...dyingStage(billing, orders[3]!, orders[4]!),
      ...dyingStage(mailer, orders[5]!, orders[6]!),
    ],
    seed,
  })
  return endToEnd(run, { from: 'orders', into: 'mails' })
}

const forbidsLoss = (guarantee: Guarantee) => ['exactly once', 'at least once'].includes(guarantee)
const forbidsRepeat = (guarantee: Guarantee) => ['exactly once', 'at most once'].includes(guarantee)

function witness({ guarantee, messages }: EndToEnd, claimed: Guarantee): string {
  const lost = messages.find(({ copies }) => copies === 0)
  const doubled = messages.find(({ copies }) => copies > 1)
  if (forbidsLoss(claimed) && lost !== undefined) {
    return `'${claimed}' forbids a loss, and ${lost.value} never came into mails`
  }
  if (forbidsRepeat(claimed) && doubled !== undefined) {
    return `'${claimed}' forbids a repeat, and ${doubled.value} came ${doubled.copies} times`
  }
  const kept = messages[messages.length - 1]!.value
  const more = forbidsLoss(guarantee) && !forbidsLoss(claimed) ? 'was lost' : 'came twice'
  return `no order ${more}, ${kept} no more than the others: it forbids more than '${claimed}'`
}
