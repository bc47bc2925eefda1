/**
 * Moving partitions to other replicas (KIP-455): the new replicas join the old ones, and when all
 * that shall stay are in the ISR, the old ones go. Kafka's PartitionReassignmentReplicas,
 * PartitionReassignmentRevert and ReplicationControlManager.alterPartitionReassignment.
 */
import type { RequestOf, ResponseOf } from '../../protocol/api'
import { errorCode } from '../../protocol/errors'
import type { alterPartitionReassignments } from '../../protocol/apis/alter-partition-reassignments'
import type { listPartitionReassignments } from '../../protocol/apis/list-partition-reassignments'
import type { Settings } from '../settings'
import { rulesFor, usualElection } from './elections'
import { changePartition, type PartitionTargets } from './partition-change'
import { refusedAssignment } from './placement'
import { errorFields, isRefusal, refusal, type Refusal } from './refusal'
import { withPartition, type ControllerState, type PartitionState, type TopicState } from './state'

export function reassignPartitions(
  state: ControllerState,
  settings: Settings,
  request: RequestOf<typeof alterPartitionReassignments>,
): { state: ControllerState; response: ResponseOf<typeof alterPartitionReassignments> } {
  let after = state
  const topics = request.topics.map(({ topic, partitions }) => ({
    topic,
    partitions: partitions.map(({ partition, replicas }) => {
      const outcome = reassign(after, settings, { topic, partition, replicas })
      if (isRefusal(outcome)) return { partition, ...errorFields(outcome) }
      after = outcome
      return { partition, ...errorFields(undefined) }
    }),
  }))
  const response = { throttleTimeMs: 0, errorCode: errorCode('NONE'), errorMessage: null, topics }
  return { state: after, response }
}

interface Reassignment {
  readonly topic: string
  readonly partition: number
  /** null: undo the one that is under way. */
  readonly replicas: readonly number[] | null
}

function reassign(
  state: ControllerState,
  settings: Settings,
  { topic: name, partition: index, replicas }: Reassignment,
): ControllerState | Refusal {
  const topic = state.topics.get(name)
  const partition = topic?.partitions[index]
  if (topic === undefined || partition === undefined) {
    return refusal('UNKNOWN_TOPIC_OR_PARTITION', `there is no partition ${name}-${index}`)
  }
  const targets =
    replicas === null ? cancelling(settings, topic, partition) : moving(state, partition, replicas)
  if (isRefusal(targets)) return targets
  const to = changePartition(partition, rulesFor(state, settings, topic), targets)
  return withPartition(state, topic, { index, to })
}

function moving(
  state: ControllerState,
  partition: PartitionState,
  replicas: readonly number[],
): PartitionTargets | Refusal {
  const refused = refusedAssignment(state, replicas, undefined)
  if (refused !== undefined) return refused
  const removing = difference(partition.replicas, replicas)
  const adding = difference(replicas, partition.replicas)
  return {
    replicas: [...replicas, ...removing],
    ...(removing.length > 0 ? { removingReplicas: removing } : {}),
    ...(adding.length > 0 ? { addingReplicas: adding } : {}),
  }
}

function difference(all: readonly number[], without: readonly number[]): number[] {
  return all.filter((broker) => !without.includes(broker)).sort((a, b) => a - b)
}

function cancelling(
  settings: Settings,
  topic: TopicState,
  partition: PartitionState,
): PartitionTargets | Refusal {
  if (!isMoving(partition)) {
    return refusal('NO_REASSIGNMENT_IN_PROGRESS', 'there is no reassignment to cancel')
  }
  const stays = (broker: number) => !partition.addingReplicas.includes(broker)
  const replicas = partition.replicas.filter(stays)
  const isr = partition.isr.filter(stays)
  const election = usualElection(settings, topic)
  if (isr.length === 0 && election !== 'unclean') {
    return refusal(
      'INVALID_REPLICA_ASSIGNMENT',
      `none of the former replicas [${replicas}] is in the ISR: going back would be an unclean ` +
        'election, which unclean.leader.election.enable forbids',
    )
  }
  return {
    election,
    replicas,
    isr: isr.length === 0 ? replicas.slice(0, 1) : isr,
    addingReplicas: [],
    removingReplicas: [],
  }
}

function isMoving({ addingReplicas, removingReplicas }: PartitionState): boolean {
  return addingReplicas.length > 0 || removingReplicas.length > 0
}

/** Only what is under way; partitions that are not moving, or not there, are left out. */
export function reassignmentsUnderWay(
  state: ControllerState,
  request: RequestOf<typeof listPartitionReassignments>,
): ResponseOf<typeof listPartitionReassignments> {
  const wanted =
    request.topics ??
    [...state.topics.values()].map(({ name, partitions }) => ({
      topic: name,
      partitions: [...partitions.keys()],
    }))
  const topics = wanted.map(({ topic, partitions }) => ({
    topic,
    partitions: partitions.flatMap((index) => {
      const partition = state.topics.get(topic)?.partitions[index]
      if (partition === undefined || !isMoving(partition)) return []
      const { replicas, addingReplicas, removingReplicas } = partition
      return [
        {
          partition: index,
          replicas: [...replicas],
          addingReplicas: [...addingReplicas],
          removingReplicas: [...removingReplicas],
        },
      ]
    }),
  }))
  return {
    throttleTimeMs: 0,
    errorCode: errorCode('NONE'),
    errorMessage: null,
    topics: topics.filter(({ partitions }) => partitions.length > 0),
  }
}
