/**
 * All that the controller knows, as one immutable value: the image it publishes, with what only it
 * needs beside it. Every change makes a new value, so a request that is only to be validated is
 * worked out and thrown away. Kafka keeps the same as timeline maps that replay records.
 */
import type { BrokerImage, MetadataImage, PartitionImage, TopicImage } from '../metadata-image'

export const noLeader = -1

export interface PartitionState extends PartitionImage {
  /** Members of `replicas` that a reassignment is bringing in; empty when none is under way. */
  readonly addingReplicas: readonly number[]
  /** Members of `replicas` that will go once the new ones are in the ISR. */
  readonly removingReplicas: readonly number[]
  /**
   * Who led last, of a partition without leader while ELR is on, else -1. With ISR and ELR empty it
   * may lead again (KIP-966's balanced recovery; Kafka keeps it in `lastKnownElr`).
   */
  readonly lastKnownLeader: number
}

export interface TopicState extends TopicImage {
  readonly partitions: readonly PartitionState[]
}

export interface ControllerState extends MetadataImage {
  readonly brokers: ReadonlyMap<number, BrokerImage>
  readonly topics: ReadonlyMap<string, TopicState>
  readonly nextTopicId: number
  readonly nextProducerId: number
}

export const emptyState: ControllerState = {
  version: 0,
  brokers: new Map(),
  topics: new Map(),
  nextTopicId: 1,
  nextProducerId: 0,
}

/** Registered and not fenced: may lead and join an ISR. */
export function isActive(state: ControllerState, broker: number): boolean {
  return state.brokers.get(broker)?.fenced === false
}

export function withBroker(state: ControllerState, broker: BrokerImage): ControllerState {
  return { ...state, brokers: new Map(state.brokers).set(broker.id, broker) }
}

export function withTopic(state: ControllerState, topic: TopicState): ControllerState {
  return { ...state, topics: new Map(state.topics).set(topic.name, topic) }
}

export function withPartition(
  state: ControllerState,
  topic: TopicState,
  partition: { index: number; to: PartitionState },
): ControllerState {
  if (topic.partitions[partition.index] === partition.to) return state
  const partitions = topic.partitions.map((was, at) =>
    at === partition.index ? partition.to : was,
  )
  return withTopic(state, { ...topic, partitions })
}

/** A new partition is led by the first of its replicas that can (`buildPartitionRegistration`). */
export function newPartition(replicas: readonly number[], isr: readonly number[]): PartitionState {
  const leader = isr[0]
  if (leader === undefined)
    throw new Error(`a new partition on [${replicas}] has nobody to lead it`)
  return {
    replicas,
    isr,
    elr: [],
    leader,
    leaderEpoch: 0,
    partitionEpoch: 0,
    addingReplicas: [],
    removingReplicas: [],
    lastKnownLeader: noLeader,
  }
}
