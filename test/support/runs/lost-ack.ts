/** One send whose acknowledgement is lost: kafkajs sends again, the log holds the order twice. */
import type { Run } from '../../../lib/src/history/run'
import { batch, message, partitionLog, Recording, runOf } from './recording'

export function lostAck(): Run {
  const run = new Recording()
  const shop = { app: 'shop', client: 'producer-1' }
  const order = [{ topic: 'orders', partition: 0, values: ['order-1'], baseSequence: -1 }]
  const written = (baseOffset: number) => ({
    partitions: [{ topic: 'orders', partition: 0, baseOffset }],
  })
  run.app('shop', 'started')
  run.at(1).answer(run.request(shop, 1, 'ApiVersions', {}, 'delivered'), {}, 'delivered')
  run.at(4).answer(run.request(shop, 1, 'Metadata', {}, 'delivered'), {}, 'delivered')
  run.at(12)
  const send = run.call(shop, 'send', { acks: -1, messages: [message('orders', 'order-1')] })
  const first = run.at(13).request(shop, 1, 'Produce', { acks: -1, partitions: order }, 'delivered')
  const answer = run.at(19).answer(first, written(0))
  run.act('disconnect', answer).fate(shop, answer, 'disconnected')
  run.at(20).log('shop', 'Failed to send messages: Closed connection', {
    retryCount: 0,
    retryTime: 312,
  })
  run.at(340).answer(run.request(shop, 2, 'Metadata', {}, 'delivered'), {}, 'delivered')
  run.at(341)
  const second = run.request(shop, 1, 'Produce', { acks: -1, partitions: order }, 'delivered')
  run.at(345).answer(second, written(1), 'delivered')
  run.at(346)
  send.ok({ results: [{ topic: 'orders', partition: 0, offset: 1 }] })
  run.at(348).app('shop', 'ended')
  return runOf(run, {
    logs: [partitionLog('orders', [batch(0, ['order-1']), batch(1, ['order-1'])])],
  })
}
