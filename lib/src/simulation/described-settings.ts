/**
 * Settings in force and where each comes from, as DescribeConfigs tells them (Kafka's ConfigHelper
 * and DynamicBrokerConfig). Left out: settings that a running broker was given, so the sources are
 * the topic, the broker's own settings and Kafka's defaults.
 */
import type { ResponseOf } from '../protocol/api'
import type { describeConfigs } from '../protocol/apis/describe-configs'
import { settingText, type SettingValue } from './setting-definition'
import {
  brokerSettings,
  topicSetting,
  topicSettings,
  setting,
  type BrokerSettingName,
  type Settings,
  type TopicSettingName,
} from './settings'

/** The numbers of Kafka's `DescribeConfigsResponse.ConfigSource`. */
const configSources = {
  DYNAMIC_TOPIC_CONFIG: 1,
  STATIC_BROKER_CONFIG: 4,
  DEFAULT_CONFIG: 5,
} as const

/** With synonyms; leave them out of an answer that was asked for without. */
export type DescribedSetting = ResponseOf<
  typeof describeConfigs
>['results'][number]['configs'][number]
type Synonym = DescribedSetting['synonyms'][number]

/** Settings of brokers that are one setting in several units: the first that is set counts. */
const families: readonly (readonly BrokerSettingName[])[] = [
  ['log.roll.ms', 'log.roll.hours'],
  ['log.roll.jitter.ms', 'log.roll.jitter.hours'],
  ['log.retention.ms', 'log.retention.minutes', 'log.retention.hours'],
]

/** What Kafka can change in a running broker; all else is read-only. */
const changeable: ReadonlySet<string> = new Set([
  ...[...topicSettings.values()].flatMap(({ synonyms }) => synonyms.slice(0, 1).map((s) => s.name)),
  'producer.id.expiration.ms',
  'transaction.partition.verification.enable',
])

/** Every setting of a topic, in the order of the table. */
export function describeTopicSettings(
  topicConfig: Readonly<Record<string, string>>,
  settings: Settings,
): DescribedSetting[] {
  return [...topicSettings].map(([name, { synonyms }]) => {
    const value = textOf(topicSetting(topicConfig, settings, name as TopicSettingName))
    const first = synonyms[0]
    const ofBroker = first === undefined ? [] : brokerSynonyms(first.name, settings)
    const own = { name, value, source: configSources.DYNAMIC_TOPIC_CONFIG }
    const all = topicConfig[name] === undefined ? ofBroker : [own, ...ofBroker]
    return described(name, value, { synonyms: all, readOnly: false })
  })
}

/** Every setting of a broker, in the order of the table. */
export function describeBrokerSettings(settings: Settings): DescribedSetting[] {
  return [...brokerSettings.keys()].map((key) => {
    const name = key as BrokerSettingName
    const synonyms = brokerSynonyms(name, settings)
    const value = textOf(setting(settings, name))
    return described(name, value, { synonyms, readOnly: !changeable.has(name) })
  })
}

function described(
  name: string,
  value: string | null,
  { synonyms, readOnly }: { synonyms: Synonym[]; readOnly: boolean },
): DescribedSetting {
  const configSource = synonyms[0]?.source ?? configSources.DEFAULT_CONFIG
  return { name, value, readOnly, configSource, isSensitive: false, synonyms }
}

/** What speaks for a broker's setting, the strongest first; nothing before its own name counts. */
function brokerSynonyms(name: BrokerSettingName, settings: Settings): Synonym[] {
  const family = families.find((names) => names.includes(name)) ?? familyOf(name)
  const given = family.flatMap((member) =>
    settings[member] === undefined
      ? []
      : [synonym(member, setting(settings, member), 'STATIC_BROKER_CONFIG')],
  )
  const defaults = family.flatMap((member) => {
    const value = setting({}, member)
    return value === null ? [] : [synonym(member, value, 'DEFAULT_CONFIG')]
  })
  const all = [...given, ...defaults]
  const at = all.findIndex((one) => one.name === name)
  return at === -1 ? [] : all.slice(at)
}

/** `log.flush.scheduler.interval.ms` speaks for `log.flush.interval.ms`, but not the reverse. */
function familyOf(name: BrokerSettingName): readonly BrokerSettingName[] {
  return name === 'log.flush.interval.ms' ? [name, 'log.flush.scheduler.interval.ms'] : [name]
}

function synonym(
  name: string,
  value: SettingValue | null,
  source: keyof typeof configSources,
): Synonym {
  return { name, value: textOf(value), source: configSources[source] }
}

function textOf(value: SettingValue | null): string | null {
  return value === null ? null : settingText(value)
}
