/**
 * DescribeConfigs: settings in force and where they come from (`ConfigHelper`). A broker setting
 * that the simulation does not have is left out; one that Kafka does not know it would show as a
 * secret, and this cluster is never started with one.
 */
import type { RequestOf } from '../../protocol/api'
import type { describeConfigs } from '../../protocol/apis/describe-configs'
import { errorCode, type KafkaErrorName } from '../../protocol/errors'
import { brokerResource, topicResource } from '../controller/configs'
import {
  describeBrokerSettings,
  describeTopicSettings,
  type DescribedSetting,
} from '../described-settings'
import type { Broker } from './broker'
import type { Reply } from './request'

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
): DescribedSetting[] | KafkaErrorName {
  const { settings, id } = context
  if (resourceType === brokerResource) {
    return resourceName === String(id) ? describeBrokerSettings(settings) : 'INVALID_REQUEST'
  }
  if (resourceType !== topicResource) return 'INVALID_REQUEST'
  const topic = image.topics.get(resourceName)
  if (topic === undefined) return 'UNKNOWN_TOPIC_OR_PARTITION'
  return describeTopicSettings(topic.config, settings)
}
