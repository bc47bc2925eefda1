/** Consumer groups over the whole cluster: joining, committing, their coordinator's failover. */
import assert from 'node:assert/strict'
import { deleteGroups } from '../../../../lib/src/protocol/apis/delete-groups'
import { deleteTopics } from '../../../../lib/src/protocol/apis/delete-topics'
import { describeGroups } from '../../../../lib/src/protocol/apis/describe-groups'
import { heartbeat } from '../../../../lib/src/protocol/apis/heartbeat'
import { joinGroup } from '../../../../lib/src/protocol/apis/join-group'
import { leaveGroup } from '../../../../lib/src/protocol/apis/leave-group'
import { listGroups } from '../../../../lib/src/protocol/apis/list-groups'
import { offsetCommit } from '../../../../lib/src/protocol/apis/offset-commit'
import { offsetFetch } from '../../../../lib/src/protocol/apis/offset-fetch'
import { syncGroup } from '../../../../lib/src/protocol/apis/sync-group'
import { errorName } from '../../../../lib/src/protocol/errors'
import type { SimulatedCluster } from '../../../../lib/src/simulation/cluster'
import { ask, coordinatorOf, createTopic, makeCluster, send, until } from './model-client'

const groupId = 'chargers'

function joinRequest(memberId: string) {
  return {
    groupId,
    sessionTimeoutMs: 10_000,
    rebalanceTimeoutMs: 10_000,
    memberId,
    groupInstanceId: null,
    protocolType: 'consumer',
    protocols: [{ name: 'roundRobin', metadata: Buffer.from('orders') }],
  }
}

/** Joins as the only member; returns its id and generation. */
function joinAlone(cluster: SimulatedCluster, broker: number) {
  const first = ask(cluster, broker, joinGroup, joinRequest(''))
  assert.equal(errorName(first.errorCode), 'MEMBER_ID_REQUIRED')
  const { memberId } = first
  const joined = ask(cluster, broker, joinGroup, joinRequest(memberId))
  assert.equal(errorName(joined.errorCode), 'NONE')
  assert.equal(joined.leader, memberId)
  const synced = ask(cluster, broker, syncGroup, {
    groupId,
    generationId: joined.generationId,
    memberId,
    groupInstanceId: null,
    assignments: [{ memberId, assignment: Buffer.from('orders-0') }],
  })
  assert.equal(errorName(synced.errorCode), 'NONE')
  assert.equal(synced.assignment.toString(), 'orders-0')
  return { memberId, generationId: joined.generationId }
}

function commit(
  cluster: SimulatedCluster,
  broker: number,
  member: { memberId: string; generationId: number },
  where: { topic?: string; offset: number },
): string {
  const { topic = 'orders', offset } = where
  const { topics } = ask(cluster, broker, offsetCommit, {
    groupId,
    ...member,
    topics: [{ topic, partitions: [{ partition: 0, offset, metadata: null }] }],
  })
  return errorName(topics[0]?.partitions[0]?.errorCode ?? -1)
}

function committed(cluster: SimulatedCluster, broker: number): number | string | undefined {
  const { errorCode, topics } = ask(cluster, broker, offsetFetch, { groupId, topics: null })
  return errorCode === 0 ? topics[0]?.partitions[0]?.offset : errorName(errorCode)
}

function beat(
  cluster: SimulatedCluster,
  broker: number,
  member: { memberId: string; generationId: number },
): string {
  const request = { groupId, ...member, groupInstanceId: null }
  return errorName(ask(cluster, broker, heartbeat, request).errorCode)
}

function withOrders() {
  const cluster = makeCluster()
  createTopic(cluster, 'orders')
  const coordinator = coordinatorOf(cluster, 1, groupId, 0)
  return { cluster, coordinator }
}

