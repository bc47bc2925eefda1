/**
 * The leader dies with an acknowledged order that no follower has: acks 1. The next leader never
 * heard of it; the dead one's disk still holds it.
 */
import type { Run } from '../../../lib/src/history/run'
import { batch, message, partitionLog, Recording, runOf } from './recording'

export function leaderKilled(): Run {
  const run = new Recording()
  const shop = { app: 'shop', client: 'producer-1' }
  const produce = (broker: number, value: string, offset: number) => {
    const send = run.call(shop, 'send', { acks: 1, messages: [message('orders', value)] })
    const partitions = [{ topic: 'orders', partition: 0, values: [value], baseSequence: -1 }]
    run.at(run.timeMs + 1)
    const frame = run.request(shop, broker, 'Produce', { acks: 1, partitions }, 'delivered')
    run.at(run.timeMs + 3)
    const written = [{ topic: 'orders', partition: 0, baseOffset: offset }]
    run.answer(frame, { partitions: written }, 'delivered')
    run.at(run.timeMs + 1)
    send.ok({ results: [{ topic: 'orders', partition: 0, offset }] })
  }
  run.app('shop', 'started').at(10)
  produce(1, 'order-1', 0)
  run.at(21).broker(2, 'paused').broker(3, 'paused')
  run.at(30)
  produce(1, 'order-2', 1)
  run.at(40).broker(1, 'killed')
  run.at(42).broker(2, 'resumed').broker(3, 'resumed')
  run.at(60)
  const send = run.call(shop, 'send', { acks: 1, messages: [message('orders', 'order-3')] })
  const partitions = [{ topic: 'orders', partition: 0, values: ['order-3'], baseSequence: -1 }]
  run.at(61).request(shop, 1, 'Produce', { acks: 1, partitions }, 'disconnected')
  run.at(62).log('shop', 'Failed to send messages: Closed connection', {
    retryCount: 0,
    retryTime: 286,
  })
  run.at(350).log('shop', 'Connection error: connect ECONNREFUSED 127.0.0.1:9092', {})
  const again = run.at(9410).request(shop, 2, 'Produce', { acks: 1, partitions }, 'delivered')
  const written = [{ topic: 'orders', partition: 0, baseOffset: 1 }]
  run.at(9414).answer(again, { partitions: written }, 'delivered')
  run.at(9415)
  send.ok({ results: [{ topic: 'orders', partition: 0, offset: 1 }] })
  run.app('shop', 'ended')
  const first = batch(0, ['order-1'])
  const third = batch(1, ['order-3'], { leaderEpoch: 1 })
  const replica = { topic: 'orders', partition: 0, alive: true }
  return runOf(run, {
    logs: [partitionLog('orders', [first, third], { leader: 2 })],
    replicaLogs: [
      { ...replica, broker: 1, alive: false, batches: [first, batch(1, ['order-2'])] },
      { ...replica, broker: 2, batches: [first, third] },
      { ...replica, broker: 3, batches: [first, third] },
    ],
  })
}
