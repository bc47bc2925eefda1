/** The generator: the same seed gives the same plans, each can be carried out, all acts occur. */
import assert from 'node:assert/strict'
import { checkPlan, planOf } from '../../lib/src/lab/plan'
import type { Act } from '../../lib/src/history/plan'
import { generatePlans } from './generate-plans'

const plans = generatePlans(1, 60)
const texts = (seed: number, count: number) =>
  generatePlans(seed, count).map(({ experiment }) => JSON.stringify(planOf(experiment).plan))

describe('generated plans', () => {
  it('are the same for the same seed, and others for another', () => {
    assert.deepEqual(texts(1, 60), texts(1, 60))
    assert.equal(new Set([...texts(1, 60), ...texts(2, 60)]).size, 120)
  })

  it('begin with the plans of a shorter list', () => {
    assert.deepEqual(texts(3, 60).slice(0, 10), texts(3, 10))
  })

  it('are accepted by a cluster of three real brokers', () => {
    for (const { experiment } of plans) {
      const { plan, bodies } = planOf(experiment)
      checkPlan(plan, bodies, { brokers: [1, 2, 3], brokerActs: 'real' })
    }
  })

  it('have only faults that need not fire', () => {
    const faults = plans.flatMap(({ experiment }) => experiment.faults ?? [])
    assert.deepEqual(
      faults.filter(({ optional }) => optional !== true),
      [],
    )
  })

  it('know every act that real Kafka allows', () => {
    const found = new Set(
      generatePlans(1, 200).flatMap(({ experiment }) =>
        (experiment.faults ?? []).flatMap(({ acts }) => acts.map(({ act }) => act)),
      ),
    )
    const wanted: Act['act'][] = [
      ...(['drop', 'disconnect', 'duplicate', 'delay', 'holdUntil', 'resendAt', 'crash'] as const),
      ...(['kill', 'pause', 'resume', 'restart', 'sleep'] as const),
    ]
    assert.deepEqual([...found].sort(), wanted.sort())
  })
})
