/**
 * Makes kafkajs call everything it can against a broker, and keeps every frame that passes. What
 * the wire format's tests compare with: bytes that kafkajs and a real broker wrote.
 */
import assert from 'node:assert/strict'
import { connect } from 'node:net'
import {
  AclOperationTypes,
  AclPermissionTypes,
  AclResourceTypes,
  CompressionTypes,
  ConfigResourceTypes,
  Kafka,
  logLevel,
  ResourcePatternTypes,
  type Admin,
  type ISocketFactory,
} from 'kafkajs'
import { FrameSplitter } from '../../../lib/src/protocol/frame-splitter'
import { apiOfKey } from '../../../lib/src/protocol/registry'

export interface CapturedFrame {
  direction: 'request' | 'response'
  api: string
  apiVersion: number
  bytes: Buffer
}

/** Runs the session; topics, groups and ids begin with `prefix`, and are removed at the end. */
export async function kafkajsSession(brokers: string[], prefix: string): Promise<CapturedFrame[]> {
  const frames: CapturedFrame[] = []
  const kafka = new Kafka({
    clientId: 'shop',
    brokers,
    logLevel: logLevel.NOTHING,
    socketFactory: capturing(frames),
  })
  const topic = `${prefix}-orders`
  const admin = kafka.admin()
  await admin.connect()
  await createAndAlter(admin, topic)
  await produceAll(kafka, topic, prefix)
  await consume(kafka, topic, prefix)
  await removeAll(admin, topic, prefix)
  await admin.disconnect()
  return frames
}

async function createAndAlter(admin: Admin, topic: string): Promise<void> {
  const configEntries = [{ name: 'retention.ms', value: '600000' }]
  const topics = [{ topic, numPartitions: 1, replicationFactor: 1, configEntries }]
  await admin.createTopics({ topics, waitForLeaders: false })
  const known = async () => (await admin.listTopics()).includes(topic)
  while (!(await known()));
  await admin.createPartitions({ topicPartitions: [{ topic, count: 2 }] })
  const resource = { type: ConfigResourceTypes.TOPIC, name: topic }
  const configNames = ['retention.ms']
  await admin.describeConfigs({ resources: [{ ...resource, configNames }], includeSynonyms: true })
  await admin.alterConfigs({ validateOnly: false, resources: [{ ...resource, configEntries }] })
  const { brokers } = await admin.describeCluster()
  const replicas = [brokers[0]?.nodeId as number]
  const partitionAssignment = [{ partition: 0, replicas }]
  await admin.alterPartitionReassignments({ topics: [{ topic, partitionAssignment }] })
  await admin.listPartitionReassignments({ topics: [{ topic, partitions: [0] }] })
  const filter = {
    resourceType: AclResourceTypes.TOPIC,
    resourceName: topic,
    resourcePatternType: ResourcePatternTypes.LITERAL,
    principal: 'User:ann',
    host: '*',
    operation: AclOperationTypes.READ,
    permissionType: AclPermissionTypes.ALLOW,
  }
  await assert.rejects(admin.describeAcls(filter), { type: 'SECURITY_DISABLED' })
  await assert.rejects(admin.createAcls({ acl: [filter] }))
  await assert.rejects(admin.deleteAcls({ filters: [filter] }))
}

async function produceAll(kafka: Kafka, topic: string, prefix: string): Promise<void> {
  const plain = kafka.producer()
  await plain.connect()
  const headers = { cause: 'basket-1' }
  const messages = [{ key: 'ann', value: 'order-1', partition: 0, headers }]
  await plain.send({ topic, acks: 1, messages })
  await plain.send({ topic, acks: 0, messages: [{ value: 'order-2', partition: 0 }] })
  await plain.send({
    topic,
    compression: CompressionTypes.GZIP,
    messages: ['order-3', 'order-4', null].map((value) => ({ value, partition: 0 })),
  })
  await plain.disconnect()
  const producer = kafka.producer({
    transactionalId: `${prefix}-shop`,
    idempotent: true,
    maxInFlightRequests: 1,
  })
  await producer.connect()
  for (const end of ['commit', 'abort'] as const) {
    const transaction = await producer.transaction()
    await transaction.send({ topic, messages: [{ value: `order-${end}`, partition: 0 }] })
    const offsets = [{ partition: 0, offset: '1' }]
    const topics = [{ topic, partitions: offsets.map((offset) => ({ ...offset })) }]
    await transaction.sendOffsets({ consumerGroupId: `${prefix}-billing`, topics })
    await transaction[end]()
  }
  await producer.send({ topic, acks: -1, messages: [{ value: 'order-last', partition: 0 }] })
  await producer.disconnect()
}

async function consume(kafka: Kafka, topic: string, prefix: string): Promise<void> {
  const consumer = kafka.consumer({
    groupId: `${prefix}-shipping`,
    sessionTimeout: 6000,
    heartbeatInterval: 1,
    maxWaitTimeInMs: 20,
  })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  await new Promise<void>((resolve) => {
    void consumer.run({
      eachMessage: async ({ message }) => {
        if (message.value?.toString() === 'order-last') resolve()
      },
    })
  })
  await consumer.disconnect()
}

async function removeAll(admin: Admin, topic: string, prefix: string): Promise<void> {
  const groups = [`${prefix}-shipping`, `${prefix}-billing`]
  await admin.listGroups()
  await admin.describeGroups(groups)
  await admin.fetchOffsets({ groupId: `${prefix}-shipping`, topics: [topic] })
  await admin.fetchTopicOffsets(topic)
  await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '2' }] })
  await admin.deleteGroups(groups)
  await admin.deleteTopics({ topics: [topic] })
}

/** A socket factory as kafkajs's own, that hands a copy of every frame to `frames`. */
function capturing(frames: CapturedFrame[]): ISocketFactory {
  return ({ host, port, onConnect }) => {
    const asked = new Map<number, { api: string; apiVersion: number }>()
    const requests = new FrameSplitter()
    const responses = new FrameSplitter()
    const socket = connect({ host, port, noDelay: true }, onConnect)
    const write = socket.write.bind(socket)
    socket.write = ((chunk: Buffer, ...rest: []) => {
      for (const bytes of requests.push(Buffer.from(chunk))) {
        const { name, version } = apiOfKey(bytes.readInt16BE(4), bytes.readInt16BE(6))
        asked.set(bytes.readInt32BE(8), { api: name, apiVersion: version })
        frames.push({ direction: 'request', api: name, apiVersion: version, bytes })
      }
      return write(chunk, ...rest)
    }) as typeof socket.write
    socket.on('data', (chunk) => {
      for (const bytes of responses.push(Buffer.from(chunk))) {
        const request = asked.get(bytes.readInt32BE(4))
        assert.ok(request, 'a response to a request that was never seen')
        frames.push({ direction: 'response', ...request, bytes })
      }
    })
    return socket
  }
}
