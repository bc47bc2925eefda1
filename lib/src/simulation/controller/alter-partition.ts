/**
 * AlterPartition (KIP-497): the leader of a partition tells the controller who is in sync, and only
 * the ISR that the controller agrees to counts. Each guard follows Kafka's
 * ReplicationControlManager.validateAlterPartitionData. Topics are named by id, so that a leader of
 * a deleted topic cannot change the one that has its name now.
 */
import type { KafkaErrorName } from '../../protocol/errors'
import type { Settings } from '../settings'
import { rulesFor } from './elections'
import { changePartition } from './partition-change'
import { withPartition, type ControllerState, type PartitionState } from './state'

export interface AlterPartitionRequest {
  readonly broker: number
  readonly brokerEpoch: number
  readonly partitions: readonly AlterPartitionEntry[]
}

export interface AlterPartitionEntry {
  readonly topic: string
  /** `TopicImage.id`. */
  readonly topicId: number
  readonly partition: number
  readonly leaderEpoch: number
  readonly partitionEpoch: number
  /** The epoch is that of the member's registration as the leader knows it; -1: not checked. */
  readonly newIsr: readonly { readonly broker: number; readonly brokerEpoch: number }[]
}

export interface AlterPartitionResponse {
  /** `STALE_BROKER_EPOCH` when the sender is not the broker that is registered: no partitions. */
  readonly error: KafkaErrorName
  readonly partitions: readonly AlterPartitionResult[]
}

/** With an error the rest says what holds now, as far as there is such a partition. */
export interface AlterPartitionResult {
  readonly topic: string
  readonly partition: number
  readonly error: KafkaErrorName
  readonly leader: number
  readonly leaderEpoch: number
  readonly isr: readonly number[]
  readonly partitionEpoch: number
}

export function alterPartitions(
  state: ControllerState,
  settings: Settings,
  request: AlterPartitionRequest,
): { state: ControllerState; response: AlterPartitionResponse } {
  if (state.brokers.get(request.broker)?.epoch !== request.brokerEpoch) {
    return { state, response: { error: 'STALE_BROKER_EPOCH', partitions: [] } }
  }
  let after = state
  const partitions = request.partitions.map((entry): AlterPartitionResult => {
    const altered = alterPartition(after, settings, { broker: request.broker, entry })
    after = altered.state
    return altered.result
  })
  return { state: after, response: { error: 'NONE', partitions } }
}

function alterPartition(
  state: ControllerState,
  settings: Settings,
  { broker, entry }: { broker: number; entry: AlterPartitionEntry },
): { state: ControllerState; result: AlterPartitionResult } {
  const { topic: name, partition: index } = entry
  const nothing = { leader: -1, leaderEpoch: -1, isr: [], partitionEpoch: -1 }
  const topic = state.topics.get(name)
  if (topic === undefined || topic.id !== entry.topicId) {
    const error = 'UNKNOWN_TOPIC_ID'
    return { state, result: { topic: name, partition: index, error, ...nothing } }
  }
  const partition = topic.partitions[index]
  if (partition === undefined) {
    const error = 'UNKNOWN_TOPIC_OR_PARTITION'
    return { state, result: { topic: name, partition: index, error, ...nothing } }
  }
  const refused = refusedAlteration(state, partition, { broker, entry })
  if (refused !== 'NONE') return { state, result: resultOf(entry, refused, partition) }
  const to = changePartition(partition, rulesFor(state, settings, topic), {
    isr: entry.newIsr.map((member) => member.broker),
  })
  // The new ISR may have completed a reassignment that takes the leadership away.
  const error = to.leader === broker ? 'NONE' : 'NEW_LEADER_ELECTED'
  return { state: withPartition(state, topic, { index, to }), result: resultOf(entry, error, to) }
}

function resultOf(
  { topic, partition }: AlterPartitionEntry,
  error: KafkaErrorName,
  { leader, leaderEpoch, isr, partitionEpoch }: PartitionState,
): AlterPartitionResult {
  return { topic, partition, error, leader, leaderEpoch, isr, partitionEpoch }
}

function refusedAlteration(
  state: ControllerState,
  partition: PartitionState,
  { broker, entry }: { broker: number; entry: AlterPartitionEntry },
): KafkaErrorName {
  const { leaderEpoch, partitionEpoch, newIsr } = entry
  // A leader that knows more than this controller has heard of a later one.
  if (leaderEpoch > partition.leaderEpoch) return 'NOT_CONTROLLER'
  if (partitionEpoch > partition.partitionEpoch) return 'NOT_CONTROLLER'
  if (leaderEpoch < partition.leaderEpoch) return 'FENCED_LEADER_EPOCH'
  if (broker !== partition.leader) return 'INVALID_REQUEST'
  if (partitionEpoch < partition.partitionEpoch) return 'INVALID_UPDATE_VERSION'
  if (
    !isValidIsr(
      partition,
      newIsr.map((member) => member.broker),
    )
  )
    return 'INVALID_REQUEST'
  const isEligible = newIsr.every((member) => {
    const registered = state.brokers.get(member.broker)
    if (registered === undefined || registered.fenced) return false
    return member.brokerEpoch === -1 || member.brokerEpoch === registered.epoch
  })
  return isEligible ? 'NONE' : 'INELIGIBLE_REPLICA'
}

/** Replicas only, each once, the leader among them (`Replicas.validateIsr`). */
function isValidIsr(partition: PartitionState, isr: readonly number[]): boolean {
  return (
    isr.every((broker) => partition.replicas.includes(broker)) &&
    new Set(isr).size === isr.length &&
    isr.includes(partition.leader)
  )
}
