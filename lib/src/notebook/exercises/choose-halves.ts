/**
 * Notebook 13: two halves for each of three services, the cheapest that give what the service
 * needs. The grader runs the halves chosen under faults in both, and then those that cost less:
 * whoever takes exactly once everywhere pays for what nobody asked for. A half costs more than
 * another one when it forbids more; no weights are made up.
 */
import { endToEnd } from '../../checker'
import type { EndToEnd } from '../../checker'
import type { Lab } from '../../lab'
import { values } from './exercise'
import type { Exercise } from './exercise'
import { dyingStage, halfNames, lossyShop, runChain, type HalfName, type Stage } from './halves'

export interface Halves {
  delivery: HalfName | undefined
  processing: HalfName | undefined
}

export type ThreeServices = Record<Service, Halves>

type Service = 'points' | 'stock' | 'payouts'
type Message = EndToEnd['messages'][number]

/** What a service cannot bear, as a sentence on the message that shows it. */
const cannotBear: Record<Service, (message: Message) => string | undefined> = {
  points: ({ value, copies }) => (copies > 1 ? `${value} was credited ${copies} times` : undefined),
  /** Keyed by the order: a second record puts the same entry in the same place. */
  stock: ({ value, copies }) => (copies === 0 ? `${value} never left the stock` : undefined),
  payouts: ({ value, copies }) =>
    copies === 1 ? undefined : `${value} was paid ${copies === 0 ? 'never' : `${copies} times`}`,
}

export const chooseHalves: Exercise<ThreeServices> = {
  name: '13-choose-halves',
  hints: [
    'For each service: which harm can it bear? A half that forbids this harm is paid for nothing.',
    'What a service cannot bear, both halves must forbid.',
    'What does a second record do to an entry that has the key of the order?',
  ],
  async grade(answer, lab) {
    const ends = new Ends(lab)
    for (const service of Object.keys(cannotBear) as Service[]) {
      const { delivery, processing } = answer[service] ?? {}
      for (const [half, name] of Object.entries({ delivery, processing })) {
        if (name === undefined) return `${service}: no ${half} is chosen yet`
        if (!halfNames.includes(name))
          return `${service}: ${half} is one of ${halfNames.join(', ')}`
      }
      const chosen = { delivery: delivery!, processing: processing! }
      const harm = await ends.harm(service, chosen)
      if (harm !== undefined) return `${service}: ${harm}`
      for (const cheaper of below(chosen)) {
        if ((await ends.harm(service, cheaper)) === undefined) {
          return `${service}: it holds, and so it would with less: at least one half is too dear`
        }
      }
    }
    return undefined
  },
}

interface Cell {
  delivery: HalfName
  processing: HalfName
}

/** All cells that cost less in one half or both and no more in the other. */
function below({ delivery, processing }: Cell): Cell[] {
  const upTo = (name: HalfName) => halfNames.slice(0, halfNames.indexOf(name) + 1)
  return upTo(delivery)
    .flatMap((one) => upTo(processing).map((other) => ({ delivery: one, processing: other })))
    .filter((cell) => cell.delivery !== delivery || cell.processing !== processing)
}

/** Runs each cell once, whatever services ask for it. */
class Ends {
  private readonly known = new Map<string, Promise<EndToEnd[]>>()

  constructor(private readonly lab: Lab) {}

  async harm(service: Service, cell: Cell): Promise<string | undefined> {
    const name = `${cell.delivery} × ${cell.processing}`
    const ends = this.known.get(name) ?? this.run(cell)
    this.known.set(name, ends)
    for (const { messages } of await ends) {
      const [harm] = messages.flatMap((message) => cannotBear[service](message) ?? [])
      if (harm !== undefined) return harm
    }
    return undefined
  }

  /** Something breaks in each half: twice at other places. */
  private async run({ delivery, processing }: Cell): Promise<EndToEnd[]> {
    const stage: Stage = { name: 'service', from: 'orders', into: 'entries', half: processing }
    const way = { from: 'orders', into: 'entries' }
    const first = values('order', 6, 'h')
    const second = values('order', 9, 'k')
    const broken = (orders: string[], at: readonly [number, number, number, number]) => [
      ...lossyShop(orders[at[0]]!, orders[at[1]]!),
      ...dyingStage(stage, orders[at[2]]!, orders[at[3]]!),
    ]
    const chain = { delivery, stages: [stage] }
    const one = { ...chain, orders: first, faults: broken(first, [0, 1, 2, 3]), seed: 1 }
    const other = { ...chain, orders: second, faults: broken(second, [7, 2, 5, 4]), seed: 5 }
    return [
      endToEnd(await runChain(this.lab, one), way),
      endToEnd(await runChain(this.lab, other), way),
    ]
  }
}
