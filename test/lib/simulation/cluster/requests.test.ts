/** What brokers answer besides records, groups and transactions; and that a seed repeats it. */
import assert from 'node:assert/strict'
import { alterConfigs } from '../../../../lib/src/protocol/apis/alter-configs'
import { apiVersions } from '../../../../lib/src/protocol/apis/api-versions'
import { brokerFeatures } from '../../../../lib/src/protocol/apis/broker-features'
import { createAcls } from '../../../../lib/src/protocol/apis/create-acls'
import { createPartitions } from '../../../../lib/src/protocol/apis/create-partitions'
import { describeConfigs } from '../../../../lib/src/protocol/apis/describe-configs'
import { electLeaders } from '../../../../lib/src/protocol/apis/elect-leaders'
import { fetch } from '../../../../lib/src/protocol/apis/fetch'
import { initProducerId } from '../../../../lib/src/protocol/apis/init-producer-id'
import { metadata } from '../../../../lib/src/protocol/apis/metadata'
import { produce } from '../../../../lib/src/protocol/apis/produce'
import { errorName } from '../../../../lib/src/protocol/errors'
import { apis } from '../../../../lib/src/protocol/registry'
import { handlerOf } from '../../../../lib/src/simulation/broker/request-handlers'
import {
  ask,
  createTopic,
  fetchedFrom,
  fetchFrom,
  fetchRequest,
  makeCluster,
  offsetOf,
  pass,
  produceRequest,
  produceTo,
  send,
  startOfTimeMs,
  stateOf,
  topicState,
  until,
} from './model-client'

const topicResource = 2
const brokerResource = 4

function configsOf(
  cluster: ReturnType<typeof makeCluster>,
  resourceType: number,
  resourceName: string,
  names: string[],
) {
  const [result] = ask(cluster, 1, describeConfigs, {
    resources: [{ resourceType, resourceName, configurationKeys: names }],
    includeSynonyms: false,
  }).results
  assert.ok(result)
  return result.configs.map(({ name, value, configSource }) => [name, value, configSource])
}

