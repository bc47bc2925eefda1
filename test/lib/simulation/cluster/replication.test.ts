/** Produce, replication and failover (`Partition.scala`, `ReplicaManager.scala`), without wire. */
import assert from 'node:assert/strict'
import { produce } from '../../../../lib/src/protocol/apis/produce'
import { fetch } from '../../../../lib/src/protocol/apis/fetch'
import {
  createTopic,
  disks,
  fetchedFrom,
  fetchFrom,
  fetchRequest,
  makeCluster,
  offsetOf,
  outcomeOf,
  produceRequest,
  produceTo,
  send,
  stateOf,
  topicState,
  until,
} from './model-client'

describe('The simulated cluster replicates', () => {
  it('is whole from the start, with the internal topics led by broker 3', () => {
    const cluster = makeCluster()
    assert.equal(cluster.isWhole(), true)
    for (const topic of ['__consumer_offsets', '__transaction_state']) {
      assert.deepEqual(stateOf(cluster, 1, topic), { leaderId: 3, isr: [1, 2, 3] })
      assert.equal(topicState(cluster, 1, topic).isInternal, true)
    }
  })

  it('acknowledges acks -1 when all in-sync replicas have the record', () => {
    const cluster = makeCluster()
    createTopic(cluster, 'orders')
    const asked = send(cluster, 1, produce, produceRequest({ topic: 'orders', values: ['a'] }))
    assert.equal(asked.response, undefined)
    assert.deepEqual(disks(cluster, 'orders'), { 1: ['a'], 2: [], 3: [] })
    until(cluster, 'acknowledged', () => asked.response !== undefined)
    assert.ok(asked.response)
    assert.equal(outcomeOf(asked.response), 'NONE@0')
    assert.deepEqual(disks(cluster, 'orders'), { 1: ['a'], 2: ['a'], 3: ['a'] })
    assert.equal(produceTo(cluster, 1, { topic: 'orders', values: ['b', 'c'] }), 'NONE@1')
    assert.deepEqual(fetchFrom(cluster, 1, 'orders').values, ['a', 'b', 'c'])
    assert.equal(offsetOf(cluster, 1, 'orders'), 3)
    assert.equal(offsetOf(cluster, 1, 'orders', { timestamp: -2 }), 0)
  })

  it('acknowledges acks 1 at once, and shows the record when it is replicated', () => {
    const cluster = makeCluster()
    createTopic(cluster, 'orders')
    const request = produceRequest({ topic: 'orders', values: ['a'], acks: 1 })
    const asked = send(cluster, 1, produce, request)
    assert.ok(asked.response)
    assert.equal(outcomeOf(asked.response), 'NONE@0')
    const fetched = send(cluster, 1, fetch, fetchRequest('orders', { maxWaitMs: 1000 }))
    assert.equal(fetched.response, undefined)
    until(cluster, 'visible', () => fetched.response !== undefined)
    assert.ok(fetched.response)
    assert.deepEqual(fetchedFrom(fetched.response).values, ['a'])
  })

  it('answers nothing to acks 0, and hangs up when that fails', () => {
    const cluster = makeCluster()
    createTopic(cluster, 'orders')
    const request = produceRequest({ topic: 'orders', values: ['a'], acks: 0 })
    const asked = send(cluster, 1, produce, request)
    assert.deepEqual(asked, {})
    assert.deepEqual(disks(cluster, 'orders')[1], ['a'])
    assert.deepEqual(send(cluster, 2, produce, request), { closed: 'closed' })
  })

  it('keeps an acknowledged record when its leader is killed', () => {
    const cluster = makeCluster()
    createTopic(cluster, 'orders')
    assert.equal(produceTo(cluster, 1, { topic: 'orders', values: ['a'] }), 'NONE@0')
    cluster.kill(1)
    assert.equal(cluster.connect(1), 'refused')
    until(cluster, 'broker 2 leads', () => stateOf(cluster, 3, 'orders').leaderId === 2)
    until(cluster, 'broker 2 knows', () => stateOf(cluster, 2, 'orders').leaderId === 2)
    assert.equal(produceTo(cluster, 2, { topic: 'orders', values: ['b'] }), 'NONE@1')
    assert.deepEqual(fetchFrom(cluster, 2, 'orders').values, ['a', 'b'])
    assert.deepEqual(stateOf(cluster, 2, 'orders').isr, [2, 3])
  })

  it('takes a restarted broker back into the ISR once it has caught up', () => {
    const cluster = makeCluster()
    createTopic(cluster, 'orders')
    cluster.kill(1)
    until(cluster, 'broker 2 leads', () => stateOf(cluster, 2, 'orders').leaderId === 2)
    assert.equal(produceTo(cluster, 2, { topic: 'orders', values: ['a'] }), 'NONE@0')
    assert.deepEqual(disks(cluster, 'orders'), { 1: [], 2: ['a'], 3: ['a'] })
    cluster.restart(1)
    until(cluster, 'back in sync', () => stateOf(cluster, 2, 'orders').isr.length === 3)
    assert.deepEqual(disks(cluster, 'orders')[1], ['a'])
  })
})
