/** Mutated frames against the embedded cluster: what is wrong is refused, and does no harm. */
import assert from 'node:assert/strict'
import { courseSettings } from '../../../../lib/src/clusters/course-settings'
import { SimulatedCluster } from '../../../../lib/src/simulation/cluster'
import { fuzz } from './fuzz'
import { assertServes } from './serves'

const brokers = [1, 2, 3].map((id) => ({ id, host: '127.0.0.1', port: 9090 + id }))

describe('the embedded cluster under mutated frames', () => {
  it('answers 5,000 of them as the protocol has it or hangs up, and serves others as before', () => {
    const options = { brokers, settings: courseSettings, seed: 1, startOfTimeMs: 0 }
    const cluster = new SimulatedCluster(options)
    const frames = { frames: 5_000, stepMs: 5, maxRequestBytes: 100_000 }
    const result = fuzz({ cluster, brokers: [1, 2, 3], seed: 1, ...frames })
    const { answered, unsupported, closed, waiting } = result
    assert.equal(answered + unsupported + closed + waiting, 5_000)
    assert.ok(waiting < 10, `${waiting} requests wait`)
    for (const count of [answered, unsupported, closed]) assert.ok(count > 5, String(count))
    assertServes(cluster, 5_000 * 5)
  })
})
