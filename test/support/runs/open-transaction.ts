/**
 * A slow shop's transaction stays open while another shop's two orders are acknowledged behind it;
 * a reader of each isolation level stands by. The commit comes last.
 */
import type { FrameFields } from '../../../lib/src/history/events'
import type { Run } from '../../../lib/src/history/run'
import { batch, message, partitionLog, Recording, runOf, type Sender } from './recording'

const place = { topic: 'orders', partition: 0 }
const slow: Sender = { app: 'slow', client: 'producer-1' }
const shop: Sender = { app: 'shop', client: 'producer-1' }
const careful: Sender = { app: 'careful', client: 'consumer-1' }
const hasty: Sender = { app: 'hasty', client: 'consumer-1' }
const ids = { producerId: 2001, producerEpoch: 0 }

/** @param ended whether the slow shop commits; it never answers otherwise */
export function openTransaction(ended: 'committed' | 'never ended' = 'committed'): Run {
  const run = new Recording()
  for (const { app } of [slow, shop, careful, hasty]) run.app(app, 'started')
  append(run.at(10), slow, { value: 'order-1', offset: 0, ...ids })
  told(run.at(20), hasty, { highWatermark: 1, lastStableOffset: 0, values: ['order-1'] })
  append(run.at(40), shop, { value: 'order-2', offset: 1 })
  told(run.at(50), hasty, { highWatermark: 2, lastStableOffset: 0, values: ['order-2'] })
  told(run.at(55), careful, { highWatermark: 2, lastStableOffset: 0 })
  append(run.at(80), shop, { value: 'order-3', offset: 2 })
  told(run.at(90), hasty, { highWatermark: 3, lastStableOffset: 0, values: ['order-3'] })
  const batches = [
    batch(0, ['order-1'], { ...ids, baseSequence: 0, transactional: true }),
    batch(1, ['order-2']),
    batch(2, ['order-3']),
  ]
  const rest = { topics: { orders: {} } }
  if (ended === 'never ended') {
    const log = partitionLog('orders', batches, { lastStableOffset: 0 })
    return runOf(run, { ...rest, logs: [log] })
  }
  const end = { ...ids, transactionalId: 'slow', verdict: 'commit' } as const
  run.answer(run.at(200).request(slow, 3, 'EndTxn', end, 'delivered'), {}, 'delivered')
  const values = ['order-1', 'order-2', 'order-3']
  told(run.at(210), careful, { highWatermark: 4, lastStableOffset: 4, values })
  const marker = batch(3, [], { ...ids, transactional: true, control: 'commit' })
  return runOf(run, { ...rest, logs: [partitionLog('orders', [...batches, marker])] })
}

function append(
  run: Recording,
  who: Sender,
  { value, offset, ...producer }: { value: string; offset: number; producerId?: number },
): void {
  const partitions = [{ ...place, ...producer, values: [value] }]
  const produce = run.request(who, 1, 'Produce', { acks: -1, partitions }, 'delivered')
  run.at(run.timeMs + 4)
  run.answer(produce, { partitions: [{ ...place, baseOffset: offset }] }, 'delivered')
}

interface Told {
  highWatermark: number
  lastStableOffset: number
  values?: string[]
}

/** A Fetch and its answer, and the handling of what it brought. */
function told(run: Recording, reader: Sender, { values, ...marks }: Told): void {
  const isolationLevel = reader === careful ? 'read_committed' : 'read_uncommitted'
  const asked: FrameFields = { isolationLevel, partitions: [{ ...place, offset: 0 }] }
  const fetch = run.request(reader, 1, 'Fetch', asked, 'delivered')
  const partitions = [{ ...place, ...marks, ...(values && { values }) }]
  run.answer(fetch, { partitions }, 'delivered')
  for (const value of values ?? []) {
    const messages = [message('orders', value, Number(value.slice(-1)) - 1)]
    run.call(reader, 'handle', { group: reader.app, messages }).ok()
  }
}
