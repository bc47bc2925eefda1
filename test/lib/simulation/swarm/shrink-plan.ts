/**
 * Makes a failing plan small: takes out clients, halves of lists, single operations and faults, as
 * long as what is left fails in the same way (delta debugging, Zeller 1999).
 */
import type { Plan } from './plan'

/** @param failure what a plan ends with; undefined: it does not fail */
export function shrinkPlan(plan: Plan, failure: (plan: Plan) => string | undefined): Plan {
  const wanted = failure(plan)
  if (wanted === undefined) throw new Error('A plan that does not fail cannot be made smaller')
  const fails = (smaller: Plan): boolean => failure(smaller) === wanted
  let best = plan
  for (;;) {
    const before = JSON.stringify(best).length
    best = { ...best, faults: without(best.faults, (faults) => fails({ ...best, faults })) }
    best = { ...best, clients: without(best.clients, (clients) => fails({ ...best, clients })) }
    for (const index of best.clients.keys()) best = withFewerOperations(best, index, fails)
    if (JSON.stringify(best).length === before) return best
  }
}

function withFewerOperations(plan: Plan, index: number, fails: (plan: Plan) => boolean): Plan {
  const change = (operations: unknown[]): Plan => ({
    ...plan,
    clients: plan.clients.map((client, at) =>
      at === index ? ({ ...client, operations } as typeof client) : client,
    ),
  })
  const all: unknown[] = plan.clients[index]?.operations ?? []
  return change(without(all, (operations) => fails(change(operations))))
}

/** The list with as much taken out as the test allows: halves first, then quarters, then ones. */
function without<Item>(items: readonly Item[], fails: (left: Item[]) => boolean): Item[] {
  let left = [...items]
  for (let size = Math.ceil(left.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let start = left.length - size; start >= 0; start -= size) {
      const smaller = [...left.slice(0, start), ...left.slice(start + size)]
      if (fails(smaller)) left = smaller
    }
  }
  if (left.length === 1 && fails([])) left = []
  return left
}
