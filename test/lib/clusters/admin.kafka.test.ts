import assert from 'node:assert/strict'
import { Kafka, logLevel, type Consumer } from 'kafkajs'
import {
  createTopics,
  deleteTopics,
  describeCluster,
  kafkaVersion,
  listTopics,
  partitionState,
} from '../../../lib/src/clusters/admin'
import {
  deleteGroups,
  describeGroups,
  findCoordinator,
  groupOffsets,
  listGroups,
} from '../../../lib/src/clusters/admin-groups'
import { produce } from '../../../lib/src/clusters/admin-produce'
import { localCluster, type LocalCluster } from '../../../lib/src/clusters/kafka/local-cluster'
import { readPartition } from '../../../lib/src/clusters/observe'
import { WireClient } from '../../../lib/src/clusters/wire-client'
import { deleteRecords } from '../../../lib/src/protocol/apis/delete-records'
import { eventually } from './kafka/eventually'

const topic = 'admin-orders'
const assignment = [
  [1, 2, 3],
  [2, 3, 1],
]
const place = { topic, partition: 0 }

describe('what the lab does to a real cluster', () => {
  let cluster: LocalCluster
  let client: WireClient
  let kafka: Kafka

  before(async () => {
    cluster = await localCluster()
    client = new WireClient({ brokers: cluster.brokers, clientId: 'lab' })
    const brokers = cluster.brokers.map(({ host, port }) => `${host}:${port}`)
    kafka = new Kafka({ clientId: 'shop', brokers, logLevel: logLevel.NOTHING })
  })

  after(async () => {
    await client.close()
    await cluster.stop()
  })

  beforeEach(async () => {
    const config = { 'max.message.bytes': '9000000', 'min.insync.replicas': '2' }
    await createTopics(client, [{ name: topic, assignment, config }])
  })

  afterEach(() => deleteTopics(client, [topic]))

  /** A consumer that has read `count` records and committed them. */
  async function consumerPast(count: number, groupId: string): Promise<Consumer> {
    const consumer = kafka.consumer({ groupId, sessionTimeout: 30_000, maxWaitTimeInMs: 20 })
    await consumer.connect()
    await consumer.subscribe({ topic, fromBeginning: true })
    let seen = 0
    const read = new Promise<void>((resolve) => {
      consumer.on(consumer.events.COMMIT_OFFSETS, () => {
        if (seen >= count) resolve()
      })
    })
    await consumer.run({ autoCommitThreshold: 1, eachMessage: async () => void (seen += 1) })
    await read
    return consumer
  }

  it('describes the cluster and its release', async () => {
    const { brokers, controllerId } = await describeCluster(client)
    assert.deepEqual(brokers, cluster.brokers)
    assert.ok(brokers.some(({ id }) => id === controllerId))
    assert.equal(await kafkaVersion(client), '4.4')
  })

  it('a created topic has its leaders and all replicas in sync at once', async () => {
    assert.deepEqual(await partitionState(client, topic), [
      { partition: 0, leader: 1, replicas: [1, 2, 3], isr: [1, 2, 3] },
      { partition: 1, leader: 2, replicas: [2, 3, 1], isr: [2, 3, 1] },
    ])
    assert.ok((await listTopics(client)).includes(topic))
  })

  it('a topic whose first replica falls out while it is created is led by it all the same', async () => {
    const late = 'admin-late'
    const brokers = [...cluster.brokers].sort((a, b) => b.id - a.id)
    const awake = new WireClient({ brokers, clientId: 'lab', timeoutMs: 500 })
    const leaderOf = async () => (await partitionState(awake, late))[0]?.leader
    await cluster.pause(1)
    const creating = createTopics(awake, [{ name: late, assignment: [[1, 2, 3]], config: {} }])
    await eventually('broker 2 leads', async () => {
      return (await listTopics(awake)).includes(late) && (await leaderOf()) === 2
    })
    await cluster.resume(1)
    await creating
    assert.equal(await leaderOf(), 1)
    await deleteTopics(awake, [late])
    await awake.close()
  })

  it('a topic that exists is refused by name', async () => {
    await assert.rejects(createTopics(client, [{ name: topic, assignment, config: {} }]), {
      name: 'KafkaProtocolError',
      kafkaError: 'TOPIC_ALREADY_EXISTS',
      message: /^Creating topic admin-orders: TOPIC_ALREADY_EXISTS/,
    })
  })

  it('a deleted topic is gone, and can be created anew', async () => {
    await produce(client, place, [{ value: 'order-1' }])
    for (let round = 0; round < 3; round++) {
      await deleteTopics(client, [topic, 'admin-never-existed'])
      assert.ok(!(await listTopics(client)).includes(topic))
      await createTopics(client, [{ name: topic, assignment, config: {} }])
      assert.equal(await produce(client, place, [{ value: `order-${round}` }]), 0)
    }
  })

  it('reads a partition batch by batch, as it was written', async () => {
    await produce(client, place, [{ value: 'order-1', key: 'ann' }, { value: null }])
    assert.equal(await produce(client, place, [{ value: 'x', headers: { cause: 'y' } }]), 2)
    const { batches, ...log } = await readPartition(client, topic, 0)
    assert.deepEqual(log, {
      ...place,
      leader: 1,
      isr: [1, 2, 3],
      logStartOffset: 0,
      highWatermark: 3,
      lastStableOffset: 3,
      logEndOffset: 3,
    })
    assert.deepEqual(
      batches.map(({ producerId, records }) => [producerId, records]),
      [
        [
          -1,
          [
            { offset: 0, key: 'ann', value: 'order-1', headers: {} },
            { offset: 1, key: null, value: null, headers: {} },
          ],
        ],
        [-1, [{ offset: 2, key: null, value: 'x', headers: { cause: 'y' } }]],
      ],
    )
  })

  it('reads an empty partition', async () => {
    const log = await readPartition(client, topic, 1)
    assert.deepEqual([log.leader, log.logEndOffset, log.batches], [2, 0, []])
  })

  it('reads batches larger than a Fetch, and a log of several Fetches', async () => {
    const sizes = [10, 3_000_000, 600_000, 600_000, 600_000, 10]
    for (const size of sizes) await produce(client, place, [{ value: 'x'.repeat(size) }])
    const { batches } = await readPartition(client, topic, 0)
    const read = batches.map(({ records }) => records[0]?.value?.length)
    assert.deepEqual(read, sizes)
  })

  it('leaves out records below the log start', async () => {
    await produce(client, place, [{ value: 'a' }, { value: 'b' }, { value: 'c' }])
    const topics = [{ topic, partitions: [{ partition: 0, offset: 2 }] }]
    await client.request(1, deleteRecords, { topics, timeoutMs: 5000 })
    const { logStartOffset, batches } = await readPartition(client, topic, 0)
    assert.equal(logStartOffset, 2)
    const values = batches.flatMap(({ records }) => records.map(({ value }) => value))
    assert.deepEqual(values, ['c'])
  })

  it('shows markers, and the last stable offset of an open transaction', async () => {
    const producer = kafka.producer({ transactionalId: 'admin-shop', maxInFlightRequests: 1 })
    await producer.connect()
    const messages = (value: string) => ({ topic, messages: [{ value, partition: 0 }] })
    const aborted = await producer.transaction()
    await aborted.send(messages('order-1'))
    await aborted.abort()
    const open = await producer.transaction()
    await open.send(messages('order-2'))
    const { batches, ...log } = await readPartition(client, topic, 0)
    const contents = batches.map(({ control, records }) => control ?? records[0]?.value)
    assert.deepEqual(contents, ['order-1', 'abort', 'order-2'])
    assert.deepEqual([log.lastStableOffset, log.highWatermark, log.logEndOffset], [2, 3, 3])
    await open.commit()
    await producer.disconnect()
  })

  it('a partition that does not exist is refused', async () => {
    await assert.rejects(readPartition(client, topic, 2), { message: /has no partition 2/ })
    await assert.rejects(produce(client, { topic, partition: 2 }, [{ value: 'a' }]), {
      message: 'Producing to admin-orders-2: there is no such partition',
    })
  })

  it('a group has its members and committed offsets, and goes with its members', async () => {
    const group = 'admin-shipping'
    await produce(client, place, [{ value: 'order-1' }, { value: 'order-2' }])
    const consumer = await consumerPast(2, group)
    assert.ok((await listGroups(client)).includes(group))
    const [described] = await describeGroups(client, [group])
    assert.equal(described?.state, 'Stable')
    assert.deepEqual(
      described?.members.map(({ clientId }) => clientId),
      ['shop'],
    )
    assert.deepEqual(await groupOffsets(client, group), [{ group, ...place, offset: 2 }])
    await consumer.stop()
    await deleteGroups(client, [group, 'admin-never-existed'], 'remove')
    assert.ok(!(await listGroups(client)).includes(group))
    assert.deepEqual(await describeGroups(client, [group]), [{ group, state: 'Dead', members: [] }])
    await consumer.disconnect()
  })

  it('the coordinators of groups and transactions are brokers', async () => {
    const ids = cluster.brokers.map(({ id }) => id)
    assert.ok(ids.includes(await findCoordinator(client, { group: 'admin-any' })))
    assert.ok(ids.includes(await findCoordinator(client, { transactionalId: 'admin-any' })))
  })

  it('reads through the new leader when the old one is dead', async () => {
    await produce(client, place, [{ value: 'order-1' }])
    await cluster.kill(1)
    try {
      const log = await readPartition(client, topic, 0)
      assert.notEqual(log.leader, 1)
      assert.deepEqual(
        log.batches.map(({ records }) => records[0]?.value),
        ['order-1'],
      )
    } finally {
      await cluster.heal()
    }
  })
})
