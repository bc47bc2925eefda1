/**
 * The consumer charges the card, crashes before it commits, starts again from the last committed
 * offset and charges a second time.
 */
import type { Run } from '../../../lib/src/history/run'
import { batch, message, partitionLog, Recording, runOf, type Sender } from './recording'

const place = { topic: 'orders', partition: 0 }

export function chargedTwice(): Run {
  const run = new Recording()
  const shop = { app: 'shop', client: 'producer-1' }
  run.app('shop', 'started').app('billing', 'started').at(8)
  const send = run.call(shop, 'send', { acks: -1, messages: [message('orders', 'order-1')] })
  const partitions = [{ ...place, values: ['order-1'], baseSequence: 0, producerId: 4 }]
  const frame = run.at(9).request(shop, 1, 'Produce', { acks: -1, partitions }, 'delivered')
  const written = [{ ...place, baseOffset: 0 }]
  run.at(13).answer(frame, { partitions: written }, 'delivered')
  send.ok({ results: [{ ...place, offset: 0 }] })
  run.app('shop', 'ended')
  const before = { app: 'billing', client: 'consumer-1', attempt: 1 }
  resume(run.at(210), before)
  charge(run.at(230), before)
  run.at(236).app('billing', 'crashed', 1)
  run.at(1236).app('billing', 'started', 2)
  const after = { ...before, attempt: 2 }
  resume(run.at(1460), after)
  charge(run.at(1475), after)
  const commit = { group: 'billing', generation: 3, partitions: [{ ...place, offset: 1 }] }
  const asked = run.at(1480).request(after, 3, 'OffsetCommit', commit, 'delivered')
  run.at(1483).answer(asked, { partitions: [place] }, 'delivered')
  run.app('billing', 'ended', 2)
  const producer = { producerId: 4, producerEpoch: 0, baseSequence: 0 }
  return runOf(run, {
    logs: [partitionLog('orders', [batch(0, ['order-1'], producer)])],
    groups: [{ group: 'billing', ...place, offset: 1 }],
    apps: {
      shop: { attempts: 1, ended: 'done', client: {} },
      billing: { attempts: 2, ended: 'done', client: {} },
    },
  })
}

function resume(run: Recording, who: Sender): void {
  const fields = { group: 'billing', partitions: [place] }
  const asked = run.request(who, 3, 'OffsetFetch', fields, 'delivered')
  run.answer(asked, { partitions: [{ ...place, offset: -1 }] }, 'delivered')
  const empty = run.request(who, 1, 'Fetch', { partitions: [{ ...place, offset: 0 }] }, 'delivered')
  const filled = { ...place, values: ['order-1'], baseOffset: 0, highWatermark: 1 }
  run.at(run.timeMs + 6).answer(empty, { partitions: [filled] }, 'delivered')
}

function charge(run: Recording, who: Sender): void {
  run.call(who, 'poll', { group: 'billing', ...place, firstOffset: 0, lastOffset: 0, size: 1 }).ok()
  const messages = [message('orders', 'order-1', 0)]
  const handle = run.call(who, 'handle', { group: 'billing', messages })
  run.at(run.timeMs + 2)
  run.call(who, 'effect', { kind: 'charge', id: 'order-1' }).ok()
  if (who.attempt === 2) handle.ok()
}
