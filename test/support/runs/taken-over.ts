/**
 * billing-1 has orders-0 in generation 1 and is thrown out while it works on offset 1: billing-2
 * gets the partition in generation 2 and processes 1 and 2, then billing-1 finishes 1 as well, is
 * told that it is unknown, and joins again without getting a partition. In the other telling it
 * crashes in place of finishing.
 */
import type { Run } from '../../../lib/src/history/run'
import { batch, message, partitionLog, Recording, runOf, type Sender } from './recording'

const place = { topic: 'orders', partition: 0 }
const orders = ['order-1', 'order-2', 'order-3']
const first = { app: 'billing-1', client: 'consumer-1' }
const second = { app: 'billing-2', client: 'consumer-1' }

export function takenOver(end: 'finishes' | 'crashes' = 'finishes'): Run {
  const run = new Recording().app('billing-1', 'started').app('billing-2', 'started')
  join(run.at(10), first, 1)
  reads(run, first)
  take(run.at(20), first, 0)
  charge(run.at(220), first, 0)
  take(run.at(221), first, 1)
  join(run.at(2230), second, 2)
  reads(run, second)
  for (const offset of [1, 2]) {
    take(run.at(2040 + 200 * offset), second, offset)
    charge(run.at(2240 + 200 * offset), second, offset)
  }
  run.at(2700).app('billing-2', 'ended').at(4200)
  if (end === 'crashes') run.app('billing-1', 'crashed')
  else {
    charge(run, first, 1)
    join(run.at(4210), first, 3)
    run.at(4300).app('billing-1', 'ended')
  }
  const outcome = (ended: 'done' | 'crashed') => ({ attempts: 1, ended, client: {} })
  return runOf(run, {
    topics: { orders: { records: orders } },
    logs: [partitionLog('orders', [batch(0, orders)])],
    apps: {
      'billing-2': outcome('done'),
      'billing-1': outcome(end === 'crashes' ? 'crashed' : 'done'),
    },
  })
}

function join(run: Recording, who: Sender, generation: number): void {
  const group = { group: 'billing' }
  run.answer(run.request(who, 3, 'JoinGroup', group, 'delivered'), { generation }, 'delivered')
  const asked = run.request(who, 3, 'SyncGroup', { ...group, generation }, 'delivered')
  run.answer(asked, {}, 'delivered')
}

function reads(run: Recording, who: Sender): void {
  const fields = { group: 'billing', partitions: [place] }
  run.request(who, 3, 'OffsetFetch', fields, 'delivered')
}

function take(run: Recording, who: Sender, offset: number): void {
  const messages = [message('orders', orders[offset]!, offset)]
  run.call(who, 'handle', { group: 'billing', messages })
}

function charge(run: Recording, who: Sender, offset: number): void {
  run.call(who, 'effect', { kind: 'charge', id: orders[offset]! }).ok()
}
