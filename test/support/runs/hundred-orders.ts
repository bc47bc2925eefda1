/**
 * A hundred orders, one after the other, at a given `acks`: some acknowledged and lost, some
 * written twice, some refused, most well; each charged once or twice by a consumer. Latencies are
 * made from a small fixed generator: skewed, with a few slow ones, as measured ones are.
 */
import type { LogBatch, Run } from '../../../lib/src/history/run'
import { batch, message, partitionLog, Recording, runOf } from './recording'

export interface Hundred {
  acks: -1 | 1
  /** Messages, at most 100. */
  messages?: number
  /** Every n-th message meets this. */
  lostEach?: number
  duplicatedEach?: number
  embedded?: 'embedded'
}

/** Numbers between 0 and 1, always the same ones (Park and Miller's generator). */
function* fractions(seed: number): Generator<number, never> {
  let state = seed
  for (;;) {
    state = (state * 48271) % 2147483647
    yield state / 2147483647
  }
}

export function hundredOrders(wanted: Hundred): Run {
  const { acks, messages = 100, lostEach = 0, duplicatedEach = 0, embedded } = wanted
  const run = new Recording()
  const shop = { app: 'shop', client: 'producer-1' }
  const billing = { app: 'billing', client: 'consumer-1' }
  const random = fractions(acks + 7)
  const batches: LogBatch[] = []
  run.app('shop', 'started').app('billing', 'started').at(20)
  for (let number = 1; number <= messages; number += 1) {
    const value = `order-${number}`
    const hits = (each: number) => each > 0 && number % each === 0
    const copies = hits(lostEach) ? 0 : hits(duplicatedEach) ? 2 : 1
    const send = run.call(shop, 'send', { acks, messages: [message('orders', value)] })
    const partitions = [{ topic: 'orders', partition: 0, values: [value], baseSequence: -1 }]
    const frame = run.request(shop, 1, 'Produce', { acks, partitions }, 'delivered')
    const slow = random.next().value < 0.04 ? 60 : 1
    const tookMs = (acks === -1 ? 3.2 : 1.1) - Math.log(1 - random.next().value) * 1.4
    run.at(run.timeMs + tookMs * slow + (copies === 2 ? 290 : 0))
    const offset = batches.length
    run.answer(
      frame,
      { partitions: [{ topic: 'orders', partition: 0, baseOffset: offset }] },
      'delivered',
    )
    send.ok({ results: [{ topic: 'orders', partition: 0, offset }] })
    for (let copy = 0; copy < copies; copy += 1) {
      const at = batches.length
      batches.push(batch(at, [value]))
      const handle = run.call(billing, 'handle', {
        group: 'billing',
        messages: [message('orders', value, at)],
      })
      run.at(run.timeMs + 4 + random.next().value * 9)
      run.call(billing, 'effect', { kind: 'charge', id: value }).ok()
      handle.ok()
    }
  }
  const kind = embedded ?? 'local'
  return runOf(run, {
    logs: [partitionLog('orders', batches)],
    cluster: { kind, kafkaVersion: '4.4.0', brokers: [1, 2, 3] },
  })
}
