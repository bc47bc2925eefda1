/**
 * What the lab does to a cluster around a run: topics with named replicas, their state, and which
 * Kafka it is. A topic counts as created when every broker knows its partitions with their first
 * replica leading and all replicas in sync, and each leader serves them; as deleted when no broker
 * knows it. KRaft answers earlier than that, and kafkajs would stumble over the rest.
 */
import { createTopics as createTopicsApi } from '../protocol/apis/create-topics'
import { brokerFeatures } from '../protocol/apis/broker-features'
import { deleteTopics as deleteTopicsApi } from '../protocol/apis/delete-topics'
import { electLeaders } from '../protocol/apis/elect-leaders'
import { listOffsets } from '../protocol/apis/list-offsets'
import { metadata } from '../protocol/apis/metadata'
import type { ResponseOf } from '../protocol/api'
import { errorName } from '../protocol/errors'
import { check, NotYetError, untilDone } from './admin-retry'
import type { WireClient } from './wire-client'

/** How long a broker may take over one administrative request. */
const brokerTimeoutMs = 5000

export interface ClusterDescription {
  brokers: { id: number; host: string; port: number }[]
  controllerId: number
}

export interface TopicToCreate {
  name: string
  /** Broker ids per partition; the first is the leader. */
  assignment: number[][]
  /** By Kafka's names. */
  config: Record<string, string>
}

export interface PartitionState {
  partition: number
  /** -1: none. */
  leader: number
  replicas: number[]
  isr: number[]
}

type TopicMetadata = ResponseOf<typeof metadata>['topics'][number]

/** The brokers that are alive. */
export async function describeCluster(client: WireClient): Promise<ClusterDescription> {
  const { brokers, controllerId } = await readMetadata(client, 'any', [])
  return {
    brokers: brokers
      .map(({ nodeId, host, port }) => ({ id: nodeId, host, port }))
      .sort((a, b) => a.id - b.id),
    controllerId,
  }
}

/** Names of all topics, Kafka's internal ones included, in order. */
export async function listTopics(client: WireClient): Promise<string[]> {
  const { topics } = await readMetadata(client, 'any', null)
  return topics.map(({ topic }) => topic).sort()
}

/** A topic's partitions, in order. Waits, up to 30 s, for a topic that is not known yet. */
export async function partitionState(client: WireClient, topic: string): Promise<PartitionState[]> {
  return untilDone(`State of topic ${topic}`, async () => {
    const { topics } = await readMetadata(client, 'any', [topic])
    const found = topics[0] as TopicMetadata
    check(`Metadata of topic ${topic}`, found.errorCode)
    return statesOf(found)
  })
}

/** Creates topics; resolves when every partition can be written and read. */
export async function createTopics(client: WireClient, topics: TopicToCreate[]): Promise<void> {
  const missing = new Map(topics.map((topic) => [topic.name, topic]))
  let attempts = 0
  await untilDone(`Creating topics ${names(topics)}`, async () => {
    attempts += 1
    if (missing.size === 0) return
    const response = await client.request('any', createTopicsApi, creation([...missing.values()]))
    for (const { topic, errorCode, errorMessage } of response.topics) {
      // An earlier attempt whose answer was lost may have created it.
      const done = attempts > 1 && errorName(errorCode) === 'TOPIC_ALREADY_EXISTS'
      if (!done) check(`Creating topic ${topic}`, errorCode, errorMessage)
      missing.delete(topic)
    }
  })
  await untilDone(`Waiting for topics ${names(topics)}`, () => checkReady(client, topics))
}

/** Deletes topics; resolves when no broker knows them. One that does not exist is no error. */
export async function deleteTopics(client: WireClient, topicNames: string[]): Promise<void> {
  if (topicNames.length === 0) return
  await untilDone(`Deleting topics ${topicNames.join(', ')}`, async () => {
    const request = { topicNames, timeoutMs: brokerTimeoutMs }
    const { topics } = await client.request('any', deleteTopicsApi, request)
    for (const { topic, errorCode } of topics) {
      if (!isUnknownTopic(errorCode)) check(`Deleting topic ${topic}`, errorCode)
    }
  })
  await untilDone(`Waiting for topics ${topicNames.join(', ')} to be gone`, async () => {
    for (const { id } of (await describeCluster(client)).brokers) {
      const { topics } = await readMetadata(client, id, topicNames)
      const left = topics.find(({ errorCode }) => !isUnknownTopic(errorCode))
      if (left !== undefined) throw new NotYetError(`broker ${id} still knows ${left.topic}`)
    }
  })
}

