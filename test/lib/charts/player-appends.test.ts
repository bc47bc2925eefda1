import assert from 'node:assert/strict'
import { appends, atTheEnd } from '../../../lib/src/charts/player-appends'
import type { LogBatch, PartitionLog, ReplicaLog } from '../../../lib/src/history/run'
import { batch, partitionLog, Recording, runOf } from '../../support/runs/recording'

const place = { topic: 'orders', partition: 0 }
const shop = { app: 'shop', client: 'producer-1' }
const billing = { app: 'billing', client: 'consumer-1' }

/** A Produce of these values that arrived; with an offset, also its answer. */
function produce(run: Recording, values: string[], baseOffset?: number, broker = 1): void {
  const partitions = [{ ...place, values }]
  const asked = run.request(shop, broker, 'Produce', { acks: -1, partitions }, 'delivered')
  if (baseOffset === undefined) return
  run.answer(asked, { partitions: [{ ...place, baseOffset }] }, 'delivered')
}

function fetch(run: Recording, highWatermark: number): void {
  const asked = run.request(billing, 1, 'Fetch', { partitions: [place] }, 'delivered')
  run.answer(asked, { partitions: [{ ...place, highWatermark }] }, 'delivered')
}

/** Indexes of the appends of the log's batches. */
function appended(run: Recording, log: PartitionLog, disk: ReplicaLog[] = []): number[] {
  const times = appends(runOf(run, { logs: [log], replicaLogs: disk }))
  return [log, ...disk].flatMap(({ batches }) => batches.map((each) => times.get(each) as number))
}

describe('when a batch was appended', () => {
  it('gives equal requests without answers to equal batches in order', () => {
    const run = new Recording()
    produce(run, ['order-1'])
    produce(run, ['order-1'])
    const log = partitionLog('orders', [batch(0, ['order-1']), batch(1, ['order-1'])])
    assert.deepEqual(appended(run, log), [0, 1])
  })

  it('knows batches of kafkajs without idempotence, which count from 0 without a producer', () => {
    const run = new Recording()
    produce(run, ['order-1'], 0)
    const log = partitionLog('orders', [batch(0, ['order-1'], { baseSequence: 0 })])
    assert.deepEqual(appended(run, log), [0])
  })

  it('believes an answer more than the order of sending', () => {
    const run = new Recording()
    produce(run, ['order-1'])
    produce(run, ['order-1'], 0)
    const log = partitionLog('orders', [batch(0, ['order-1'])])
    assert.deepEqual(appended(run, log), [1])
  })

  it('gives the older request to the older leader, where both told the same offset', () => {
    const run = new Recording()
    produce(run, ['order-1'], 0, 1)
    run.broker(1, 'killed')
    produce(run, ['order-1'], 0, 2)
    const log = partitionLog('orders', [batch(0, ['order-1'], { leaderEpoch: 1 })])
    const disk = { ...place, broker: 1, alive: false, batches: [batch(0, ['order-1'])] }
    assert.deepEqual(appended(run, log, [disk]), [3, 0])
  })

  it('has the same time for the copies of a batch on several disks', () => {
    const run = new Recording()
    produce(run, ['order-1'], 0)
    const log = partitionLog('orders', [batch(0, ['order-1'])])
    const disk = { ...place, broker: 2, alive: true, batches: [batch(0, ['order-1'])] }
    assert.deepEqual(appended(run, log, [disk]), [0, 0])
  })

  it('places what no request explains where a reader was told of it, else at the end', () => {
    const run = new Recording()
    fetch(run, 0)
    fetch(run, 1)
    const log = partitionLog('orders', [batch(0, ['stranger']), batch(1, ['other'])])
    assert.deepEqual(appended(run, log), [3, atTheEnd])
  })

  it('places what no request explains before what stands above it', () => {
    const run = new Recording()
    run.app('shop', 'started')
    produce(run, ['order-1'], 1)
    const log = partitionLog('orders', [batch(0, ['stranger']), batch(1, ['order-1'])])
    assert.deepEqual(appended(run, log), [1, 1])
  })

  describe('a control marker', () => {
    const ids = { producerId: 7, producerEpoch: 0 }
    const more = { ...ids, transactional: true }
    const values = ['order-1']

    function transaction(run: Recording): void {
      const partitions = [{ ...place, ...ids, values, baseSequence: 0 }]
      const asked = run.request(shop, 1, 'Produce', { acks: -1, partitions }, 'delivered')
      run.answer(asked, { partitions: [{ ...place, baseOffset: 0 }] }, 'delivered')
    }

    const logWith = (marker: Partial<LogBatch>): PartitionLog =>
      partitionLog('orders', [
        batch(0, values, { ...more, baseSequence: 0 }),
        batch(1, [], { ...more, ...marker }),
      ])

    it('stands where the EndTxn was answered', () => {
      const run = new Recording()
      transaction(run)
      const end = run.request(shop, 3, 'EndTxn', { ...ids, verdict: 'commit' }, 'delivered')
      run.answer(end, {}, 'delivered')
      assert.deepEqual(appended(run, logWith({ control: 'commit' })), [0, 3])
    })

    it('stands where its EndTxn arrived if nobody answered it', () => {
      const run = new Recording()
      transaction(run)
      run.request(shop, 3, 'EndTxn', { ...ids, verdict: 'commit' }, 'delivered')
      assert.deepEqual(appended(run, logWith({ control: 'commit' })), [0, 2])
    })

    it('that aborts stands where a new producer fenced the transaction', () => {
      const run = new Recording()
      transaction(run)
      run.request(shop, 3, 'EndTxn', { ...ids, verdict: 'commit' }, 'delivered')
      const init = run.request(shop, 3, 'InitProducerId', { transactionalId: 'pay' }, 'delivered')
      run.answer(init, { ...ids, producerEpoch: 2 }, 'delivered')
      assert.deepEqual(appended(run, logWith({ control: 'abort', producerEpoch: 1 })), [0, 4])
    })

    it('that nobody asked for is known at the end only', () => {
      const run = new Recording()
      transaction(run)
      const end = run.request(shop, 3, 'EndTxn', { ...ids, verdict: 'commit' }, 'delivered')
      run.answer(end, { error: 'INVALID_TXN_STATE' }, 'delivered')
      assert.deepEqual(appended(run, logWith({ control: 'commit' })), [0, atTheEnd])
    })
  })
})
