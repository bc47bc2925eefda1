/**
 * Six orders charged in parallel, in another order than they stand in the log, each committed when
 * it is done: order-1 is still running when the service crashes, and its offset is passed; order-4
 * is charged and not committed.
 */
import type { Run } from '../../../lib/src/history/run'
import { batch, message, partitionLog, Recording, runOf, type Sender } from './recording'

const place = { topic: 'orders', partition: 0 }
const orders = [1, 2, 3, 4, 5, 6].map((number) => `order-${number}`)

export function outOfOrder(): Run {
  const run = new Recording().app('billing', 'started')
  const before = { app: 'billing', client: 'consumer-1', attempt: 1 }
  const after = { ...before, attempt: 2 }
  takeUp(run.at(10), before, 0)
  charge(run.at(110), before, 1)
  commit(run, before, 2)
  charge(run.at(210), before, 2)
  commit(run, before, 3)
  charge(run.at(310), before, 3)
  run.app('billing', 'crashed').at(320).app('billing', 'started', 2)
  const handle = takeUp(run.at(700), after, 3)
  for (const offset of [3, 4, 5]) charge(run.at(700 + 100 * offset), after, offset)
  handle.ok()
  commit(run, after, 6)
  run.app('billing', 'ended', 2)
  return runOf(run, {
    topics: { orders: { records: orders } },
    logs: [partitionLog('orders', [batch(0, orders)])],
    groups: [{ group: 'billing', ...place, offset: 6 }],
    apps: { billing: { attempts: 2, ended: 'done', client: {} } },
  })
}

function takeUp(run: Recording, who: Sender, from: number) {
  const [firstOffset, lastOffset] = [from, orders.length - 1]
  const size = orders.length - from
  run.call(who, 'poll', { group: 'billing', ...place, firstOffset, lastOffset, size }).ok()
  const messages = orders.slice(from).map((value, i) => message('orders', value, from + i))
  return run.call(who, 'handle', { group: 'billing', messages })
}

function charge(run: Recording, who: Sender, offset: number): void {
  run.call(who, 'effect', { kind: 'charge', id: `order-${offset + 1}` }).ok()
}

function commit(run: Recording, who: Sender, offset: number): void {
  const fields = { group: 'billing', generation: 1, partitions: [{ ...place, offset }] }
  const asked = run.request(who, 3, 'OffsetCommit', fields, 'delivered')
  run.answer(asked, { partitions: [place] }, 'delivered')
}
