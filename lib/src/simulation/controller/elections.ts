/**
 * When leaders change: a broker is fenced, comes back, or comes back after a crash; somebody asks
 * for the preferred leaders; the controller looks after them by itself (Kafka's
 * ReplicationControlManager: handleBrokerFenced, handleBrokerUnfenced, handleBrokerShutdown,
 * electLeaders, maybeBalancePartitionLeaders, maybeElectUncleanLeaders).
 */
import type { RequestOf, ResponseOf } from '../../protocol/api'
import type { electLeaders } from '../../protocol/apis/elect-leaders'
import { setting, topicSetting, type Settings } from '../settings'
import {
  changePartition,
  type Election,
  type PartitionRules,
  type PartitionTargets,
} from './partition-change'
import { errorFields, refusal, type Refusal } from './refusal'
import {
  isActive,
  noLeader,
  withPartition,
  withTopic,
  type ControllerState,
  type PartitionState,
  type TopicState,
} from './state'

export function rulesFor(
  state: ControllerState,
  settings: Settings,
  topic: TopicState,
): PartitionRules {
  const replicationFactor = topic.partitions[0]!.replicas.length
  return {
    isAcceptableLeader: (broker) => isActive(state, broker),
    minIsr: Math.min(
      topicSetting(topic.config, settings, 'min.insync.replicas'),
      replicationFactor,
    ),
    eligibleLeaderReplicas:
      setting(settings, 'eligible.leader.replicas.version') === 0 ? 'off' : 'on',
  }
}

/** The election of a change that was not asked for as one. */
export function usualElection(settings: Settings, topic: TopicState): Election {
  const isUnclean = topicSetting(topic.config, settings, 'unclean.leader.election.enable')
  return isUnclean ? 'unclean' : 'online'
}

/** Every partition for which `targets` gives any, changed by the rules of its topic. */
function changeAll(
  state: ControllerState,
  settings: Settings,
  targets: (partition: PartitionState, topic: TopicState) => PartitionTargets | undefined,
): ControllerState {
  let after = state
  for (const topic of state.topics.values()) {
    const rules = rulesFor(state, settings, topic)
    const partitions = topic.partitions.map((partition) => {
      const wanted = targets(partition, topic)
      return wanted === undefined ? partition : changePartition(partition, rules, wanted)
    })
    const isChanged = partitions.some((partition, index) => partition !== topic.partitions[index])
    if (isChanged) after = withTopic(after, { ...topic, partitions })
  }
  return after
}

const without = (brokers: readonly number[], gone: number) =>
  brokers.filter((broker) => broker !== gone)

/** A fenced broker leaves every ISR. `state` already has it fenced. */
export function afterFencing(state: ControllerState, settings: Settings, broker: number) {
  return changeAll(state, settings, (partition, topic) =>
    partition.isr.includes(broker)
      ? { election: usualElection(settings, topic), isr: without(partition.isr, broker) }
      : undefined,
  )
}

/**
 * A broker that came back, or a topic that came to allow unclean elections, may give a leader to
 * what has none. `state` already has the broker unfenced.
 */
export function withLeadersWhereNone(state: ControllerState, settings: Settings) {
  return changeAll(state, settings, (partition, topic) =>
    partition.leader === noLeader ? { election: usualElection(settings, topic) } : undefined,
  )
}

/**
 * A broker that registers anew never shut down in order (KIP-966): it leaves the ISR and, since
 * its disk may lack what it acked, the ELR. `state` already has it fenced.
 */
export function afterUncleanShutdown(state: ControllerState, settings: Settings, broker: number) {
  return changeAll(state, settings, (partition, topic) =>
    partition.isr.includes(broker) || partition.elr.includes(broker)
      ? {
          election: usualElection(settings, topic),
          isr: without(partition.isr, broker),
          uncleanShutdown: broker,
        }
      : undefined,
  )
}

/** What `auto.leader.rebalance.enable` does from time to time. */
export function withPreferredLeaders(state: ControllerState, settings: Settings) {
  return changeAll(state, settings, (partition) =>
    partition.leader === partition.replicas[0] ? undefined : { election: 'preferred' },
  )
}

/** ElectLeaders v0: preferred leaders, of the partitions named or (null) all that lack theirs. */
export function electPreferredLeaders(
  state: ControllerState,
  settings: Settings,
  request: RequestOf<typeof electLeaders>,
): { state: ControllerState; response: ResponseOf<typeof electLeaders> } {
  const isForAll = request.topicPartitions === null
  const wanted = request.topicPartitions ?? [...state.topics.values()].map(allPartitions)
  let after = state
  const results = wanted.map(({ topic, partitions }) => {
    const outcomes = partitions.map((partition) => {
      const outcome = electPreferred(after, settings, { topic, partition })
      if ('state' in outcome) after = outcome.state
      return { partition, refused: 'state' in outcome ? undefined : outcome }
    })
    const told = outcomes.filter(
      ({ refused }) => !isForAll || refused?.error !== 'ELECTION_NOT_NEEDED',
    )
    return {
      topic,
      partitions: told.map(({ partition, refused }) => ({ partition, ...errorFields(refused) })),
    }
  })
  return { state: after, response: { throttleTimeMs: 0, results } }
}

function allPartitions(topic: TopicState): { topic: string; partitions: number[] } {
  return { topic: topic.name, partitions: topic.partitions.map((_, index) => index) }
}

function electPreferred(
  state: ControllerState,
  settings: Settings,
  { topic: name, partition: index }: { topic: string; partition: number },
): { state: ControllerState } | Refusal {
  const topic = state.topics.get(name)
  const partition = topic?.partitions[index]
  if (topic === undefined || partition === undefined) {
    return refusal('UNKNOWN_TOPIC_OR_PARTITION', `there is no partition ${name}-${index}`)
  }
  const preferred = partition.replicas[0]
  if (partition.leader === preferred) {
    return refusal('ELECTION_NOT_NEEDED', `broker ${preferred} already leads ${name}-${index}`)
  }
  const to = changePartition(partition, rulesFor(state, settings, topic), { election: 'preferred' })
  if (to === partition) {
    const why = isActive(state, preferred!) ? 'is not in the ISR' : 'is fenced'
    return refusal('PREFERRED_LEADER_NOT_AVAILABLE', `broker ${preferred} ${why}`)
  }
  return { state: withPartition(state, topic, { index, to }) }
}
