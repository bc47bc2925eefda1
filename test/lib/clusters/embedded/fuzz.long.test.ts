/** 100,000 mutated frames: no crash, no hang, no memory kept. */
import assert from 'node:assert/strict'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { fuzz } from './fuzz'
import { StubCluster } from './stub-cluster'

const brokers = [{ id: 1, host: '127.0.0.1', port: 9091 }]
const frames = 10_000
const rounds = 10

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

function usedBytes(): number {
  collectGarbage()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

describe('the wire server under 100,000 mutated frames', () => {
  it('answers or closes, and keeps no memory of any of them', function () {
    this.timeout(120_000)
    let cluster = new StubCluster(brokers)
    const totals = { answered: 0, unsupported: 0, closed: 0, waiting: 0 }
    const used: number[] = []
    for (let round = 1; round <= rounds; round++) {
      const options = { broker: 1, seed: round, frames, stepMs: 10, maxRequestBytes: 100_000 }
      const result = fuzz({ cluster, ...options })
      for (const name of Object.keys(totals) as (keyof typeof totals)[]) {
        totals[name] += result[name]
      }
      assert.equal(cluster.open, 0)
      cluster = new StubCluster(brokers)
      used.push(usedBytes())
    }
    assert.equal(totals.waiting, 0)
    assert.equal(totals.answered + totals.unsupported + totals.closed, frames * rounds)
    // The collector may leave something of the last rounds, but not of all three.
    const growth = Math.min(...used.slice(-3)) - (used[1] as number)
    assert.ok(growth < 1_000_000, `${growth} bytes more after the last rounds than after two`)
  })
})
