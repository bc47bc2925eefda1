/**
 * Moving a partition's leadership by plan, as `kafka-reassign-partitions.sh` and
 * `kafka-leader-election.sh` do one after the other: the new leader becomes the first of the
 * replicas, the preferred one, and then the controller is asked to elect it. No data is moved.
 */
import { alterPartitionReassignments } from '../protocol/apis/alter-partition-reassignments'
import { electLeaders } from '../protocol/apis/elect-leaders'
import { errorName } from '../protocol/errors'
import { partitionState } from './admin'
import { check } from './admin-retry'
import type { WireClient } from './wire-client'

const brokerTimeoutMs = 5000

/**
 * Resolves when the controller has elected `broker`; brokers and clients hear of it a little later.
 * @throws when the broker has no replica of the partition
 * @throws {KafkaProtocolError} when it may not lead: it is not in the ISR, or fenced
 */
export async function moveLeader(
  client: WireClient,
  { topic, partition }: { topic: string; partition: number },
  broker: number,
): Promise<void> {
  const place = `${topic}-${partition}`
  const replicas = (await partitionState(client, topic))[partition]?.replicas ?? []
  if (!replicas.includes(broker)) {
    throw new Error(`broker ${broker} has no replica of ${place}: it is on ${replicas.join(', ')}`)
  }
  const order = [broker, ...replicas.filter((replica) => replica !== broker)]
  const ordered = await client.request('any', alterPartitionReassignments, {
    timeoutMs: brokerTimeoutMs,
    topics: [{ topic, partitions: [{ partition, replicas: order }] }],
  })
  check('AlterPartitionReassignments', ordered.errorCode, ordered.errorMessage)
  for (const { errorCode, errorMessage } of ordered.topics.flatMap((one) => one.partitions)) {
    check(`AlterPartitionReassignments of ${place}`, errorCode, errorMessage)
  }
  const elected = await client.request('any', electLeaders, {
    topicPartitions: [{ topic, partitions: [partition] }],
    timeoutMs: brokerTimeoutMs,
  })
  for (const { errorCode, errorMessage } of elected.results.flatMap((one) => one.partitions)) {
    if (errorName(errorCode) === 'ELECTION_NOT_NEEDED') continue
    check(`Moving ${place} to broker ${broker}`, errorCode, errorMessage)
  }
}
