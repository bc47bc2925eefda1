/**
 * Notebook 08: a batch handler that stops when its partitions are no longer its own. The answer is
 * the app's body; order x takes `params.workMs[x]`. The first instance loses partitions to one that
 * joins, or all of them during an order that outlasts its session. Heartbeats whose answer is
 * ignored keep the member in its group and the successor waiting, or charge what another owns.
 */
import { crash, effect, on } from '../../faults'
import type { Run } from '../../history/run'
import type { AppBody } from '../../lab'
import { chargedTwice, charging, chargingPair, firstChargeMs, uncharged } from './charging'
import { endOf, values } from './exercise'
import type { Exercise } from './exercise'

/** From its start to its first charge, a second instance may take so long. */
const patienceMs = 4500

export const stopWhenLost: Exercise<AppBody> = {
  name: '08-stop-when-lost',
  hints: [
    'How does your handler learn that the group is rebalancing, or that it was thrown out?',
    'heartbeat() rejects then. What does the handler do with the rejection, and when does it ask?',
    'Ask between the work and the charge, and let the rejection end the handler.',
  ],
  async grade(body, lab) {
    const { joined, evicted, died } = { joined: 'b', evicted: 'c', died: 'd' }
    return (
      (await alone()) ??
      (await problemOf(joined, 'with an instance that joins in mid-batch', 12, 2, 400)) ??
      (await problemOf(evicted, 'with an order that outlasts the session', 5, 1, 300)) ??
      (await problemOf(died, 'when the first instance dies', 6, 1, 300))
    )

    async function alone() {
      const orders = values('order', 4, 'a')
      const params = { workMs: workOf(orders, 50) }
      const run = await lab.run(charging({ body, orders, params, partitions: 2 }))
      const lost = uncharged(run, orders)
      return lost && `alone and unharmed, ${lost} was never charged${endOf(run, 'billing')}`
    }

    async function problemOf(
      mark: string,
      when: string,
      number: number,
      partitions: number,
      eachMs: number,
    ) {
      const orders = values('order', number, mark)
      const workMs = workOf(orders, eachMs)
      const slow = mark === evicted ? { [`order-${mark}3`]: 4000 } : {}
      const joinsAt = effect('charge', { nth: 2 })
      const faults = mark === died ? [on(joinsAt, crash('billing-1'))] : []
      const run = await lab.run(
        chargingPair({
          ...{ body, orders, partitions, joinsAt, faults },
          params: { workMs: { ...workMs, ...slow } },
          secondParams: { workMs },
        }),
      )
      return judge(run, orders, { when, once: mark !== died })
    }
  },
}

function workOf(orders: readonly string[], ms: number): Record<string, number> {
  return Object.fromEntries(orders.map((order) => [order, ms]))
}

function judge(
  run: Run,
  orders: readonly string[],
  { when, once }: { when: string; once: boolean },
): string | undefined {
  const lost = uncharged(run, orders)
  if (lost !== undefined) return `${when}, ${lost} was never charged${endOf(run, 'billing-1')}`
  const twice = once ? chargedTwice(run, orders) : undefined
  if (twice !== undefined) return `${when}, ${twice} was charged twice`
  const tookMs = firstChargeMs(run) ?? Infinity
  if (tookMs <= patienceMs) return undefined
  const waited = Number.isFinite(tookMs) ? `for ${Math.round(tookMs)} ms` : 'at all'
  return `${when}, the second instance charges nothing ${waited}: ${orders[2]} waits with the first`
}
