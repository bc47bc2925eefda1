/**
 * What a broker tells clients about the cluster: Metadata, FindCoordinator and ApiVersions, all
 * from the image it acts on, which may be older than the controller's (`KRaftMetadataCache`).
 */
import type { RequestOf, ResponseOf } from '../../protocol/api'
import type { apiVersions } from '../../protocol/apis/api-versions'
import type { brokerFeatures } from '../../protocol/apis/broker-features'
import type { createTopics } from '../../protocol/apis/create-topics'
import type { findCoordinator } from '../../protocol/apis/find-coordinator'
import type { metadata } from '../../protocol/apis/metadata'
import { errorCode, type KafkaErrorName } from '../../protocol/errors'
import { versionRanges } from '../../protocol/version-ranges'
import { refusedTopicName } from '../controller/topic-names'
import type { BrokerImage, MetadataImage, PartitionImage } from '../metadata-image'
import { setting } from '../settings'
import type { Broker } from './broker'
import { groupsTopic, transactionsTopic } from './coordinators'
import type { Reply } from './request'

const clusterId = 'kafka-lab-simulated'
const groupKey = 0
const transactionKey = 1
/** The newest level of `metadata.version` in Kafka 4.4. */
const metadataVersion = 33

type TopicMetadata = ResponseOf<typeof metadata>['topics'][number]

export function handleMetadata(
  broker: Broker,
  { topics: asked, allowAutoTopicCreation }: RequestOf<typeof metadata>,
  reply: Reply<typeof metadata>,
): void {
  const { image, context } = broker
  const alive = [...image.brokers.values()].filter(({ fenced }) => !fenced)
  const names = asked ?? [...image.topics.keys()]
  const isCreating =
    allowAutoTopicCreation && setting(context.settings, 'auto.create.topics.enable')
  if (isCreating) createMissing(broker, names)
  const any = alive[Math.floor(context.random() * alive.length)]
  reply({
    throttleTimeMs: 0,
    brokers: alive.map(({ id, host, port }) => ({ nodeId: id, host, port, rack: null })),
    clusterId,
    controllerId: any?.id ?? -1,
    topics: names.map((name) => describeTopic(image, name)),
  })
}

function describeTopic(image: MetadataImage, name: string): TopicMetadata {
  const isInternal = name === groupsTopic || name === transactionsTopic
  const topic = image.topics.get(name)
  if (topic === undefined) {
    const isValid = refusedTopicName(name) === undefined
    const error = isValid ? 'UNKNOWN_TOPIC_OR_PARTITION' : 'INVALID_TOPIC_EXCEPTION'
    return { errorCode: errorCode(error), topic: name, isInternal, partitions: [] }
  }
  const partitions = topic.partitions.map((partition, index) => {
    return describePartition(image, partition, index)
  })
  return { errorCode: 0, topic: name, isInternal, partitions }
}

function describePartition(
  { brokers }: MetadataImage,
  { leader, replicas, isr }: PartitionImage,
  partition: number,
): TopicMetadata['partitions'][number] {
  const error: KafkaErrorName = brokers.has(leader) ? 'NONE' : 'LEADER_NOT_AVAILABLE'
  return {
    errorCode: errorCode(error),
    partition,
    leaderId: error === 'NONE' ? leader : -1,
    replicas: [...replicas],
    isr: [...isr],
    offlineReplicas: replicas.filter((id) => brokers.get(id)?.fenced !== false),
  }
}

/** The client hears that the topic is unknown, and asks again (`AutoTopicCreationManager`). */
function createMissing({ image, context }: Broker, names: string[]): void {
  const missing = names.filter(
    (name) => !image.topics.has(name) && refusedTopicName(name) === undefined,
  )
  if (missing.length === 0) return
  const request: RequestOf<typeof createTopics> = {
    topics: missing.map((topic) => ({
      topic,
      numPartitions: -1,
      replicationFactor: -1,
      assignments: [],
      configs: [],
    })),
    timeoutMs: setting(context.settings, 'request.timeout.ms'),
    validateOnly: false,
  }
  context.askController<ResponseOf<typeof createTopics>>({
    serve: (controller, answer) => controller.createTopics(request, answer),
    answered: () => undefined,
  })
}

export function handleFindCoordinator(
  { image, groups, transactions }: Broker,
  { key, keyType }: RequestOf<typeof findCoordinator>,
  reply: Reply<typeof findCoordinator>,
): void {
  if (keyType !== groupKey && keyType !== transactionKey) {
    return reply(noCoordinator('INVALID_REQUEST'))
  }
  const home = keyType === groupKey ? groups : transactions
  const index = home.partitionFor(key, image)
  const states = image.topics.get(home.topic)?.partitions
  const leader = index === undefined ? undefined : states?.[index]?.leader
  const coordinator = leader === undefined ? undefined : aliveBroker(image, leader)
  if (coordinator === undefined) return reply(noCoordinator('COORDINATOR_NOT_AVAILABLE'))
  const { id: nodeId, host, port } = coordinator
  reply({ throttleTimeMs: 0, errorCode: 0, errorMessage: 'NONE', nodeId, host, port })
}

function aliveBroker({ brokers }: MetadataImage, id: number): BrokerImage | undefined {
  const broker = brokers.get(id)
  return broker?.fenced === false ? broker : undefined
}

function noCoordinator(error: KafkaErrorName): ResponseOf<typeof findCoordinator> {
  const nowhere = { nodeId: -1, host: '', port: -1 }
  return { throttleTimeMs: 0, errorCode: errorCode(error), errorMessage: null, ...nowhere }
}

export function handleApiVersions(
  _broker: Broker,
  _request: RequestOf<typeof apiVersions>,
  reply: Reply<typeof apiVersions>,
): void {
  reply({ errorCode: 0, apiKeys: versionRanges(), throttleTimeMs: 0 })
}

export function handleBrokerFeatures(
  _broker: Broker,
  _request: RequestOf<typeof brokerFeatures>,
  reply: Reply<typeof brokerFeatures>,
): void {
  const supportedFeatures = [
    { name: 'metadata.version', minVersion: 7, maxVersion: metadataVersion },
  ]
  reply({ errorCode: 0, apiKeys: versionRanges(), throttleTimeMs: 0, supportedFeatures })
}
