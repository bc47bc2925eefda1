/** Mutated frames against the wire server: what is wrong is refused, and leaves nothing behind. */
import assert from 'node:assert/strict'
import { fuzz } from './fuzz'
import { StubCluster } from './stub-cluster'

const brokers = [{ id: 1, host: '127.0.0.1', port: 9091 }]

describe('the wire server under mutated frames', () => {
  it('answers 5,000 of them as the protocol has it or closes the connection', () => {
    const cluster = new StubCluster(brokers)
    const options = { broker: 1, seed: 1, frames: 5_000, stepMs: 10, maxRequestBytes: 100_000 }
    const { answered, unsupported, closed, waiting } = fuzz({ cluster, ...options })
    assert.equal(answered + unsupported + closed, 5_000)
    assert.deepEqual({ waiting, open: cluster.open }, { waiting: 0, open: 0 })
    for (const count of [answered, unsupported, closed]) assert.ok(count > 10, String(count))
  })
})
