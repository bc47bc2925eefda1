import assert from 'node:assert/strict'
import { ablationTable } from '../../../lib/src/charts/ablation-table'
import { crash, holdUntil, on, request, response } from '../../../lib/src/faults'
import { crashedBilling, crashedPolicies } from '../../support/explored'
import { chargedTwice } from '../../support/runs/charged-twice'
import { batch, partitionLog, Recording, runOf } from '../../support/runs/recording'

/** A committed record behind an open transaction. */
function hidden() {
  const transaction = (producerId: number) => ({
    producerId,
    producerEpoch: 0,
    transactional: true,
  })
  const batches = [
    batch(0, ['order-2'], { ...transaction(1), baseSequence: 0 }),
    batch(1, ['order-2'], { ...transaction(2), baseSequence: 0 }),
    batch(2, [], { ...transaction(2), control: 'commit' as const }),
  ]
  const logs = [partitionLog('charges', batches, { lastStableOffset: 0 })]
  return runOf(new Recording(), { topics: { charges: {} }, logs })
}

const rowsOf = (results: Parameters<typeof ablationTable>[0]) =>
  ablationTable(results).rows.map((row) => row.map(({ text }) => text))

describe('the table of an ablation', () => {
  it('says of a run which faults struck it and what refuted a half', () => {
    const run = chargedTwice()
    const stuck = on(request('EndTxn', { app: 'first', nth: 1 }), holdUntil(response('Fetch')))
    const faults = [stuck, on(response('Produce', { nth: 2 }), crash())]
    const struck = { ...run, plan: { ...run.plan, faults } }
    const [[label, struckAt, became] = []] = rowsOf({ 'no table': struck })
    assert.equal(label, 'no table')
    assert.equal(
      struckAt,
      'request EndTxn 1 of first: held until answer to Fetch; answer to Produce 2: crash',
    )
    assert.match(became!, /^processing of charge: at most once: refuted by order-\d .* 2 times$/)
  })

  it('says what a verdict does not count: records hidden behind an open transaction', () => {
    assert.equal(
      rowsOf({ 'new id': hidden() })[0]![2],
      'order-2 committed in charges and hidden from read_committed: ' +
        'an open transaction keeps the last stable offset at 0',
    )
  })

  it('names the first crash point that refuted a half', () => {
    const [[, struckAt, became] = []] = rowsOf({ billing: crashedBilling() })
    assert.equal(struckAt, 'every point; first seen at effect charge order-1, once it is done')
    assert.match(became!, /^processing of charge: at most once refuted at 4 of 7 crash points/)
  })

  it('says how many points a version survived, and never of one without a verdict', () => {
    const complete = crashedPolicies()['in one write']
    const [[, , became] = []] = rowsOf({ complete })
    assert.equal(became, 'exactly once survived 8 of 8')
    const [first, ...others] = complete.points
    const { stages: _, ...unjudged } = first!
    const survival = complete.survival.map((half) => ({ ...half, held: 7, notShownAt: [0] }))
    const unclear = { ...complete, points: [unjudged, ...others], survival }
    assert.match(rowsOf({ unclear })[0]![2]!, /survived 7 of 8/)
    assert.match(ablationTable({ unclear }).finding, /^1 of 1 version/)
  })

  it('finds how many versions break, and which hold', () => {
    const complete = crashedPolicies()['in one write']
    assert.equal(
      ablationTable({ billing: crashedBilling(), 'new id': hidden(), complete }).finding,
      '2 of 3 versions lose, repeat or hide messages; messages stay once with: complete',
    )
  })

  it('refuses what is neither a run nor crash points', () => {
    assert.throws(() => ablationTable({ x: 7 as never }), {
      name: 'TypeError',
      message: /^ablationTable: 'x' is neither a run/,
    })
  })
})