describe('Groups on the simulated cluster', () => {
  it('join, sync, commit and are listed where broker 3 coordinates', () => {
    const { cluster, coordinator } = withOrders()
    assert.equal(coordinator, 3)
    const member = joinAlone(cluster, coordinator)
    assert.equal(beat(cluster, coordinator, member), 'NONE')
    assert.equal(commit(cluster, coordinator, member, { offset: 5 }), 'NONE')
    assert.equal(committed(cluster, coordinator), 5)
    assert.deepEqual(ask(cluster, 3, listGroups, {}).groups, [
      { groupId, protocolType: 'consumer' },
    ])
    const { groups } = ask(cluster, 3, describeGroups, { groups: [groupId] })
    assert.equal(groups[0]?.groupState, 'Stable')
    assert.equal(groups[0]?.members[0]?.clientId, 'test')
  })

  it('answer NOT_COORDINATOR on the other brokers', () => {
    const { cluster } = withOrders()
    assert.equal(committed(cluster, 1), 'NOT_COORDINATOR')
    const joined = ask(cluster, 1, joinGroup, joinRequest(''))
    assert.equal(errorName(joined.errorCode), 'NOT_COORDINATOR')
  })

  it('refuse an offset of a topic that does not exist', () => {
    const { cluster, coordinator } = withOrders()
    const member = joinAlone(cluster, coordinator)
    const error = commit(cluster, coordinator, member, { topic: 'ordres', offset: 5 })
    assert.equal(error, 'UNKNOWN_TOPIC_OR_PARTITION')
  })

  it('keep members, generation and offsets when their coordinator dies', () => {
    const { cluster, coordinator } = withOrders()
    const member = joinAlone(cluster, coordinator)
    commit(cluster, coordinator, member, { offset: 5 })
    cluster.kill(coordinator)
    until(cluster, 'another one', () => coordinatorOf(cluster, 2, groupId, 0) === 1)
    until(cluster, 'it answers', () => committed(cluster, 1) === 5)
    assert.equal(beat(cluster, 1, member), 'NONE')
    assert.equal(commit(cluster, 1, member, { offset: 6 }), 'NONE')
    assert.equal(committed(cluster, 1), 6)
  })

  it('tell a joining member that its coordinator is none any more', () => {
    const { cluster, coordinator } = withOrders()
    const member = joinAlone(cluster, coordinator)
    const { memberId } = ask(cluster, coordinator, joinGroup, joinRequest(''))
    const waiting = send(cluster, coordinator, joinGroup, joinRequest(memberId))
    assert.equal(beat(cluster, coordinator, member), 'REBALANCE_IN_PROGRESS')
    cluster.pause(coordinator)
    until(cluster, 'another one', () => coordinatorOf(cluster, 2, groupId, 0) === 1)
    assert.deepEqual(waiting, {})
    cluster.resume(coordinator)
    until(cluster, 'answered', () => waiting.response !== undefined)
    assert.equal(errorName(waiting.response?.errorCode ?? 0), 'NOT_COORDINATOR')
  })

  it('forget the offsets of a deleted topic, and can be deleted when empty', () => {
    const { cluster, coordinator } = withOrders()
    const member = joinAlone(cluster, coordinator)
    commit(cluster, coordinator, member, { offset: 5 })
    ask(cluster, 1, deleteTopics, { topicNames: ['orders'], timeoutMs: 1000 })
    until(cluster, 'offset gone', () => committed(cluster, coordinator) === undefined)
    assert.deepEqual(cluster.replicaLogs('orders', 0), [])
    const full = ask(cluster, coordinator, deleteGroups, { groups: [groupId] }).groups
    assert.deepEqual(
      full.map(({ errorCode }) => errorName(errorCode)),
      ['NON_EMPTY_GROUP'],
    )
    const { memberId } = member
    const members = [{ memberId, groupInstanceId: null }]
    assert.equal(ask(cluster, coordinator, leaveGroup, { groupId, members }).errorCode, 0)
    const gone = ask(cluster, coordinator, deleteGroups, { groups: [groupId] }).groups
    assert.deepEqual(gone, [{ groupId, errorCode: 0 }])
    assert.deepEqual(ask(cluster, coordinator, listGroups, {}).groups, [])
  })
})