describe('A simulated broker', () => {
  it('serves every API of the registry', () => {
    for (const api of apis) assert.equal(typeof handlerOf(api), 'function', api.name)
  })

  it('says that it is a broker of Kafka 4.4', () => {
    const request = { clientSoftwareName: 'test', clientSoftwareVersion: '1' }
    const { supportedFeatures } = ask(makeCluster(), 1, brokerFeatures, request)
    const feature = supportedFeatures.find(({ name }) => name === 'metadata.version')
    assert.equal(feature?.maxVersion, 33)
  })

  it('tells brokers and controller only of those that are not fenced', () => {
    const cluster = makeCluster()
    cluster.kill(3)
    const view = () => ask(cluster, 1, metadata, { topics: [], allowAutoTopicCreation: false })
    until(cluster, 'fenced', () => view().brokers.length === 2)
    assert.deepEqual(
      view().brokers.map(({ nodeId }) => nodeId),
      [1, 2],
    )
    assert.ok([1, 2].includes(view().controllerId))
  })

  it('creates a topic that Metadata names, only where that is on', () => {
    const request = { topics: ['orders'], allowAutoTopicCreation: true }
    const off = makeCluster()
    ask(off, 1, metadata, request)
    pass(off, 100)
    assert.equal(errorName(topicState(off, 1, 'orders').errorCode), 'UNKNOWN_TOPIC_OR_PARTITION')
    const on = makeCluster({ 'auto.create.topics.enable': true, 'num.partitions': 2 })
    ask(on, 1, metadata, request)
    until(on, 'created', () => topicState(on, 1, 'orders').partitions.length === 2)
  })

  it('gives each producer an id of its own, from blocks of a thousand', () => {
    const cluster = makeCluster()
    const request = { transactionalId: null, transactionTimeoutMs: 60_000 }
    const next = (broker: number) => ask(cluster, broker, initProducerId, request).producerId
    assert.deepEqual([next(1), next(1), next(2), next(3)], [0, 1, 1000, 2000])
    const ids = Array.from({ length: 1500 }, () => {
      pass(cluster, 1)
      return next(1)
    })
    assert.equal(new Set(ids).size, 1500)
    assert.deepEqual([ids.at(-1), ids.includes(-1)], [3501, false])
  })

  it('recognises a batch that it has, also after a failover', () => {
    const cluster = makeCluster()
    createTopic(cluster, 'orders')
    const producer = { id: 7, epoch: 0, baseSequence: 0, kind: 'idempotent' } as const
    const what = { topic: 'orders', values: ['a'], producer }
    assert.equal(produceTo(cluster, 1, what), 'NONE@0')
    assert.equal(produceTo(cluster, 1, what), 'NONE@0')
    const gap = { ...what, producer: { ...producer, baseSequence: 5 } }
    assert.equal(produceTo(cluster, 1, gap), 'OUT_OF_ORDER_SEQUENCE_NUMBER')
    cluster.kill(1)
    until(cluster, 'broker 2 leads', () => stateOf(cluster, 2, 'orders').leaderId === 2)
    assert.equal(produceTo(cluster, 2, what), 'NONE@0')
    assert.deepEqual(fetchFrom(cluster, 2, 'orders').values, ['a'])
  })

  it('refuses what it does not lead, does not know or must not take', () => {
    const cluster = makeCluster()
    createTopic(cluster, 'orders')
    const to = (broker: number, topic: string) =>
      produceTo(cluster, broker, { topic, values: ['a'] })
    assert.equal(to(2, 'orders'), 'NOT_LEADER_OR_FOLLOWER')
    assert.equal(to(1, 'ordres'), 'UNKNOWN_TOPIC_OR_PARTITION')
    assert.equal(to(3, '__consumer_offsets'), 'INVALID_TOPIC_EXCEPTION')
    assert.equal(fetchFrom(cluster, 1, 'ordres').error, 'UNKNOWN_TOPIC_OR_PARTITION')
    assert.equal(offsetOf(cluster, 2, 'orders'), 'NOT_LEADER_OR_FOLLOWER')
    const beyond = fetchFrom(cluster, 1, 'orders', { offset: 9 })
    assert.equal(beyond.error, 'OFFSET_OUT_OF_RANGE')
  })

  it('lets a Fetch wait for as many bytes as it wants, and no longer than it wants', () => {
    const cluster = makeCluster()
    createTopic(cluster, 'orders')
    const short = send(cluster, 1, fetch, fetchRequest('orders', { maxWaitMs: 100 }))
    pass(cluster, 90)
    assert.equal(short.response, undefined)
    pass(cluster, 20)
    assert.ok(short.response)
    const request = fetchRequest('orders', { maxWaitMs: 10_000, minBytes: 100 })
    const long = send(cluster, 1, fetch, request)
    produceTo(cluster, 1, { topic: 'orders', values: ['a'] })
    assert.equal(long.response, undefined)
    produceTo(cluster, 1, { topic: 'orders', values: ['b'] })
    assert.ok(long.response)
    assert.deepEqual(fetchedFrom(long.response).values, ['a', 'b'])
  })

  it('tells a client whose leader epoch is not the current one', () => {
    const cluster = makeCluster()
    createTopic(cluster, 'orders')
    const hears = (broker: number, epoch: number) => {
      const request = fetchRequest('orders')
      for (const { partitions } of request.topics) {
        for (const partition of partitions) partition.currentLeaderEpoch = epoch
      }
      return fetchedFrom(ask(cluster, broker, fetch, request)).error
    }
    assert.equal(hears(1, 0), 'NONE')
    assert.equal(hears(1, 1), 'UNKNOWN_LEADER_EPOCH')
    cluster.kill(1)
    until(cluster, 'broker 2 leads', () => stateOf(cluster, 2, 'orders').leaderId === 2)
    assert.equal(hears(2, 0), 'FENCED_LEADER_EPOCH')
    assert.equal(hears(2, 1), 'NONE')
  })

  it('finds the first record at or after a time', () => {
    const cluster = makeCluster()
    createTopic(cluster, 'orders')
    produceTo(cluster, 1, { topic: 'orders', values: ['a'] })
    assert.equal(offsetOf(cluster, 1, 'orders', { timestamp: startOfTimeMs }), 0)
    assert.equal(offsetOf(cluster, 1, 'orders', { timestamp: startOfTimeMs + 1 }), -1)
  })

  it('tells settings and where they come from, and takes new ones', () => {
    const cluster = makeCluster({ 'min.insync.replicas': 2 })
    createTopic(cluster, 'orders', { config: { 'max.message.bytes': '100' } })
    const names = ['max.message.bytes', 'min.insync.replicas', 'retention.ms']
    const configs = configsOf(cluster, topicResource, 'orders', names)
    assert.deepEqual(configs, [
      ['max.message.bytes', '100', 1],
      ['min.insync.replicas', '2', 4],
      ['retention.ms', '604800000', 5],
    ])
    const lag = ['replica.lag.time.max.ms']
    assert.deepEqual(configsOf(cluster, brokerResource, '1', lag), [[lag[0], '3000', 4]])
    const large = { topic: 'orders', values: ['x'.repeat(100)] }
    assert.equal(produceTo(cluster, 1, large), 'MESSAGE_TOO_LARGE')
    ask(cluster, 1, alterConfigs, {
      resources: [{ resourceType: topicResource, resourceName: 'orders', configs: [] }],
      validateOnly: false,
    })
    assert.equal(produceTo(cluster, 1, large), 'NONE@0')
  })

  it('gives a topic more partitions, and their leadership back to the first replicas', () => {
    const cluster = makeCluster()
    createTopic(cluster, 'orders')
    const assignments = [{ brokerIds: [2, 3, 1] }]
    const grown = { topics: [{ topic: 'orders', count: 2, assignments }], timeoutMs: 1000 }
    ask(cluster, 1, createPartitions, { ...grown, validateOnly: false })
    until(cluster, 'grown', () => topicState(cluster, 1, 'orders').partitions.length === 2)
    assert.equal(stateOf(cluster, 1, 'orders', 1).leaderId, 2)
    cluster.kill(2)
    until(cluster, 'led by 3', () => stateOf(cluster, 1, 'orders', 1).leaderId === 3)
    cluster.restart(2)
    until(cluster, 'in sync', () => stateOf(cluster, 1, 'orders', 1).isr.length === 3)
    assert.equal(stateOf(cluster, 1, 'orders', 1).leaderId, 3)
    ask(cluster, 1, electLeaders, { topicPartitions: null, timeoutMs: 1000 })
    until(cluster, 'whole', () => cluster.isWhole())
    assert.equal(stateOf(cluster, 1, 'orders', 1).leaderId, 2)
  })

  it('has no authorizer', () => {
    const creation = {
      resourceType: 2,
      resourceName: 'orders',
      patternType: 3,
      principal: 'User:ann',
      host: '*',
      operation: 3,
      permissionType: 3,
    }
    const { results } = ask(makeCluster(), 1, createAcls, { creations: [creation] })
    assert.deepEqual(
      results.map(({ errorCode }) => errorName(errorCode)),
      ['SECURITY_DISABLED'],
    )
  })

  it('answers the requests of one session in their order', () => {
    const cluster = makeCluster()
    createTopic(cluster, 'orders')
    const session = cluster.connect(1)
    assert.ok(session !== 'refused')
    const answered: string[] = []
    const context = { clientId: 'test' }
    const request = produceRequest({ topic: 'orders', values: ['a'] })
    session.request(produce, request, context, () => answered.push('Produce'))
    session.request(apiVersions, {}, context, () => answered.push('ApiVersions'))
    assert.deepEqual(answered, [])
    until(cluster, 'answered', () => answered.length === 2)
    assert.deepEqual(answered, ['Produce', 'ApiVersions'])
  })

  it('refuses, by name, a setting that the simulation does not have', () => {
    assert.throws(() => makeCluster({ 'min.insync.replica': 1 }), /min\.insync\.replica/)
  })
})

describe('A simulated cluster of the same seed', () => {
  const times = (seed: number): number[] => {
    const cluster = makeCluster({}, seed)
    createTopic(cluster, 'orders')
    produceTo(cluster, 1, { topic: 'orders', values: ['a'] })
    cluster.kill(1)
    const seen: number[] = []
    until(cluster, 'failover', () => {
      seen.push(cluster.nextAtMs as number)
      return seen.length === 500
    })
    return seen
  }

  it('does the same at the same times', () => assert.deepEqual(times(5), times(5)))

  it('does it at other times than with another seed', () => {
    assert.notDeepEqual(times(5), times(6))
  })
})
