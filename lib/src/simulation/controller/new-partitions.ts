/**
 * New partitions, of a new topic or of one that gets more: on replicas that the client named or
 * that the controller places. Those of the replicas that are not fenced are the first ISR; none at
 * all is refused (Kafka's ReplicationControlManager.createTopic and createPartitions).
 */
import type { RequestOf, ResponseOf } from '../../protocol/api'
import type { createPartitions } from '../../protocol/apis/create-partitions'
import { placeReplicas, refusedAssignment } from './placement'
import { errorFields, isRefusal, refusal, type Refusal } from './refusal'
import {
  isActive,
  newPartition,
  withTopic,
  type ControllerState,
  type PartitionState,
} from './state'

type Growth = RequestOf<typeof createPartitions>['topics'][number]

/** Kafka's MAX_PARTITIONS_PER_BATCH. */
const partitionsMax = 10_000

export function newPlacedPartitions(
  state: ControllerState,
  replicationFactor: number,
  partitions: { first: number; count: number },
): readonly PartitionState[] | Refusal {
  const placed = placeReplicas(state, replicationFactor, partitions)
  if (isRefusal(placed)) return placed
  return placed.map((replicas) =>
    newPartition(
      replicas,
      replicas.filter((broker) => isActive(state, broker)),
    ),
  )
}

/** Without a replication factor all must have that of the first. */
export function newAssignedPartitions(
  state: ControllerState,
  assignments: readonly (readonly number[])[],
  replicationFactor: number | undefined,
): readonly PartitionState[] | Refusal {
  const made: PartitionState[] = []
  let expected = replicationFactor
  for (const replicas of assignments) {
    const refused = refusedAssignment(state, replicas, expected)
    if (refused !== undefined) return refused
    expected = replicas.length
    const isr = replicas.filter((broker) => isActive(state, broker))
    if (isr.length === 0) {
      return refusal('INVALID_REPLICA_ASSIGNMENT', `all of the replicas [${replicas}] are fenced`)
    }
    made.push(newPartition(replicas, isr))
  }
  return made
}

export function growTopics(
  state: ControllerState,
  request: RequestOf<typeof createPartitions>,
): { state: ControllerState; response: ResponseOf<typeof createPartitions> } {
  const names = request.topics.map(({ topic }) => topic)
  const refusedAll = refusedTotal(state, request.topics)
  let after = state
  const topics = request.topics
    .filter(({ topic }, position) => names.indexOf(topic) === position)
    .map((growth) => {
      const isTwice = names.filter((name) => name === growth.topic).length > 1
      const outcome = isTwice
        ? refusal('INVALID_REQUEST', `the request names ${growth.topic} twice`)
        : (refusedAll ?? growTopic(after, growth))
      if (isRefusal(outcome)) return { topic: growth.topic, ...errorFields(outcome) }
      after = outcome
      return { topic: growth.topic, ...errorFields(undefined) }
    })
  return { state: request.validateOnly ? state : after, response: { throttleTimeMs: 0, topics } }
}

function refusedTotal(state: ControllerState, growths: readonly Growth[]): Refusal | undefined {
  const total = growths.reduce((sum, { topic, count }) => {
    const has = state.topics.get(topic)?.partitions.length
    return has === undefined || count <= has ? sum : sum + count - has
  }, 0)
  if (total <= partitionsMax) return undefined
  return refusal('POLICY_VIOLATION', `${total} partitions are too many for one request`)
}

function growTopic(
  state: ControllerState,
  { topic: name, count, assignments }: Growth,
): ControllerState | Refusal {
  const topic = state.topics.get(name)
  if (topic === undefined) {
    return refusal('UNKNOWN_TOPIC_OR_PARTITION', `there is no topic ${name}`)
  }
  const has = topic.partitions.length
  if (count <= has) {
    return refusal('INVALID_PARTITIONS', `${name} has ${has} partitions: ${count} are not more`)
  }
  if (assignments !== null && assignments.length !== count - has) {
    return refusal(
      'INVALID_REPLICA_ASSIGNMENT',
      `${count - has} more partitions need as many assignments, not ${assignments.length}`,
    )
  }
  const replicationFactor = topic.partitions[0]!.replicas.length
  const added =
    assignments === null
      ? newPlacedPartitions(state, replicationFactor, { first: has, count: count - has })
      : newAssignedPartitions(
          state,
          assignments.map(({ brokerIds }) => brokerIds),
          replicationFactor,
        )
  if (isRefusal(added)) return added
  return withTopic(state, { ...topic, partitions: [...topic.partitions, ...added] })
}
