import assert from 'node:assert/strict'
import { batchArrivals } from '../../../lib/src/checker'
import type { Run } from '../../../lib/src/history/run'
import { lostAck } from '../../support/runs/lost-ack'
import { numberedBatches } from '../../support/runs/numbered-batches'
import { batch, Recording, runOf } from '../../support/runs/recording'

const shop = { app: 'shop', client: 'producer-1' }

/** `order-1(0) appended @0` per arrival. */
function told(run: Run): string[] {
  return batchArrivals(run).map(
    ({ values, sequences, answer, offset, error }) =>
      `${values.join('+')}(${sequences.first}) ${error ?? answer}` +
      (offset === undefined ? '' : ` @${offset}`),
  )
}

/** A producer's batches of one message each: [sequence, value, what it is told], by broker. */
function sent(
  ...batches: [number, string, { baseOffset: number } | undefined, number?][]
): Recording {
  const run = new Recording()
  for (const [baseSequence, value, answer, broker = 1] of batches) {
    const place = { topic: 'orders', partition: 0 }
    const numbers = { producerId: 7, producerEpoch: 0, baseSequence }
    const fields = { partitions: [{ ...place, values: [value], ...numbers }] }
    const frame = run.request(shop, broker, 'Produce', fields, 'delivered')
    if (answer) run.answer(frame, { partitions: [{ ...place, ...answer }] }, 'delivered')
  }
  return run
}

describe('what brokers made of numbered batches', () => {
  it('tells appended, repeat, refused and unanswered apart', () => {
    assert.deepEqual(told(numberedBatches()).slice(5), [
      'order-6(5) appended @5',
      'order-7(6) appended @6',
      'order-7(6) repeat @6',
      'order-3(2) repeat @2',
      'order-2(1) OUT_OF_ORDER_SEQUENCE_NUMBER',
      'order-7+order-8(0) appended @7',
      'order-9+order-10(0) repeat @7',
      'order-11(2) unanswered',
    ])
  })

  it('knows the window of five as each batch arrived, per producer id', () => {
    const windows = batchArrivals(numberedBatches()).map(({ remembered }) =>
      remembered.map(({ first }) => first).join(' '),
    )
    assert.deepEqual(windows.slice(4, 8), ['0 1 2 3', '0 1 2 3 4', '1 2 3 4 5', '2 3 4 5 6'])
    assert.deepEqual(windows.slice(10), ['', '0', '0'])
  })

  it('names what a batch was taken for', () => {
    const taken = batchArrivals(numberedBatches()).map(({ takenFor }) => takenFor?.join('+'))
    assert.equal(taken[11], 'order-7+order-8')
    assert.equal(taken[0], undefined)
  })

  it('leaves batches without a producer id, and requests that never arrived, aside', () => {
    assert.deepEqual(batchArrivals(lostAck()), [])
    const run = new Recording()
    const numbers = { producerId: 7, producerEpoch: 0, baseSequence: 0 }
    const partitions = [{ topic: 'orders', partition: 0, values: ['a'], ...numbers }]
    run.request(shop, 1, 'Produce', { partitions }, 'dropped')
    assert.deepEqual(batchArrivals(runOf(run)), [])
  })

  it('takes an offset given out again for a log made anew, which knows no producer', () => {
    const run = runOf(sent([0, 'a', { baseOffset: 0 }], [1, 'b', { baseOffset: 0 }]))
    assert.deepEqual(told(run), ['a(0) appended @0', 'b(1) appended @0'])
    assert.deepEqual(batchArrivals(run)[1]!.remembered, [])
  })

  it('sees on a dead broker’s disk what it appended and never answered', () => {
    const history = () => sent([0, 'a', undefined, 1], [0, 'a', { baseOffset: 0 }, 2])
    const numbers = { producerId: 7, producerEpoch: 0, baseSequence: 0 }
    const disk = { topic: 'orders', partition: 0, broker: 1, batches: [batch(0, ['a'], numbers)] }
    const died = runOf(history(), { replicaLogs: [{ ...disk, alive: false }] })
    assert.deepEqual(told(died), ['a(0) appended @0', 'a(0) repeat @0'])
    const lives = runOf(history(), { replicaLogs: [{ ...disk, alive: true }] })
    assert.deepEqual(told(lives), ['a(0) unanswered', 'a(0) appended @0'])
  })
})
