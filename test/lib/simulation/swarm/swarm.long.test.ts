/** 2,000 plans of the swarm; SWARM_SEEDS=<first>-<last> runs others. */
import assert from 'node:assert/strict'
import { runSwarm } from './swarm'

describe('The swarm', () => {
  it('breaks no invariant and no promise with 2,000 plans', function () {
    this.timeout(0)
    const [first = 1, last = 2000] = (process.env.SWARM_SEEDS ?? '1-2000').split('-').map(Number)
    const { plans, committedTransactions } = runSwarm(first, last)
    assert.equal(plans, last - first + 1)
    assert.ok(committedTransactions > plans, `only ${committedTransactions} transactions`)
  })
})
