/**
 * Produce: each partition's batch is appended or refused by itself; the request is answered when
 * all partitions are (`KafkaApis.handleProduceRequest`, `ReplicaManager.handleProduceAppend`). With
 * acks 0 there is no answer, and an error closes the connection.
 */
import type { RequestOf, ResponseOf } from '../../protocol/api'
import type { produce } from '../../protocol/apis/produce'
import { errorCode, type KafkaErrorName } from '../../protocol/errors'
import { Buffer } from '../../protocol/platform'
import { readBatchHeaders, type BatchHeader } from '../../protocol/record-batch'
import type { VerificationGuard } from '../log/transaction-verification'
import type { Broker } from './broker'
import { groupsTopic, transactionsTopic } from './coordinators'
import type { Acks, Partition } from './partition'
import { hangUp, noResponse, type Reply } from './request'
import { verifyTransaction } from './transaction-verification'

type ProduceRequest = RequestOf<typeof produce>
type PartitionResponse = ResponseOf<typeof produce>['topics'][number]['partitions'][number]

interface PartitionData {
  topic: string
  partition: number
  records: Buffer
}

type Done = (response: PartitionResponse) => void

export function handleProduce(
  broker: Broker,
  request: ProduceRequest,
  reply: Reply<typeof produce>,
): void {
  let missing = 1
  let failed = false
  const finish = (): void => {
    missing -= 1
    if (missing > 0) return
    if (request.acks !== 0) reply({ topics, throttleTimeMs: 0 })
    else reply(failed ? hangUp : noResponse)
  }
  const topics = request.topics.map(({ topic, partitions }) => {
    const responses: PartitionResponse[] = []
    for (const [place, { partition, records }] of partitions.entries()) {
      missing += 1
      const data = { topic, partition, records: records ?? Buffer.alloc(0) }
      append(broker, request, data, (response) => {
        responses[place] = response
        if (response.errorCode !== 0) failed = true
        finish()
      })
    }
    return { topic, partitions: responses }
  })
  finish()
}

function append(
  broker: Broker,
  { acks, timeoutMs, transactionalId }: ProduceRequest,
  data: PartitionData,
  done: Done,
): void {
  const { topic, partition: index, records } = data
  const refuse = (error: KafkaErrorName): void => done(refusal(index, error))
  if (!isAcks(acks)) return refuse('INVALID_REQUIRED_ACKS')
  if (topic === groupsTopic || topic === transactionsTopic) {
    return refuse('INVALID_TOPIC_EXCEPTION')
  }
  const partition = findPartition(broker, topic, index)
  if (typeof partition === 'string') return refuse(partition)
  const proceed = (guard?: VerificationGuard): void => {
    const how = { origin: 'client', ...(guard && { guard }) } as const
    const result = partition.append(records, acks, how)
    if (result.outcome === 'refused') return refuse(result.error)
    const { baseOffset, lastOffset, logAppendTimeMs } = result
    const answer = (error: KafkaErrorName): void => {
      const logStartOffset = partition.log.startOffset
      const code = errorCode(error)
      done({ partition: index, errorCode: code, baseOffset, logAppendTimeMs, logStartOffset })
    }
    if (acks === -1) partition.awaitReplication(lastOffset, timeoutMs, answer)
    else answer('NONE')
  }
  const batch = transactionalId === null ? undefined : transactionalBatch(records)
  if (transactionalId === null || batch === undefined) return proceed()
  verifyTransaction(broker, partition, { ...batch, transactionalId }, (error, guard) => {
    if (error === 'NONE') proceed(guard)
    else refuse(error)
  })
}

/** Why a request about a partition cannot be served here, or the partition. */
export function findPartition(
  { image, replicas }: Broker,
  topic: string,
  index: number,
): Partition | KafkaErrorName {
  const partition = replicas.find(topic, index)
  if (partition !== undefined) return partition
  const exists = image.topics.get(topic)?.partitions[index] !== undefined
  return exists ? 'NOT_LEADER_OR_FOLLOWER' : 'UNKNOWN_TOPIC_OR_PARTITION'
}

/** Bytes that cannot be read are the log's to refuse. */
function transactionalBatch(records: Buffer): BatchHeader | undefined {
  try {
    const [header] = readBatchHeaders(records, 'cut')
    return header?.transactional === true ? header : undefined
  } catch {
    return undefined
  }
}

function isAcks(acks: number): acks is Acks {
  return acks === -1 || acks === 0 || acks === 1
}

function refusal(partition: number, error: KafkaErrorName): PartitionResponse {
  const code = errorCode(error)
  return { partition, errorCode: code, baseOffset: -1, logAppendTimeMs: -1, logStartOffset: -1 }
}
