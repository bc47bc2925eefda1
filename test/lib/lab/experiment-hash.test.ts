import assert from 'node:assert/strict'
import { disconnect, on, response } from '../../../lib/src/faults'
import type { Plan } from '../../../lib/src/history/plan'
import { experimentHash, outlineHash } from '../../../lib/src/lab/experiment-hash'

const plan: Plan = {
  topics: { orders: { partitions: 1, records: ['order-0'] } },
  apps: { shop: { body: 'send', bodyHash: 'a', params: { acks: 0, orders: ['order-1'] } } },
  faults: [on(response('Produce', { nth: 1 }), disconnect())],
  seed: 1,
  timeLimitMs: 30_000,
}

describe('the hash of an experiment', () => {
  it('is the same for the same plan, however it is written and however long one waits', () => {
    const { topics, apps, faults } = plan
    const other: Plan = { seed: 1, faults, timeLimitMs: 5, apps, topics }
    assert.equal(experimentHash(other), experimentHash(plan))
    assert.match(experimentHash(plan), /^[0-9a-f]{16}$/)
  })

  const shop = plan.apps['shop']!
  const others: Record<string, Partial<Plan>> = {
    'another seed': { seed: 2 },
    'other faults': { faults: [] },
    'other params': { apps: { shop: { ...shop, params: { acks: 1, orders: ['order-1'] } } } },
    'other records': { topics: { orders: { partitions: 1, records: ['order-9'] } } },
    'other broker settings': { cluster: { 'min.insync.replicas': 2 } },
    'another intention': { intended: { orders: ['order-1'] } },
    'a client setting': { apps: { shop: { ...shop, client: { requestTimeout: 5 } } } },
    'a restart': { apps: { shop: { ...shop, restart: { times: 1 } } } },
  }
  for (const [what, change] of Object.entries(others)) {
    it(`is another one with ${what}, with other code or without`, () => {
      assert.notEqual(experimentHash({ ...plan, ...change }), experimentHash(plan))
      assert.notEqual(outlineHash({ ...plan, ...change }), outlineHash(plan))
    })
  }

  it('is another one with other code, and the outline stays', () => {
    const other = { ...plan, apps: { shop: { ...shop, bodyHash: 'b', body: 'sendAll' } } }
    assert.notEqual(experimentHash(other), experimentHash(plan))
    assert.equal(outlineHash(other), outlineHash(plan))
  })

  it('keeps the order of lists: the order of messages is part of a plan', () => {
    const orders = (...list: string[]) => ({ ...plan, intended: { orders: list } })
    assert.notEqual(experimentHash(orders('a', 'b')), experimentHash(orders('b', 'a')))
  })
})
