/** The comparison, on runs of the embedded cluster: what it must see, and what it must not. */
import assert from 'node:assert/strict'
import type { Run } from '../../lib/src/history/run'
import type { Lab } from '../../lib/src/lab'
import { differencesBetween, essenceOf } from '../../lib/src/checker/agreement'
import { conform } from './conform'
import { generatePlans } from './generate-plans'
import { openEmbeddedLab } from './labs'

/** The sections in which a changed copy of the run differs from it. */
function differing(run: Run, change: (copy: Run) => void): string[] {
  const copy = JSON.parse(JSON.stringify(run)) as Run
  change(copy)
  const found = differencesBetween(essenceOf(run), essenceOf(copy))
  return [...new Set(found.map(({ where }) => where.split(' ')[0]!))]
}

describe('the comparison of two runs', () => {
  let lab: Lab
  let run: Run

  before(async () => {
    lab = await openEmbeddedLab()
    const [, transactions] = generatePlans(1, 2)
    run = await lab.run(transactions!.experiment)
  })

  after(() => lab.close())

  it('finds nothing between a run and itself', () => {
    assert.deepEqual(
      differing(run, () => undefined),
      [],
    )
  })

  it('sees a value, a sequence, an epoch, a marker, an offset', () => {
    const batch = (copy: Run) => copy.logs.find(({ batches }) => batches.length > 0)!.batches[0]!
    assert.ok(differing(run, (copy) => (batch(copy).records[0]!.value = 'x')).includes('logs'))
    assert.deepEqual(
      differing(run, (copy) => (batch(copy).baseSequence += 1)),
      ['logs'],
    )
    assert.deepEqual(
      differing(run, (copy) => (batch(copy).producerEpoch += 1)),
      ['logs'],
    )
    assert.deepEqual(
      differing(run, (copy) => (copy.logs[0]!.logEndOffset += 1)),
      ['ends'],
    )
    const marker = (copy: Run) =>
      copy.logs.flatMap(({ batches }) => batches).find(({ control }) => control !== undefined)!
    const turned = differing(run, (copy) => {
      marker(copy).control = marker(copy).control === 'commit' ? 'abort' : 'commit'
    })
    assert.ok(turned.includes('logs') && turned.includes('delivery'), turned.join())
  })

  it('sees how an app ended, and a committed offset', () => {
    assert.deepEqual(
      differing(run, (copy) => (copy.apps['shop']!.ended = { name: 'E', message: '' })),
      ['ended'],
    )
    const group = { group: 'billing', topic: 'orders', partition: 0, offset: 1 }
    assert.deepEqual(
      differing(run, (copy) => copy.groups.push(group)),
      ['committed'],
    )
  })

  it('sees no difference in producer ids, leader epochs and times', () => {
    const found = differing(run, (copy) => {
      for (const { batches } of copy.logs) {
        for (const batch of batches) {
          batch.leaderEpoch += 1
          if (batch.producerId >= 0) batch.producerId += 1000
        }
      }
      for (const event of copy.history) event.timeMs *= 2
    })
    assert.deepEqual(found, [])
  })
})

describe('generated plans on the embedded cluster', () => {
  it('end twice the same way, and each is carried out to its end', async () => {
    const lab = await openEmbeddedLab()
    const labs = { real: lab, embedded: lab }
    for (const plan of generatePlans(1, 10)) {
      const { outcome, differences, rejection } = await conform(plan, labs, 1)
      assert.deepEqual([outcome, differences, rejection], ['agrees', [], undefined], plan.name)
    }
    await lab.close()
  })
})
