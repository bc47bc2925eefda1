/** KIP-98, KIP-101, KIP-320 and KIP-966 together, under whatever the seeds come up with. */
import assert from 'node:assert/strict'
import { runSwarm, type Deaths } from './swarm'

const deaths: Deaths[] = ['any is killed', 'broker 3 loses its power']

describe('Whatever happens to its brokers, the simulated cluster', () => {
  for (const death of deaths) {
    it(`keeps its promises when ${death}`, function () {
      this.timeout(60_000)
      let promises = 0
      for (let seed = 1; seed <= 5; seed++) {
        const { acknowledged, committed } = runSwarm(seed, death)
        promises += acknowledged + committed
      }
      assert.ok(promises > 1000, `only ${promises} promises were made`)
    })
  }
})