/** The last `metadata.version` of each Kafka release, from its class MetadataVersion. */
const releases: [lastLevel: number, release: string][] = [
  [21, '3.9'],
  [25, '4.0'],
  [27, '4.1'],
  [29, '4.2'],
  [30, '4.3'],
  [33, '4.4'],
]

/**
 * Kafka's release, e.g. `4.4`, from the features the broker's software has; Kafka tells no client
 * its patch level. `unknown` for a release that is older than 3.9 or newer than 4.4.
 */
export async function kafkaVersion(client: WireClient): Promise<string> {
  const request = { clientSoftwareName: 'kafka-lab', clientSoftwareVersion: '0.1.0' }
  const { errorCode, supportedFeatures } = await client.request('any', brokerFeatures, request)
  check('ApiVersions', errorCode)
  const level = supportedFeatures.find(({ name }) => name === 'metadata.version')?.maxVersion
  if (level === undefined || level < 21) return 'unknown'
  return releases.find(([lastLevel]) => level <= lastLevel)?.[1] ?? 'unknown'
}

function readMetadata(client: WireClient, broker: number | 'any', topics: string[] | null) {
  return client.request(broker, metadata, { topics, allowAutoTopicCreation: false })
}

function creation(topics: TopicToCreate[]) {
  return {
    topics: topics.map(({ name, assignment, config }) => ({
      topic: name,
      numPartitions: -1,
      replicationFactor: -1,
      assignments: assignment.map((brokerIds, partition) => ({ partition, brokerIds })),
      configs: Object.entries(config).map(([key, value]) => ({ name: key, value })),
    })),
    timeoutMs: brokerTimeoutMs,
    validateOnly: false,
  }
}

async function checkReady(client: WireClient, topics: TopicToCreate[]): Promise<void> {
  const wanted = topics.map(({ name }) => name)
  for (const { id } of (await describeCluster(client)).brokers) {
    const response = await readMetadata(client, id, wanted)
    for (const topic of topics) {
      const found = response.topics.find((candidate) => candidate.topic === topic.name)
      await checkTopic(client, id, topic, found as TopicMetadata)
    }
  }
  // A broker knows that it leads a little before it acts on it.
  for (const { name, assignment } of topics) {
    for (const [partition, [leader]] of assignment.entries()) {
      await checkServed(client, leader as number, name, partition)
    }
  }
}

async function checkTopic(
  client: WireClient,
  broker: number,
  wanted: TopicToCreate,
  found: TopicMetadata,
): Promise<void> {
  check(`Broker ${broker}, topic ${wanted.name}`, found.errorCode)
  const states = statesOf(found)
  for (const [partition, replicas] of wanted.assignment.entries()) {
    const state = states[partition]
    const inSync = replicas.every((replica) => state?.isr.includes(replica))
    if (inSync && state?.leader === replicas[0]) continue
    // On a busy machine a broker may miss its heartbeats and lose what it leads to another.
    if (inSync) await electPreferred(client, [{ topic: wanted.name, partitions: [partition] }])
    const seen = state === undefined ? 'is unknown' : `has leader ${state.leader}, ISR ${state.isr}`
    const which = `${wanted.name}-${partition}`
    throw new NotYetError(`broker ${broker}: ${which} ${seen}, wanted ISR ${replicas}`)
  }
}

/**
 * Asks for the first replicas of these partitions (null: of all) as their leaders; those that lead
 * already answer ELECTION_NOT_NEEDED, and one that cannot yet is for the caller to see.
 */
export async function electPreferred(
  client: WireClient,
  topicPartitions: { topic: string; partitions: number[] }[] | null,
): Promise<void> {
  await client.request('any', electLeaders, { topicPartitions, timeoutMs: brokerTimeoutMs })
}

async function checkServed(
  client: WireClient,
  leader: number,
  topic: string,
  partition: number,
): Promise<void> {
  const response = await client.request(leader, listOffsets, {
    replicaId: -1,
    isolationLevel: 0,
    topics: [{ topic, partitions: [{ partition, timestamp: -1 }] }],
  })
  const errorCode = response.topics[0]?.partitions[0]?.errorCode
  if (errorCode === undefined) throw new NotYetError(`broker ${leader} left out ${topic}`)
  check(`Broker ${leader}, ${topic}-${partition}`, errorCode)
}

function statesOf(topic: TopicMetadata): PartitionState[] {
  return topic.partitions
    .map(({ partition, leaderId, replicas, isr }) => ({
      partition,
      leader: leaderId,
      replicas,
      isr,
    }))
    .sort((a, b) => a.partition - b.partition)
}

function names(topics: TopicToCreate[]): string {
  return topics.map(({ name }) => name).join(', ')
}

function isUnknownTopic(errorCode: number): boolean {
  return errorName(errorCode) === 'UNKNOWN_TOPIC_OR_PARTITION'
}
