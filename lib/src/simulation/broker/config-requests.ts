/**
 * DescribeConfigs: settings in force and where they come from (`ConfigHelper`). A broker setting
 * that the simulation does not have is left out; one that Kafka does not know it would show as a
 * secret, and this cluster is never started with one.
 */
import type { RequestOf, ResponseOf } from '../../protocol/api'
import type { describeConfigs } from '../../protocol/apis/describe-configs'
import { errorCode, type KafkaErrorName } from '../../protocol/errors'
import { brokerResource, topicResource } from '../controller/configs'
import { longMax, type SettingValue } from '../setting-definition'
import { brokerSettings, topicSettings, type Settings } from '../settings'
import type { Broker } from './broker'
import type { Reply } from './request'

type Result = ResponseOf<typeof describeConfigs>['results'][number]
type Config = Result['configs'][number]
type Synonym = Config['synonyms'][number]

/** Kafka's `DescribeConfigsResponse.ConfigSource`. */
const source = { topic: 1, staticBroker: 4, default: 5 }

export function handleDescribeConfigs(
  broker: Broker,
  { resources, includeSynonyms }: RequestOf<typeof describeConfigs>,
  reply: Reply<typeof describeConfigs>,
): void {
  reply({
    throttleTimeMs: 0,
    results: resources.map(({ resourceType, resourceName, configurationKeys }) => {
      const found = configsOf(broker, resourceType, resourceName)
      const base = { resourceType, resourceName, errorMessage: null }
      if (typeof found === 'string') return { ...base, errorCode: errorCode(found), configs: [] }
      const configs = found
        .filter(({ name }) => configurationKeys === null || configurationKeys.includes(name))
        .map((config) => (includeSynonyms ? config : { ...config, synonyms: [] }))
      return { ...base, errorCode: 0, configs }
    }),
  })
}

function configsOf(
  { image, context }: Broker,
  resourceType: number,
  resourceName: string,
): Config[] | KafkaErrorName {
  const { settings, id } = context
  if (resourceType === brokerResource) {
    if (resourceName !== String(id)) return 'INVALID_REQUEST'
    return [...brokerSettings].map(([name]) => config(name, brokerSynonyms(name, settings), true))
  }
  if (resourceType !== topicResource) return 'INVALID_REQUEST'
  const topic = image.topics.get(resourceName)
  if (topic === undefined) return 'UNKNOWN_TOPIC_OR_PARTITION'
  return [...topicSettings].map(([name, { definition, synonyms }]) => {
    const own = topic.config[name]
    const all: Synonym[] = own === undefined ? [] : [{ name, value: own, source: source.topic }]
    for (const synonym of synonyms) {
      const raw = settings[synonym.name]
      const value = raw === undefined ? null : textOf(scaled(raw, synonym.factor))
      if (value !== null) all.push({ name: synonym.name, value, source: source.staticBroker })
    }
    const byDefault = textOf(definition.defaultValue)
    all.push({ name: synonyms[0]?.name ?? name, value: byDefault, source: source.default })
    return config(name, all, false)
  })
}

/** The first synonym is the one in force. */
function config(name: string, synonyms: Synonym[], readOnly: boolean): Config {
  const [inForce] = synonyms
  if (inForce === undefined) throw new Error(`setting ${name} has no value at all`)
  const { value, source: configSource } = inForce
  return { name, value, readOnly, configSource, isSensitive: false, synonyms }
}

function brokerSynonyms(name: string, settings: Settings): Synonym[] {
  const definition = brokerSettings.get(name)
  const byDefault = textOf(definition?.defaultValue ?? null)
  const synonyms = [{ name, value: byDefault, source: source.default }]
  const set = settings[name]
  if (set === undefined) return synonyms
  return [{ name, value: textOf(set), source: source.staticBroker }, ...synonyms]
}

function scaled(value: SettingValue, factor: number): SettingValue {
  return factor === 1 ? value : Number(value) * factor
}

function textOf(value: SettingValue | null): string | null {
  if (value === null) return null
  return value === longMax ? '9223372036854775807' : String(value)
}
