/**
 * Moving a partition's leadership by plan, as `kafka-reassign-partitions.sh` and
 * `kafka-leader-election.sh` do one after the other: the new leader becomes the first of the
 * replicas, the preferred one, and then the controller is asked to elect it. No data is moved.
 */
import { alterPartitionReassignments } from '../protocol/apis/alter-partition-reassignments'
import { electLeaders } from '../protocol/apis/elect-leaders'
import { listOffsets } from '../protocol/apis/list-offsets'
import { errorName } from '../protocol/errors'
import { partitionState } from './admin'
import { check, NotYetError, untilDone } from './admin-retry'
import type { WireClient } from './wire-client'
import { NoAnswerError } from './wire-connection'

const brokerTimeoutMs = 5000
/** ListOffsets: the log end. */
const latest = -1

interface Place {
  topic: string
  partition: number
}

/**
 * Resolves when the controller has elected `broker` and the former leader has laid its leadership
 * down (until then its followers could still copy from it); clients hear of it a little later.
 * @throws when the broker has no replica of the partition
 * @throws {KafkaProtocolError} when it may not lead: it is not in the ISR, or fenced
 */
export async function moveLeader(
  client: WireClient,
  { topic, partition }: Place,
  broker: number,
): Promise<void> {
  const place = `${topic}-${partition}`
  const before = (await partitionState(client, topic))[partition]
  const replicas = before?.replicas ?? []
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
  const former = before?.leader ?? -1
  if (former >= 0 && former !== broker) await laidDown(client, { topic, partition }, former)
}

/** A broker that does not answer is not waited for: nobody copies from it. */
async function laidDown(client: WireClient, { topic, partition }: Place, former: number) {
  const asked = {
    replicaId: -1,
    isolationLevel: 0,
    topics: [{ topic, partitions: [{ partition, timestamp: latest }] }],
  }
  await untilDone(
    `Broker ${former} leaving the lead of ${topic}-${partition}`,
    async () => {
      const answer = await client.request(former, listOffsets, asked).catch(silence)
      if (answer?.topics[0]?.partitions[0]?.errorCode === 0) throw new NotYetError('it leads')
    },
    (error) => error instanceof NotYetError,
  )
}

function silence(error: unknown): undefined {
  if (!(error instanceof NoAnswerError)) throw error
}
