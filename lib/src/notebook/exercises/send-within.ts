/**
 * Notebook 02: a job that says of each order within `params.ms` milliseconds whether it is `ok`,
 * `failed` or `unknown`, by `store.set(order, word)`. The answer is the app's body; it sends
 * `params.orders` to `orders`. Answers come late, requests are lost, one order is too large for its
 * topic. `failed` is right where a broker refused every attempt, and nowhere else: what is retried
 * behind a deadline may still be written.
 */
import { ledger } from '../../checker'
import { drop, on, request, response } from '../../faults'
import type { Fault } from '../../history/plan'
import type { Run } from '../../history/run'
import type { AppBody } from '../../lab'
import { endOf, values } from './exercise'
import type { Exercise } from './exercise'
import { reportOf } from './reports'

/** What the job may need besides its wait, in virtual time. */
const allowanceMs = 50

export const sendWithin: Exercise<AppBody> = {
  name: '02-send-within',
  hints: [
    'A Promise.race with a timer frees the caller in time. What does it know then of the order?',
    'A rejection says more in one case: a broker looked at the order and refused it.',
    "timer: 'unknown'; error.type === 'MESSAGE_TOO_LARGE': 'failed'; any other error: 'unknown'",
  ],
  async grade(body, lab) {
    const late = on(response('Produce', { value: 'order-q2', nth: 1 }), drop())
    const lost = on(request('Produce', { value: 'order-r3', nth: 1 }), drop())
    const large = `order-s2${'.'.repeat(3000)}`
    return (
      (await problemOf({ orders: values('order', 3, 'p'), ms: 300 }, [], 'without any fault')) ??
      (await problemOf(
        { orders: values('order', 4, 'q'), ms: 300 },
        [late],
        'with a late answer',
      )) ??
      (await problemOf(
        { orders: values('order', 3, 'r'), ms: 400 },
        [lost],
        'with a request lost',
      )) ??
      (await problemOf(
        { orders: ['order-s1', large, 'order-s3'], ms: 500 },
        [],
        'with an order that is too large',
      ))
    )

    async function problemOf(
      params: { orders: string[]; ms: number },
      faults: Fault[],
      when: string,
    ) {
      const run = await lab.run({
        topics: { orders: { config: { 'max.message.bytes': 2000 } } },
        intended: { orders: params.orders },
        apps: { job: { body, params } },
        faults: faults.map((fault) => ({ ...fault, optional: true })),
      })
      for (const order of params.orders) {
        const problem = wrongReport(run, order, params.ms)
        if (problem !== undefined) return `${when}, ${problem}${endOf(run, 'job')}`
      }
      return undefined
    }
  },
}

function wrongReport(run: Run, order: string, ms: number): string | undefined {
  const name = order.replace(/\.+$/, '…')
  const { word, afterMs } = reportOf(run, order)
  const row = ledger(run).find(({ value }) => value === order)
  const told = row?.told ?? 'never sent'
  if (told === 'never sent') return `${name} was never sent`
  if (word === undefined) return `the job says nothing of ${name}`
  if (afterMs > ms + allowanceMs) {
    return `the job spoke of ${name} after ${Math.round(afterMs)} ms, and had ${ms} ms`
  }
  const inTheLog = `the log holds ${row?.copies} of it`
  if (word === 'failed') {
    if (told === 'fail') return undefined
    return `the job calls ${name} failed, and no broker had refused it; ${inTheLog}`
  }
  if (word === 'ok') {
    return told === 'ok' && row!.copies > 0
      ? undefined
      : `the job calls ${name} ok too soon; ${inTheLog}`
  }
  if (word !== 'unknown')
    return `the job calls ${name} '${String(word)}': say ok, failed or unknown`
  if (told === 'fail')
    return `the job calls ${name} unknown, and a broker had refused every attempt`
  const fast = afterMs < ms
  return told === 'ok' && fast
    ? `the job calls ${name} unknown, and it was acknowledged`
    : undefined
}
