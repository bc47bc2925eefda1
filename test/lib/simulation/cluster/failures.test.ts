/** What is lost and what is kept when brokers die, stop, lose their power or each other. */
import assert from 'node:assert/strict'
import { deleteRecords } from '../../../../lib/src/protocol/apis/delete-records'
import { electLeaders } from '../../../../lib/src/protocol/apis/elect-leaders'
import { fetch } from '../../../../lib/src/protocol/apis/fetch'
import { produce } from '../../../../lib/src/protocol/apis/produce'
import { errorName } from '../../../../lib/src/protocol/errors'
import type { SimulatedCluster } from '../../../../lib/src/simulation/cluster'
import {
  ask,
  createTopic,
  disks,
  fetchedFrom,
  fetchFrom,
  fetchRequest,
  makeCluster,
  offsetOf,
  outcomeOf,
  pass,
  produceRequest,
  produceTo,
  send,
  stateOf,
  topicState,
  until,
} from './model-client'

function withOrders(settings: Parameters<typeof makeCluster>[0] = {}, config = {}) {
  const cluster = makeCluster(settings)
  createTopic(cluster, 'orders', { config })
  assert.equal(produceTo(cluster, 1, { topic: 'orders', values: ['a'] }), 'NONE@0')
  return cluster
}

function leaderIs(cluster: SimulatedCluster, broker: number, asked: number): void {
  until(cluster, `broker ${broker} leads`, () => {
    return stateOf(cluster, asked, 'orders').leaderId === broker
  })
  until(cluster, `${broker} knows`, () => stateOf(cluster, broker, 'orders').leaderId === broker)
}

