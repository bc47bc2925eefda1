/**
 * Notebook 01: a job that sends each order at most once and says of each what it can know: `ok` or
 * `unknown`, by `store.set(order, word)`. The answer is the app's body; it sends `params.orders` to
 * `orders`. A word is wrong when the record refutes it: `ok` of an order that is in no log,
 * `unknown` of one that was acknowledged; and no producer can know that an order has failed.
 */
import { ledger } from '../../checker'
import type { Run } from '../../history/run'
import type { AppBody } from '../../lab'
import type { Exercise } from './exercise'
import { sentMoreThanOnce } from './never-resend'
import { reportOf } from './reports'
import { underLosses } from './under-losses'

export const okOrUnknown: Exercise<AppBody> = {
  name: '01-ok-or-unknown',
  hints: [
    'Whose word can make an order ok? With acks 0 nobody gives one.',
    'A rejected send() has sent something. Where may the order be now?',
    "acks -1 and retries 0; 'ok' behind the await, 'unknown' in the catch, and on to the next",
  ],
  grade: (body, lab) =>
    underLosses(
      body,
      lab,
      (run, order, losses) => sentMoreThanOnce(run, order) ?? wrongReport(run, order, losses),
    ),
}

function wrongReport(run: Run, order: string, losses: number): string | undefined {
  const { word } = reportOf(run, order)
  const row = ledger(run).find(({ value }) => value === order)
  const copies = row?.copies ?? 0
  if (word === undefined) return `the job says nothing of ${order}`
  if (word !== 'ok' && word !== 'unknown') {
    const held = `the log holds ${copies} of it`
    return `the job calls ${order} '${String(word)}', and ${held}: say ok or unknown`
  }
  if (word === 'ok' && copies === 0) return `the job calls ${order} ok, and it is in no log`
  if (word === 'unknown' && (row?.told === 'ok' || losses === 0)) {
    return `the job calls ${order} unknown, and nothing had happened to it`
  }
  return undefined
}
