/**
 * Notebook 00: write the fault under which one order is in the log and its shop is never told so.
 * The answer is a function from the order's value to a fault. It is tried on shops that send other
 * orders, resend or do not, and with the order at other places; what the shops were told and what
 * stands in the log decide.
 */
import { ledger } from '../../checker'
import type { Fault } from '../../history/plan'
import type { Run } from '../../history/run'
import type { App } from '../../lab'
import { values } from './exercise'
import type { Exercise } from './exercise'

export type FaultForOrder = (order: string) => Fault

/** A shop that goes on to the next order whatever it was told of this one. */
async function sendOrders({ kafka, params }: App): Promise<void> {
  const { idempotent, retries, orders } = params
  const producer = kafka.producer({ idempotent, retry: { retries } })
  await producer.connect()
  for (const value of orders as string[]) {
    const messages = [{ key: 'ben', value }]
    await Promise.allSettled([producer.send({ topic: 'orders', acks: -1, messages })])
  }
  await producer.disconnect()
}

export const appendedUnacknowledged: Exercise<FaultForOrder> = {
  name: '00-appended-unacknowledged',
  hints: [
    'Which frame must arrive so that the order is in the log, and which must not?',
    'A shop that resends is answered a second time. How often may the fault strike?',
    "on(response('Produce', { value: order }), …), without nth: every answer",
  ],
  async grade(faultFor, lab) {
    if (typeof faultFor !== 'function') return 'the answer is a function from an order to a fault'
    const plain = { idempotent: false, retries: 0 }
    // With idempotence the last order: kafkajs 2.2.4 reuses the sequence of a send it gave up, and
    // the broker would take the order behind it for the repeat.
    return (
      (await problemOf(values('order', 4, 'p'), 2, plain)) ??
      (await problemOf(values('order', 3, 'q'), 0, { idempotent: false, retries: 2 })) ??
      (await problemOf(values('order', 5, 'r'), 4, { idempotent: true, retries: 3 }))
    )

    async function problemOf(orders: string[], position: number, settings: object) {
      const chosen = orders[position]!
      const run = await lab.run({
        topics: { orders: {} },
        intended: { orders },
        apps: { shop: { body: sendOrders, params: { ...settings, orders } } },
        faults: [faultFor(chosen)],
      })
      return otherHarm(run, chosen) ?? wrongEnd(run, chosen)
    }
  },
}

/** Only frames of this one order shall be lost. */
function otherHarm(run: Run, chosen: string): string | undefined {
  if (run.apps['shop']?.ended === 'crashed') {
    return `the shop crashed at ${chosen}: it shall live and not know`
  }
  const [state] = run.history.flatMap((event) => (event.type === 'broker' ? [event.state] : []))
  if (state !== undefined) return `a broker was ${state}: only frames of ${chosen} shall be lost`
  const odd = ledger(run).find(
    ({ value, told, delivery }) => value !== chosen && (told !== 'ok' || delivery !== 'once'),
  )
  if (odd === undefined) return undefined
  return `${odd.value} was hit as well (told ${odd.told}, ${odd.delivery}): mean ${chosen} alone`
}

function wrongEnd(run: Run, chosen: string): string | undefined {
  const row = ledger(run).find(({ value }) => value === chosen)
  if (row === undefined || row.copies === 0) return `${chosen} is not in the log`
  if (row.told !== 'ok') return undefined
  return `${chosen} is in the log, and the shop was told ok: it was answered after all`
}
