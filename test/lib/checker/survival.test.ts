import assert from 'node:assert/strict'
import { halfSeen, survivalOf, sweepOf } from '../../../lib/src/checker'
import { crashedBilling, stage, sweptShop } from '../../support/explored'

const sentences = (...given: Parameters<typeof survivalOf>) =>
  survivalOf(...given).map(({ sentence }) => sentence)

describe('what survived the crash points', () => {
  it('says of how many points, and names the first that refuted, with its witness', () => {
    assert.deepEqual(
      crashedBilling().survival.map(({ sentence }) => sentence),
      [
        'delivery to orders: at least once survived 7 of 7 crash points',
        'delivery to orders: at most once survived 7 of 7 crash points',
        'processing of charge: at least once survived 7 of 7 crash points',
        'processing of charge: at most once refuted at 4 of 7 crash points, first at ' +
          'effect charge order-1, once it is done: order-1 (reprocessed)',
      ],
    )
  })

  it('takes a run without a verdict, or without the stage, for one that showed nothing', () => {
    const { uncrashed, points } = crashedBilling('without verdict')
    const [, , least] = sentences(uncrashed, points)
    const head = 'processing of charge: at least once survived'
    assert.equal(least, `${head} 6 of 7 crash points, not shown at 1`)
    const empty = points.map((point) => ({ ...point, stages: [] }))
    assert.equal(sentences(uncrashed, empty)[2], `${head} 0 of 7 crash points, not shown at 7`)
  })

  it('says when the run without a crash refuted it already', () => {
    const lost = stage('orders', 'at most once', ['lost'])
    const { points } = crashedBilling()
    const [least] = sentences(
      [lost],
      points.map((point) => ({ ...point, stages: [lost] })),
    )
    assert.match(least!, /refuted at 7 of 7 crash points \(refuted without a crash, too\), first/)
  })

  it('holds at least once for refuted by what is absent, not shown by what waits', () => {
    const seen = (cell: Parameters<typeof stage>[2][number]) =>
      (['at least once', 'at most once'] as const).map((half) =>
        halfSeen(half, stage('charge', 'none', [cell])),
      )
    assert.deepEqual(seen('once'), ['held', 'held'])
    assert.deepEqual(seen('lost'), ['refuted', 'held'])
    assert.deepEqual(seen('missing'), ['refuted', 'held'])
    assert.deepEqual(seen('waiting'), ['not shown', 'held'])
    assert.deepEqual(seen('duplicated'), ['held', 'refuted'])
    assert.deepEqual(seen('reprocessed'), ['held', 'refuted'])
    assert.deepEqual(seen('refused'), ['held', 'held'])
  })
})

describe('what a sweep counts', () => {
  it('counts classes in their order with the first seed of each', () => {
    const [lossy] = sweptShop().variations
    assert.deepEqual(
      lossy!.stages[0]!.counts.map((each) => [each.class, each.runs, each.seed]),
      [
        ['exactly once', 5, 1],
        ['at most once', 2, 3],
        ['no verdict', 1, 5],
      ],
    )
  })

  it('counts a stage that only other runs have as nothing happened', () => {
    const [, good] = sweptShop().variations
    assert.deepEqual(
      good!.stages[1]!.counts.map((each) => [each.class, each.runs, each.seed]),
      [
        ['exactly once', 7, 2],
        ['nothing happened', 1, 1],
      ],
    )
  })

  it('counts nothing when no run had a verdict', () => {
    const { plan } = sweptShop().variations[0]!
    const runs = [{ seed: 1, error: 'RunError: never' }]
    assert.deepEqual(sweepOf([1], [{ chosen: {}, plan, runs }]).variations[0]!.stages, [])
  })
})
