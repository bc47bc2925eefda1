/**
 * Notebook 04: change the producer so that lost frames leave one copy of each order. The answer is
 * the app's body; it sends `params.orders` one by one to `orders`. Requests are lost too: whoever
 * stops sending again makes no second copy, and loses an order.
 */
import { ledger } from '../../checker'
import type { LedgerRow } from '../../checker'
import { disconnect, on, request, response } from '../../faults'
import type { Fault } from '../../history/plan'
import type { AppBody } from '../../lab'
import { endOf, values } from './exercise'
import type { Exercise } from './exercise'

export const oneCopy: Exercise<AppBody> = {
  name: '04-one-copy',
  hints: [
    'The broker can only tell a repeat from a new message if the producer numbers its messages.',
    'kafkajs has a producer setting for that. Which column of the partition log would show it?',
    'kafka.producer({ idempotent: true })',
  ],
  async grade(body, lab) {
    return (
      (await problemOf(values('order', 6, 'a'), [], 'without any fault')) ??
      (await problemOf(values('order', 5, 'b'), lost, 'with a request and two answers lost'))
    )

    async function problemOf(orders: string[], faults: Fault[], when: string) {
      const run = await lab.run({
        topics: { orders: {} },
        intended: { orders },
        apps: { shop: { body, params: { orders } } },
        faults,
      })
      const row = ledger(run).find(
        ({ value, delivery }) => orders.includes(value ?? '') && delivery !== 'once',
      )
      return (
        row &&
        `${when}, ${row.value} is ${row.delivery} (${toldAnd(row)} in the log)${endOf(run, 'shop')}`
      )
    }
  },
}

function toldAnd({ told, copies }: LedgerRow): string {
  return told === 'never sent' ? `never sent, ${copies}` : `told ${told}, ${copies}`
}

/** Optional: a job that gives up at the second order never sends the fourth. */
const lost: Fault[] = [
  on(request('Produce', { value: 'order-b2', nth: 1 }), disconnect()),
  on(response('Produce', { value: 'order-b4', nth: 1 }), disconnect()),
  on(response('Produce', { value: 'order-b4', nth: 2 }), disconnect()),
].map((fault) => ({ ...fault, optional: true }))
