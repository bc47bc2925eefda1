import assert from 'node:assert/strict'
import { unpaired } from '../../../lib/src/checker'
import { batch, partitionLog, Recording, runOf } from '../../support/runs/recording'

const topics = { orders: {}, ledger: {} }

function runWith(orders: ReturnType<typeof batch>[], entries: ReturnType<typeof batch>[]) {
  const logs = [partitionLog('ledger', entries), partitionLog('orders', orders)]
  return runOf(new Recording(), { topics, logs })
}

describe('unpaired', () => {
  const find = (run: ReturnType<typeof runWith>) =>
    unpaired(run, ['orders', 'ledger']).map(({ value, visible }) => [
      value,
      visible['orders'],
      visible['ledger'],
    ])

  it('names what readers find more often in one topic than in the other', () => {
    const run = runWith([batch(0, ['a', 'b', 'c']), batch(3, ['c'])], [batch(0, ['a', 'c', 'd'])])
    assert.deepEqual(find(run), [
      ['b', 1, 0],
      ['c', 2, 1],
      ['d', 0, 1],
    ])
  })

  it('finds nothing where both parts are hidden, or there equally often', () => {
    const ids = { producerId: 7, producerEpoch: 0, transactional: true }
    const aborted = [batch(0, ['a'], ids), batch(1, [], { ...ids, control: 'abort' as const })]
    assert.deepEqual(find(runWith(aborted, [])), [])
    assert.deepEqual(find(runWith([batch(0, ['a']), batch(1, ['a'])], [batch(0, ['a', 'a'])])), [])
  })

  it('looks at the topics named only', () => {
    const run = runWith([batch(0, ['a'])], [])
    assert.deepEqual(unpaired(run, ['orders']), [])
  })
})
