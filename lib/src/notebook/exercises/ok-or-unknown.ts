/**
 * Notebook 01: a job that sends each order at most once and says of each what it can know: `ok` or
 * `unknown`, by `store.set(order, word)`. The answer is the app's body; it sends `params.orders` to
 * `orders`. A word is wrong when the record refutes it: `ok` of an order that is in no log,
 * `unknown` of one that was acknowledged; and no producer can know that an order has failed.
 */
import { ledger } from '../../checker'
import { disconnect, drop, on, request, response } from '../../faults'
import type { Fault } from '../../history/plan'
import type { Run } from '../../history/run'
import type { AppBody } from '../../lab'
import { endOf, values } from './exercise'
import type { Exercise } from './exercise'
import { sentMoreThanOnce } from './never-resend'
import { reportOf } from './reports'

export const okOrUnknown: Exercise<AppBody> = {
  name: '01-ok-or-unknown',
  hints: [
    'Whose word can make an order ok? With acks 0 nobody gives one.',
    'A rejected send() has sent something. Where may the order be now?',
    "acks -1 and retries 0; 'ok' behind the await, 'unknown' in the catch, and on to the next",
  ],
  async grade(body, lab) {
    const lostRequest = on(request('Produce', { value: 'order-k2', nth: 1 }), disconnect())
    const lostAnswer = on(response('Produce', { value: 'order-m4', nth: 1 }), disconnect())
    const lateAnswer = on(response('Produce', { value: 'order-n1', nth: 1 }), drop())
    return (
      (await problemOf(values('order', 3, 'j'), [], 'without any fault')) ??
      (await problemOf(values('order', 4, 'k'), [lostRequest], 'with a request lost')) ??
      (await problemOf(values('order', 6, 'm'), [lostAnswer], 'with an answer lost')) ??
      (await problemOf(values('order', 2, 'n'), [lateAnswer], 'with an answer that comes too late'))
    )

    async function problemOf(orders: string[], faults: Fault[], when: string) {
      const run = await lab.run({
        topics: { orders: {} },
        intended: { orders },
        apps: { job: { body, params: { orders } } },
        faults,
      })
      for (const order of orders) {
        const problem = sentMoreThanOnce(run, order) ?? wrongReport(run, order, faults.length > 0)
        if (problem !== undefined) return `${when}, ${problem}${endOf(run, 'job')}`
      }
      return undefined
    }
  },
}

function wrongReport(run: Run, order: string, faulty: boolean): string | undefined {
  const { word } = reportOf(run, order)
  const row = ledger(run).find(({ value }) => value === order)
  const copies = row?.copies ?? 0
  if (word === undefined) return `the job says nothing of ${order}`
  if (word !== 'ok' && word !== 'unknown') {
    const held = `the log holds ${copies} of it`
    return `the job calls ${order} '${String(word)}', and ${held}: say ok or unknown`
  }
  if (word === 'ok' && copies === 0) return `the job calls ${order} ok, and it is in no log`
  if (word === 'unknown' && (row?.told === 'ok' || !faulty)) {
    return `the job calls ${order} unknown, and nothing had happened to it`
  }
  return undefined
}
