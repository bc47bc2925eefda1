/** 200 plans of the swarm, and those that once showed a bug of the simulation. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plan } from './plan'
import { runPlan } from './run-plan'
import { runSwarm } from './swarm'

const plans = join(__dirname, 'plans')

describe('The swarm', () => {
  it('breaks no invariant and no promise with 200 plans', function () {
    this.timeout(60_000)
    const { acknowledged, committedTransactions } = runSwarm(1, 200)
    assert.ok(acknowledged > 1000, `only ${acknowledged} records were acknowledged`)
    assert.ok(committedTransactions > 200, `only ${committedTransactions} transactions`)
  })

  for (const file of readdirSync(plans)) {
    it(`breaks nothing with ${file}, as it once did`, () => {
      runPlan(JSON.parse(readFileSync(join(plans, file), 'utf8')) as Plan)
    })
  }
})
