/**
 * Settings of topics: what a client may set, and AlterConfigs, which replaces them all (Kafka's
 * ConfigurationControlManager.legacyAlterConfigs, ControllerConfigurationValidator and
 * LogConfig.validate). Left out: settings of brokers that change while they run, so every one of
 * them is refused as Kafka refuses those that need a restart.
 */
import type { RequestOf, ResponseOf } from '../../protocol/api'
import type { alterConfigs } from '../../protocol/apis/alter-configs'
import { readSetting } from '../setting-definition'
import { topicSetting, topicSettings, type Settings } from '../settings'
import { errorFields, isRefusal, refusal, type Refusal } from './refusal'
import { noLeader, withTopic, type ControllerState, type TopicState } from './state'
import { refusedTopicName } from './topic-names'

/** The numbers of Kafka's `ConfigResource.Type`. */
export const topicResource = 2
export const brokerResource = 4

type AlteredResource = RequestOf<typeof alterConfigs>['resources'][number]

/** What a topic may be set to (`LogConfig.validate`); else `INVALID_CONFIG`. */
export function refusedTopicConfig(
  config: Readonly<Record<string, string>>,
  settings: Settings,
): Refusal | undefined {
  const refused = (reason: string) => refusal('INVALID_CONFIG', reason)
  for (const [name, value] of Object.entries(config)) {
    const known = topicSettings.get(name)
    if (known === undefined) return refused(`a topic has no setting ${name}`)
    const read = readSetting(known.definition, value)
    if ('problem' in read) return refused(`${name} is ${value}: it ${read.problem}`)
  }
  const leastLagMs = topicSetting(config, settings, 'min.compaction.lag.ms')
  const mostLagMs = topicSetting(config, settings, 'max.compaction.lag.ms')
  if (leastLagMs > mostLagMs) {
    return refused(
      `min.compaction.lag.ms ${leastLagMs} is more than max.compaction.lag.ms ${mostLagMs}`,
    )
  }
  return undefined
}

export function changeConfigs(
  state: ControllerState,
  settings: Settings,
  request: RequestOf<typeof alterConfigs>,
): { state: ControllerState; response: ResponseOf<typeof alterConfigs> } {
  let after = state
  const resources = request.resources.map((resource) => {
    const { resourceType, resourceName } = resource
    const isTwice = request.resources.some(
      (other) =>
        other !== resource &&
        other.resourceType === resourceType &&
        other.resourceName === resourceName,
    )
    const outcome = isTwice
      ? refusal('INVALID_REQUEST', `the request names ${resourceName} twice`)
      : changeConfig(after, settings, resource)
    const refused = isRefusal(outcome) ? outcome : undefined
    if (!isRefusal(outcome)) after = outcome
    return { ...errorFields(refused), resourceType, resourceName }
  })
  return {
    state: request.validateOnly ? state : after,
    response: { throttleTimeMs: 0, resources },
  }
}

function changeConfig(
  state: ControllerState,
  settings: Settings,
  { resourceType, resourceName, configs }: AlteredResource,
): ControllerState | Refusal {
  const names = configs.map(({ name }) => name)
  if (new Set(names).size < names.length) {
    return refusal('INVALID_REQUEST', `a setting of ${resourceName} is given twice: ${names}`)
  }
  const config: Record<string, string> = {}
  for (const { name, value } of configs) {
    if (value === null) return refusal('INVALID_REQUEST', `${name} is null: leave it out`)
    config[name] = value
  }
  if (resourceType === brokerResource) return refusedBrokerConfig(state, resourceName, names)
  if (resourceType !== topicResource) {
    return refusal('INVALID_REQUEST', `resource type ${resourceType} has no settings here`)
  }
  if (resourceName === '') return refusal('INVALID_REQUEST', 'all topics cannot be set at once')
  const refused = refusedTopicName(resourceName) ?? refusedTopicConfig(config, settings)
  if (refused !== undefined) return refused
  const topic = state.topics.get(resourceName)
  if (topic === undefined) {
    return refusal('UNKNOWN_TOPIC_OR_PARTITION', `there is no topic ${resourceName}`)
  }
  return withTopic(state, reconfigured(topic, config))
}

/** With none given there is nothing to refuse: the same state. */
function refusedBrokerConfig(
  state: ControllerState,
  resourceName: string,
  names: readonly string[],
): ControllerState | Refusal {
  const isBroker = resourceName === '' || state.brokers.has(Number(resourceName))
  if (!isBroker) return refusal('INVALID_REQUEST', `there is no broker ${resourceName}`)
  if (names.length === 0) return state
  return refusal('INVALID_REQUEST', `a running broker cannot change ${names}`)
}

/** Another minimum makes the ELR meaningless, so it is emptied (Kafka's ClearElrRecord). */
function reconfigured(topic: TopicState, config: Readonly<Record<string, string>>): TopicState {
  const name = 'min.insync.replicas'
  if (topic.config[name] === config[name]) return { ...topic, config }
  const partitions = topic.partitions.map((partition) =>
    partition.elr.length === 0 && partition.lastKnownLeader === noLeader
      ? partition
      : {
          ...partition,
          elr: [],
          lastKnownLeader: noLeader,
          partitionEpoch: partition.partitionEpoch + 1,
        },
  )
  return { ...topic, config, partitions }
}
