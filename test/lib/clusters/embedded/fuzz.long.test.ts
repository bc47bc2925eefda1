/** 100,000 mutated frames: no crash, no hang, no memory kept. */
import assert from 'node:assert/strict'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { courseSettings } from '../../../../lib/src/clusters/course-settings'
import { SimulatedCluster } from '../../../../lib/src/simulation/cluster'
import { fuzz, type FuzzResult } from './fuzz'
import { assertServes } from './serves'
import { StubCluster } from './stub-cluster'

const brokers = [1, 2, 3].map((id) => ({ id, host: '127.0.0.1', port: 9090 + id }))
const frames = 10_000
const rounds = 10
const perRound = { brokers: [1, 2, 3], frames, maxRequestBytes: 100_000 }

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

function usedBytes(): number {
  // The memory of a buffer that is gone is given back by a collection after the one that finds it.
  for (let times = 1; times <= 3; times++) collectGarbage()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

describe('100,000 mutated frames', function () {
  this.timeout(120_000)

  it('are each answered by the embedded cluster, or close their connection', () => {
    const totals: FuzzResult = { answered: 0, unsupported: 0, closed: 0, waiting: 0 }
    for (let seed = 1; seed <= rounds; seed++) {
      const options = { brokers, settings: courseSettings, seed, startOfTimeMs: 0 }
      const cluster = new SimulatedCluster(options)
      const result = fuzz({ cluster, seed, stepMs: 5, ...perRound })
      for (const name of Object.keys(totals) as (keyof FuzzResult)[]) totals[name] += result[name]
      assertServes(cluster, frames * 5)
    }
    const { answered, unsupported, closed, waiting } = totals
    assert.equal(answered + unsupported + closed + waiting, frames * rounds)
    assert.ok(waiting < 100, `${waiting} requests wait`)
    for (const count of [answered, closed]) assert.ok(count > 30_000, String(count))
  })

  it('leave no memory behind in the wire server', () => {
    const cluster = new StubCluster(brokers)
    const used: number[] = []
    for (let round = 1; round <= rounds; round++) {
      const firstMs = cluster.queue.now()
      const { waiting } = fuzz({ cluster, seed: round, stepMs: 10, firstMs, ...perRound })
      assert.deepEqual({ waiting, open: cluster.open }, { waiting: 0, open: 0 })
      cluster.forget()
      used.push(usedBytes())
    }
    // The collector may leave something of the last rounds, but not of all three.
    const growth = Math.min(...used.slice(-3)) - (used[1] as number)
    assert.ok(growth < 1_000_000, `${growth} bytes more after the last rounds than after two`)
  })
})
