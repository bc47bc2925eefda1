/**
 * Notebook 01: a job that sends each order at most once and tries all of them. The answer is the
 * app's body; it sends `params.orders` to `orders`. Judged by the sends the job made and the
 * Produce requests that left it: a resend that the log happens not to show is a resend.
 */
import { ledger } from '../../checker'
import { frames } from '../../history/frames'
import { operationsNamed } from '../../history/operations'
import type { Run } from '../../history/run'
import type { AppBody } from '../../lab'
import type { Exercise } from './exercise'
import { underLosses } from './under-losses'

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
  grade: (body, lab) =>
    underLosses(body, lab, (run, order, losses) => {
      const problem = sentMoreThanOnce(run, order)
      if (problem !== undefined || losses > 0) return problem
      const copies = ledger(run).find(({ value }) => value === order)?.copies ?? 0
      return copies === 0 ? `${order} is not in the log` : undefined
    }),
}
