/**
 * Notebook 01: a job that sends each order at most once and tries all of them. The answer is the
 * app's body; it sends `params.orders` to `orders`. Judged by the sends the job made and the
 * Produce requests that left it: a resend that the log happens not to show is a resend.
 */
import { ledger } from '../../checker'
import { disconnect, drop, on, request, response } from '../../faults'
import { frames } from '../../history/frames'
import { operationsNamed } from '../../history/operations'
import type { Fault } from '../../history/plan'
import type { Run } from '../../history/run'
import type { AppBody } from '../../lab'
import { endOf, values } from './exercise'
import type { Exercise } from './exercise'

/** How many sends of the app named the order. */
function sends(run: Run, order: string): number {
  return operationsNamed(run.history, 'send').filter(({ value }) =>
    value.messages.some((message) => message.value === order),
  ).length
}

/** How many Produce requests left with the order. */
function requests(run: Run, order: string): number {
  return frames(run.history).filter(
    (frame) =>
      frame.api === 'Produce' &&
      frame.direction === 'request' &&
      frame.copy === undefined &&
      (frame.fields.partitions ?? []).some((one) => one.values?.includes(order) === true),
  ).length
}

/** What breaks at most once, of one order; undefined when nothing does. */
export function sentMoreThanOnce(run: Run, order: string): string | undefined {
  const times = sends(run, order)
  if (times === 0) return `${order} was never sent`
  if (times > 1) return `the job called send ${times} times for ${order}`
  const left = requests(run, order)
  if (left > 1) return `${left} requests with ${order} left the job: it was sent again`
  const copies = ledger(run).find(({ value }) => value === order)?.copies ?? 0
  return copies > 1 ? `${order} stands in the log ${copies} times` : undefined
}

export const neverResend: Exercise<AppBody> = {
  name: '01-never-resend',
  hints: [
    'Two can send again: kafkajs by itself, and your own code after an error.',
    'kafkajs: kafka.producer({ retry: { … } }). Your code: what happens to the orders behind one?',
    'retries: 0, and a catch that notes the order and goes on to the next',
  ],
  async grade(body, lab) {
    const lostRequest = on(request('Produce', { value: 'order-e2', nth: 1 }), disconnect())
    const lostAnswer = on(response('Produce', { value: 'order-f4', nth: 1 }), disconnect())
    const lateAnswer = on(response('Produce', { value: 'order-g1', nth: 1 }), drop())
    return (
      (await problemOf(values('order', 3, 'd'), [], 'without any fault')) ??
      (await problemOf(values('order', 4, 'e'), [lostRequest], 'with a request lost')) ??
      (await problemOf(values('order', 6, 'f'), [lostAnswer], 'with an answer lost')) ??
      (await problemOf(values('order', 2, 'g'), [lateAnswer], 'with an answer that comes too late'))
    )

    async function problemOf(orders: string[], faults: Fault[], when: string) {
      const run = await lab.run({
        topics: { orders: {} },
        intended: { orders },
        apps: { job: { body, params: { orders } } },
        faults,
      })
      for (const order of orders) {
        const problem = sentMoreThanOnce(run, order)
        if (problem !== undefined) return `${when}, ${problem}${endOf(run, 'job')}`
      }
      if (faults.length > 0) return undefined
      const absent = ledger(run).find(({ copies }) => copies === 0)
      return absent && `${when}, ${absent.value} is not in the log${endOf(run, 'job')}`
    }
  },
}
