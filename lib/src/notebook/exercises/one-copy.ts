/**
 * Notebook 04: change the producer so that a lost acknowledgement leaves one copy of each order.
 * The answer is the app's body; it sends `params.orders` one by one to `orders`.
 */
import { ledger, verdict } from '../../checker'
import { disconnect, on, response } from '../../faults'
import type { Fault } from '../../history/plan'
import type { AppBody } from '../../lab'
import { values } from './exercise'
import type { Exercise } from './exercise'

export const oneCopy: Exercise<AppBody> = {
  name: '04-one-copy',
  hints: [
    'The broker can only tell a repeat from a new message if the producer numbers its messages.',
    'kafkajs has a producer setting for that. Which column of the partition log would show it?',
    'kafka.producer({ idempotent: true })',
  ],
  async grade(body, lab) {
    const plain = values('order', 3, 'a')
    const lost = values('order', 5, 'b')
    return (
      (await problemOf(plain, [], 'without any fault')) ??
      (await problemOf(
        lost,
        [on(response('Produce', { value: 'order-b4', nth: 1 }), disconnect())],
        'with the acknowledgement of order-b4 lost',
      ))
    )

    async function problemOf(orders: string[], faults: Fault[], when: string) {
      const run = await lab.run({
        topics: { orders: {} },
        intended: { orders },
        apps: { shop: { body, params: { orders } } },
        faults,
      })
      const delivery = verdict(run).delivery['orders']
      if (delivery?.guarantee === 'exactly once') return undefined
      const row = ledger(run).find(({ value, delivery: cell }) =>
        orders.includes(value ?? '') && cell !== 'once')
      return row && `${when}, ${row.value} is ${row.delivery} (told ${row.told}, ${row.offsets.length} in the log)`
    }
  },
}