describe('Failures in the simulated cluster', () => {
  it('lose a record that only the leader has when it dies: acks 1', () => {
    const cluster = withOrders()
    cluster.pause(2)
    cluster.pause(3)
    pass(cluster, 100)
    assert.equal(produceTo(cluster, 1, { topic: 'orders', values: ['lost'], acks: 1 }), 'NONE@1')
    cluster.kill(1)
    cluster.resume(2)
    cluster.resume(3)
    leaderIs(cluster, 2, 3)
    assert.equal(produceTo(cluster, 2, { topic: 'orders', values: ['b'] }), 'NONE@1')
    assert.deepEqual(disks(cluster, 'orders'), { 1: ['a', 'lost'], 2: ['a', 'b'], 3: ['a', 'b'] })
    cluster.restart(1)
    until(cluster, 'whole but for leaders', () => stateOf(cluster, 2, 'orders').isr.length === 3)
    assert.deepEqual(disks(cluster, 'orders')[1], ['a', 'b'])
  })

  it('cut a log that has left its leader also where the new leader has the longer one', () => {
    const cluster = withOrders()
    cluster.pause(2)
    cluster.pause(3)
    pass(cluster, 100)
    produceTo(cluster, 1, { topic: 'orders', values: ['x'], acks: 1 })
    cluster.kill(1)
    cluster.resume(2)
    cluster.resume(3)
    leaderIs(cluster, 2, 3)
    for (const value of ['b', 'c', 'd']) produceTo(cluster, 2, { topic: 'orders', values: [value] })
    cluster.restart(1)
    until(cluster, 'in sync', () => stateOf(cluster, 2, 'orders').isr.length === 3)
    assert.deepEqual(disks(cluster, 'orders')[1], ['a', 'b', 'c', 'd'])
  })

  it('do not acknowledge acks -1 while a replica in the ISR stands still', () => {
    const cluster = withOrders()
    cluster.pause(2)
    pass(cluster, 100)
    const asked = send(cluster, 1, produce, produceRequest({ topic: 'orders', values: ['b'] }))
    pass(cluster, 500)
    assert.equal(asked.response, undefined)
    until(cluster, 'ISR shrinks', () => stateOf(cluster, 1, 'orders').isr.length === 2)
    until(cluster, 'acknowledged', () => asked.response !== undefined)
    cluster.resume(2)
    until(cluster, 'ISR is full again', () => stateOf(cluster, 1, 'orders').isr.length === 3)
    assert.deepEqual(disks(cluster, 'orders')[2], ['a', 'b'])
  })

  it('time out acks -1 with the record in the log', () => {
    const cluster = withOrders()
    cluster.pause(2)
    pass(cluster, 100)
    const what = { topic: 'orders', values: ['b'], timeoutMs: 200 }
    assert.equal(produceTo(cluster, 1, what), 'REQUEST_TIMED_OUT')
    assert.deepEqual(disks(cluster, 'orders')[1], ['a', 'b'])
  })

  it('refuse acks -1 below min.insync.replicas, and then acks 1 is not shown', () => {
    const cluster = withOrders({}, { 'min.insync.replicas': '2' })
    cluster.kill(2)
    cluster.kill(3)
    until(cluster, 'ISR [1]', () => stateOf(cluster, 1, 'orders').isr.length === 1)
    const all = produceTo(cluster, 1, { topic: 'orders', values: ['b'] })
    assert.equal(all, 'NOT_ENOUGH_REPLICAS')
    assert.equal(produceTo(cluster, 1, { topic: 'orders', values: ['c'], acks: 1 }), 'NONE@1')
    assert.deepEqual(disks(cluster, 'orders')[1], ['a', 'c'])
    assert.deepEqual(fetchFrom(cluster, 1, 'orders').values, ['a'])
    assert.equal(offsetOf(cluster, 1, 'orders', { replicaId: -2 }), 2)
    cluster.restart(2)
    until(cluster, 'visible', () => fetchFrom(cluster, 1, 'orders').values.length === 2)
  })

  it('lose what no replica has flushed when all lose their power', () => {
    const cluster = withOrders()
    for (const broker of [1, 2, 3]) cluster.powerLoss(broker)
    assert.deepEqual(disks(cluster, 'orders'), { 1: [], 2: [], 3: [] })
    for (const broker of [1, 2, 3]) cluster.restart(broker)
    until(cluster, 'serves', () => cluster.connect(1) !== 'refused')
    until(cluster, 'a leader', () => stateOf(cluster, 1, 'orders').leaderId !== -1)
    assert.deepEqual(disks(cluster, 'orders'), { 1: [], 2: [], 3: [] })
  })

  it('lose a disk with all that was on it, and copy it again from the others', () => {
    const cluster = withOrders()
    cluster.loseDisk(1)
    assert.deepEqual(disks(cluster, 'orders'), { 2: ['a'], 3: ['a'] })
    leaderIs(cluster, 2, 2)
    cluster.restart(1)
    until(cluster, 'copied', () => disks(cluster, 'orders')[1]?.length === 1)
    assert.deepEqual(disks(cluster, 'orders'), { 1: ['a'], 2: ['a'], 3: ['a'] })
  })

  it('keep everything when all are killed and started again', () => {
    const cluster = withOrders()
    for (const broker of [1, 2, 3]) cluster.kill(broker)
    for (const broker of [1, 2, 3]) cluster.restart(broker)
    until(cluster, 'whole', () => {
      if (cluster.connect(1) === 'refused') return false
      ask(cluster, 1, electLeaders, { topicPartitions: null, timeoutMs: 1000 })
      return cluster.isWhole()
    })
    assert.deepEqual(fetchFrom(cluster, 1, 'orders').values, ['a'])
    assert.equal(produceTo(cluster, 1, { topic: 'orders', values: ['b'] }), 'NONE@1')
  })

  it('leave a paused broker silent with its connections, and let it answer after', () => {
    const cluster = withOrders()
    cluster.pause(1)
    const asked = send(cluster, 1, fetch, fetchRequest('orders'))
    pass(cluster, 100)
    assert.deepEqual(asked, {})
    cluster.resume(1)
    assert.ok(asked.response)
    assert.deepEqual(fetchedFrom(asked.response).values, ['a'])
  })

  it('tell every session of a killed broker, and answer it nothing', () => {
    const cluster = withOrders()
    cluster.pause(2)
    const asked = send(cluster, 1, produce, produceRequest({ topic: 'orders', values: ['b'] }))
    cluster.kill(1)
    assert.deepEqual(asked, { closed: 'killed' })
    pass(cluster, 40_000)
    assert.deepEqual(asked, { closed: 'killed' })
  })

  it('fence a leader that is cut off from the controller; it cannot change its ISR', () => {
    const cluster = withOrders({}, { 'min.insync.replicas': '2' })
    cluster.cut(1, 'controller')
    cluster.cut(1, 2)
    cluster.cut(1, 3)
    const asked = send(cluster, 1, produce, produceRequest({ topic: 'orders', values: ['x'] }))
    leaderIs(cluster, 2, 3)
    assert.equal(produceTo(cluster, 2, { topic: 'orders', values: ['b'] }), 'NONE@1')
    pass(cluster, 5000)
    assert.equal(asked.response, undefined)
    cluster.mendAll()
    until(cluster, 'answered', () => asked.response !== undefined)
    assert.ok(asked.response)
    assert.equal(outcomeOf(asked.response), 'NOT_LEADER_OR_FOLLOWER')
    until(cluster, 'in sync', () => stateOf(cluster, 2, 'orders').isr.length === 3)
    assert.deepEqual(disks(cluster, 'orders')[1], ['a', 'b'])
  })

  it('lose what an unclean leader does not have, where unclean elections are on', () => {
    const cluster = withOrders({}, { 'unclean.leader.election.enable': 'true' })
    cluster.pause(2)
    cluster.pause(3)
    until(cluster, 'ISR [1]', () => stateOf(cluster, 1, 'orders').isr.length === 1)
    assert.equal(produceTo(cluster, 1, { topic: 'orders', values: ['x', 'y'] }), 'NONE@1')
    cluster.cut(1, 2)
    cluster.cut(1, 3)
    cluster.kill(1)
    cluster.resume(2)
    leaderIs(cluster, 2, 2)
    assert.deepEqual(stateOf(cluster, 2, 'orders').isr, [2])
    assert.equal(produceTo(cluster, 2, { topic: 'orders', values: ['b'] }), 'NONE@1')
    cluster.mendAll()
    cluster.resume(3)
    cluster.restart(1)
    until(cluster, 'in sync', () => stateOf(cluster, 2, 'orders').isr.length === 3)
    assert.deepEqual(disks(cluster, 'orders'), { 1: ['a', 'b'], 2: ['a', 'b'], 3: ['a', 'b'] })
  })

  it('leave a partition without leader where they are off', () => {
    const cluster = withOrders()
    cluster.pause(2)
    cluster.pause(3)
    until(cluster, 'ISR [1]', () => stateOf(cluster, 1, 'orders').isr.length === 1)
    assert.equal(produceTo(cluster, 1, { topic: 'orders', values: ['x'] }), 'NONE@1')
    cluster.cut(1, 2)
    cluster.cut(1, 3)
    cluster.kill(1)
    cluster.resume(2)
    until(cluster, 'no leader', () => stateOf(cluster, 2, 'orders').leaderId === -1)
    pass(cluster, 10_000)
    const [found] = topicState(cluster, 2, 'orders').partitions
    assert.equal(errorName(found?.errorCode ?? 0), 'LEADER_NOT_AVAILABLE')
    cluster.mendAll()
    cluster.restart(1)
    leaderIs(cluster, 1, 2)
    assert.equal(offsetOf(cluster, 1, 'orders', { replicaId: -2 }), 2)
  })

  it('leave a new leader unsure of how far it may be read', () => {
    const cluster = withOrders()
    cluster.kill(1)
    pass(cluster, 900)
    cluster.pause(3)
    until(cluster, 'broker 2 leads', () => stateOf(cluster, 2, 'orders').leaderId === 2)
    assert.deepEqual(stateOf(cluster, 2, 'orders').isr, [2, 3])
    assert.equal(offsetOf(cluster, 2, 'orders'), 'LEADER_NOT_AVAILABLE')
    assert.deepEqual(fetchFrom(cluster, 2, 'orders').values, [])
    cluster.resume(3)
    until(cluster, 'sure', () => offsetOf(cluster, 2, 'orders') === 1)
  })

  it('end a waiting Fetch when its partition gets another leader', () => {
    const cluster = withOrders()
    const request = fetchRequest('orders', { offset: 1, maxWaitMs: 50_000 })
    const asked = send(cluster, 2, fetch, request)
    cluster.kill(1)
    until(cluster, 'answered', () => asked.response !== undefined)
    assert.ok(cluster.now() < 10_000)
    assert.ok(asked.response)
    assert.equal(fetchedFrom(asked.response).error, 'NONE')
  })

  it('bring a deleted log start to the followers', () => {
    const cluster = withOrders()
    produceTo(cluster, 1, { topic: 'orders', values: ['b'] })
    const { topics } = ask(cluster, 1, deleteRecords, {
      topics: [{ topic: 'orders', partitions: [{ partition: 0, offset: 1 }] }],
      timeoutMs: 1000,
    })
    assert.deepEqual(topics[0]?.partitions, [{ partition: 0, lowWatermark: 1, errorCode: 0 }])
    assert.equal(fetchFrom(cluster, 1, 'orders').error, 'OFFSET_OUT_OF_RANGE')
    pass(cluster, 200)
    assert.deepEqual(disks(cluster, 'orders'), { 1: ['b'], 2: ['b'], 3: ['b'] })
  })
})
