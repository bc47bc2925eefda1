/**
 * The topics that coordinators keep their state in, as brokers would create them themselves
 * (`GroupCoordinator`, `TransactionStateManager`). They are led by broker 3 where there is one, so
 * that killing the leader of `orders-0` kills no coordinator.
 */
import type { RequestOf } from '../protocol/api'
import type { createTopics } from '../protocol/apis/create-topics'
import { groupsTopic, transactionsTopic } from './broker/coordinators'
import { setting, type Settings } from './settings'

const preferredReplicas = [3, 1, 2]

type CreateTopics = RequestOf<typeof createTopics>

export function internalTopics(ids: readonly number[], settings: Settings): CreateTopics {
  const preferred = preferredReplicas.filter((id) => ids.includes(id))
  const brokers = [...preferred, ...ids.filter((id) => !preferred.includes(id))]
  const offsets = internalTopic(groupsTopic, brokers, {
    partitions: setting(settings, 'offsets.topic.num.partitions'),
    replicationFactor: setting(settings, 'offsets.topic.replication.factor'),
    config: {
      'cleanup.policy': 'compact',
      'compression.type': 'producer',
      'segment.bytes': setting(settings, 'offsets.topic.segment.bytes'),
    },
  })
  const transactions = internalTopic(transactionsTopic, brokers, {
    partitions: setting(settings, 'transaction.state.log.num.partitions'),
    replicationFactor: setting(settings, 'transaction.state.log.replication.factor'),
    config: {
      'cleanup.policy': 'compact',
      'compression.type': 'uncompressed',
      'unclean.leader.election.enable': false,
      'min.insync.replicas': setting(settings, 'transaction.state.log.min.isr'),
      'segment.bytes': setting(settings, 'transaction.state.log.segment.bytes'),
    },
  })
  return { topics: [offsets, transactions], timeoutMs: 0, validateOnly: false }
}

function internalTopic(
  topic: string,
  brokers: readonly number[],
  wanted: { partitions: number; replicationFactor: number; config: Settings },
): CreateTopics['topics'][number] {
  if (wanted.replicationFactor > brokers.length) {
    throw new RangeError(
      `${topic} cannot have ${wanted.replicationFactor} replicas on ${brokers.length} brokers: ` +
        'lower offsets.topic.replication.factor or transaction.state.log.replication.factor',
    )
  }
  const brokerIds = brokers.slice(0, wanted.replicationFactor)
  return {
    topic,
    numPartitions: -1,
    replicationFactor: -1,
    assignments: Array.from({ length: wanted.partitions }, (_, partition) => ({
      partition,
      brokerIds: [...brokerIds],
    })),
    configs: Object.entries(wanted.config).map(([name, value]) => ({ name, value: String(value) })),
  }
}
