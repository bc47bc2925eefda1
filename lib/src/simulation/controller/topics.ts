/**
 * Making and deleting topics, and giving them more partitions: what Kafka's ControllerApis and
 * ReplicationControlManager refuse is refused with the same error, topic by topic. Left out:
 * policies, quotas and topic ids of 128 bits.
 */
import type { RequestOf, ResponseOf } from '../../protocol/api'
import type { createTopics } from '../../protocol/apis/create-topics'
import type { deleteTopics } from '../../protocol/apis/delete-topics'
import { errorCode, type KafkaErrorName } from '../../protocol/errors'
import { setting, type Settings } from '../settings'
import { refusedTopicConfig } from './configs'
import { newAssignedPartitions, newPlacedPartitions } from './new-partitions'
import { errorFields, isRefusal, refusal, type Refusal } from './refusal'
import { withTopic, type ControllerState, type PartitionState } from './state'
import { refusedBeside, refusedTopicName } from './topic-names'

type NewTopic = RequestOf<typeof createTopics>['topics'][number]

/** Kafka's MAX_PARTITIONS_PER_BATCH. */
const partitionsMax = 10_000
const metadataTopic = '__cluster_metadata'

export function makeTopics(
  state: ControllerState,
  settings: Settings,
  request: RequestOf<typeof createTopics>,
): { state: ControllerState; response: ResponseOf<typeof createTopics> } {
  const refusedAll = refusedTotal(settings, request.topics)
  const names = request.topics.map(({ topic }) => topic)
  let after = state
  const results = request.topics
    .filter(({ topic }, position) => names.indexOf(topic) === position)
    .map((topic) => {
      const isTwice = names.filter((name) => name === topic.topic).length > 1
      const outcome = isTwice
        ? refusal('INVALID_REQUEST', `the request names ${topic.topic} twice`)
        : (refusedAll ?? makeTopic(after, settings, { topic, existing: state.topics }))
      if (isRefusal(outcome)) return { topic: topic.topic, ...errorFields(outcome) }
      after = outcome
      return { topic: topic.topic, ...errorFields(undefined) }
    })
  return {
    state: request.validateOnly ? state : after,
    response: { throttleTimeMs: 0, topics: results },
  }
}

function refusedTotal(settings: Settings, topics: readonly NewTopic[]): Refusal | undefined {
  const total = topics.reduce((sum, { numPartitions, assignments }) => {
    if (assignments.length > 0) return sum + assignments.length
    return sum + (numPartitions === -1 ? setting(settings, 'num.partitions') : numPartitions)
  }, 0)
  if (total <= partitionsMax) return undefined
  return refusal('POLICY_VIOLATION', `${total} partitions are too many for one request`)
}

function makeTopic(
  state: ControllerState,
  settings: Settings,
  { topic, existing }: { topic: NewTopic; existing: ControllerState['topics'] },
): ControllerState | Refusal {
  const name = topic.topic
  if (name === metadataTopic) return refusal('INVALID_REQUEST', `${name} is Kafka's own`)
  if (existing.has(name)) return refusal('TOPIC_ALREADY_EXISTS', `there is a topic ${name}`)
  const refused = refusedTopicName(name) ?? refusedBeside(name, existing.keys())
  if (refused !== undefined) return refused
  const config = configOf(topic)
  if (isRefusal(config)) return config
  const refusedConfig = refusedTopicConfig(config, settings)
  if (refusedConfig !== undefined) return refusedConfig
  const partitions = partitionsOf(state, settings, topic)
  if (isRefusal(partitions)) return partitions
  const id = state.nextTopicId
  return withTopic({ ...state, nextTopicId: id + 1 }, { name, id, config, partitions })
}

function configOf({ configs }: NewTopic): Record<string, string> | Refusal {
  const config: Record<string, string> = {}
  for (const { name, value } of configs) {
    if (value === null) return refusal('INVALID_CONFIG', `${name} is null: leave it out`)
    config[name] = value
  }
  return config
}

function partitionsOf(
  state: ControllerState,
  settings: Settings,
  { numPartitions, replicationFactor, assignments }: NewTopic,
): readonly PartitionState[] | Refusal {
  if (assignments.length > 0) {
    if (replicationFactor !== -1 || numPartitions !== -1) {
      return refusal('INVALID_REQUEST', 'with assignments both counts must be -1')
    }
    return assignedPartitions(state, assignments)
  }
  if (replicationFactor < -1 || replicationFactor === 0) {
    return refusal('INVALID_REPLICATION_FACTOR', `there cannot be ${replicationFactor} replicas`)
  }
  if (numPartitions < -1 || numPartitions === 0) {
    return refusal('INVALID_PARTITIONS', `there cannot be ${numPartitions} partitions`)
  }
  const count = numPartitions === -1 ? setting(settings, 'num.partitions') : numPartitions
  const replicas =
    replicationFactor === -1 ? setting(settings, 'default.replication.factor') : replicationFactor
  return newPlacedPartitions(state, replicas, { first: 0, count })
}

function assignedPartitions(
  state: ControllerState,
  assignments: NewTopic['assignments'],
): readonly PartitionState[] | Refusal {
  const byPartition = new Map(assignments.map((one) => [one.partition, one.brokerIds]))
  if (byPartition.size < assignments.length) {
    return refusal('INVALID_REPLICA_ASSIGNMENT', 'the assignments name a partition twice')
  }
  const made = newAssignedPartitions(state, [...byPartition.values()], undefined)
  if (isRefusal(made)) return made
  const order = [...byPartition.keys()]
  const inOrder = order.flatMap((_, partition) => {
    const at = order.indexOf(partition)
    return at === -1 ? [] : [made[at]!]
  })
  if (inOrder.length < order.length) {
    return refusal(
      'INVALID_REPLICA_ASSIGNMENT',
      `partitions are numbered from 0 without a gap, not ${order}`,
    )
  }
  return inOrder
}

export function removeTopics(
  state: ControllerState,
  settings: Settings,
  request: RequestOf<typeof deleteTopics>,
): { state: ControllerState; response: ResponseOf<typeof deleteTopics> } {
  const { topicNames } = request
  const topics = new Map(state.topics)
  const removal = (name: string): KafkaErrorName => {
    // Version 1 has no error of its own for it.
    if (!setting(settings, 'delete.topic.enable')) return 'INVALID_REQUEST'
    if (topicNames.indexOf(name) !== topicNames.lastIndexOf(name)) return 'INVALID_REQUEST'
    return topics.delete(name) ? 'NONE' : 'UNKNOWN_TOPIC_OR_PARTITION'
  }
  const results = [...new Set(topicNames)].map((topic) => ({
    topic,
    errorCode: errorCode(removal(topic)),
  }))
  const isChanged = topics.size < state.topics.size
  return {
    state: isChanged ? { ...state, topics } : state,
    response: { throttleTimeMs: 0, topics: results },
  }
}
