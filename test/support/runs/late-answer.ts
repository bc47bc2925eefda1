/**
 * An answer that is held up while another producer of the same app sends and is answered, and a
 * request that is still on its way when the run ends. Each producer has its own lifeline.
 */
import type { Run } from '../../../lib/src/history/run'
import { batch, message, partitionLog, Recording, runOf } from './recording'

export function lateAnswer(): Run {
  const run = new Recording()
  const slow = { app: 'shop', client: 'producer-1' }
  const other = { app: 'shop', client: 'producer-2' }
  const place = { topic: 'orders', partition: 0 }
  const carrying = (value: string) => ({
    acks: -1,
    partitions: [{ ...place, values: [value], baseSequence: -1 }],
  })
  const at = (baseOffset: number) => ({ partitions: [{ ...place, baseOffset }] })
  run.app('shop', 'started').at(5)
  const send = run.call(slow, 'send', { acks: -1, messages: [message('orders', 'order-1')] })
  const first = run.at(6).request(slow, 1, 'Produce', carrying('order-1'), 'delivered')
  const late = run.at(9).answer(first, at(0))
  run.act('delay', late).at(30)
  const second = run.call(other, 'send', { acks: -1, messages: [message('orders', 'order-2')] })
  const produce = run.at(31).request(other, 1, 'Produce', carrying('order-2'), 'delivered')
  run.at(34).answer(produce, at(1), 'delivered')
  second.ok({ results: [{ ...place, offset: 1 }] })
  run.at(36).request(slow, 2, 'Metadata', {}, 'delivered')
  run.fate(slow, late, 'delivered')
  run.at(37)
  send.ok({ results: [{ ...place, offset: 0 }] })
  run.at(40).request(other, 1, 'Produce', carrying('order-3'))
  run.app('shop', 'ended')
  return runOf(run, {
    logs: [partitionLog('orders', [batch(0, ['order-1']), batch(1, ['order-2'])])],
  })
}
