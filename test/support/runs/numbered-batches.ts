/**
 * An idempotent producer's seven orders, then late copies of three of them; a second producer id,
 * and order-9, which gets a number that order-8 has.
 */
import type { Run } from '../../../lib/src/history/run'
import { batch, partitionLog, Recording, runOf, type Sender } from './recording'

const place = { topic: 'orders', partition: 0 }

export function numberedBatches(): Run {
  const run = new Recording()
  run.app('shop', 'started')
  const produce = (who: Sender, producerId: number, sequence: number, values: string[]) => {
    const numbers = { producerId, producerEpoch: 0, baseSequence: sequence }
    const fields = { acks: -1, partitions: [{ ...place, values, ...numbers }] }
    return run.request(who, 1, 'Produce', fields, 'delivered')
  }
  const shop = { app: 'shop', client: 'producer-1' }
  const answered = (frame: number, told: object) =>
    run.answer(frame, { partitions: [{ ...place, ...told }] }, 'delivered')
  for (let sequence = 0; sequence < 7; sequence += 1) {
    const frame = produce(shop, 7, sequence, [`order-${sequence + 1}`])
    answered(frame, { baseOffset: sequence })
  }
  answered(produce(shop, 7, 6, ['order-7']), { baseOffset: 6 })
  answered(produce(shop, 7, 2, ['order-3']), { baseOffset: 2 })
  answered(produce(shop, 7, 1, ['order-2']), { error: 'OUT_OF_ORDER_SEQUENCE_NUMBER' })
  const successor = { app: 'shop', client: 'producer-1', attempt: 2 }
  answered(produce(successor, 8, 0, ['order-7', 'order-8']), { baseOffset: 7 })
  answered(produce(successor, 8, 0, ['order-9', 'order-10']), { baseOffset: 7 })
  produce(successor, 8, 2, ['order-11'])
  run.app('shop', 'ended', 2)
  const ids = { producerId: 7, producerEpoch: 0 }
  const first = [0, 1, 2, 3, 4, 5, 6].map((sequence) =>
    batch(sequence, [`order-${sequence + 1}`], { ...ids, baseSequence: sequence }),
  )
  const second = batch(7, ['order-7', 'order-8'], { ...ids, producerId: 8, baseSequence: 0 })
  return runOf(run, { logs: [partitionLog('orders', [...first, second])] })
}
