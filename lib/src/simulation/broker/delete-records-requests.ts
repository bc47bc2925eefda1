/**
 * DeleteRecords: the leader raises its log start; the followers raise theirs when their Fetch is
 * next answered. Kafka answers once they have (`DelayedDeleteRecords`), this broker at once.
 */
import type { RequestOf } from '../../protocol/api'
import type { deleteRecords } from '../../protocol/apis/delete-records'
import { errorCode, type KafkaErrorName } from '../../protocol/errors'
import { topicSetting } from '../settings'
import type { Broker } from './broker'
import type { Partition } from './partition'
import { findPartition } from './produce-requests'
import type { Reply } from './request'

const highWatermark = -1

export function handleDeleteRecords(
  broker: Broker,
  { topics }: RequestOf<typeof deleteRecords>,
  reply: Reply<typeof deleteRecords>,
): void {
  reply({
    throttleTimeMs: 0,
    topics: topics.map(({ topic, partitions }) => ({
      topic,
      partitions: partitions.map(({ partition: index, offset }) => {
        const partition = findPartition(broker, topic, index)
        const error =
          typeof partition === 'string' ? partition : deleteBefore(broker, partition, offset)
        const isDone = typeof partition !== 'string' && error === 'NONE'
        const lowWatermark = isDone ? partition.log.startOffset : -1
        return { partition: index, lowWatermark, errorCode: errorCode(error) }
      }),
    })),
  })
}

function deleteBefore(
  { image, context }: Broker,
  { log, leadership, topic }: Partition,
  offset: number,
): KafkaErrorName {
  if (leadership === undefined) return 'NOT_LEADER_OR_FOLLOWER'
  const config = image.topics.get(topic)?.config ?? {}
  const policy = topicSetting(config, context.settings, 'cleanup.policy')
  if (!policy.split(',').includes('delete')) return 'POLICY_VIOLATION'
  const before = offset === highWatermark ? log.highWatermark : offset
  if (before < 0) return 'OFFSET_OUT_OF_RANGE'
  const error = log.deleteRecordsBefore(before)
  leadership.tellNewOffsets()
  return error
}
