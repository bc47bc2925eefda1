/**
 * Fetch by consumers: record batches up to the high watermark, or with read_committed up to the
 * last stable offset. With too little to read the request waits, for `max_wait_ms` at most, until
 * the watermark moves (`DelayedFetch`). No fetch sessions: each request names all its partitions,
 * and is told session id 0. As in Kafka a follower answers too (KIP-392).
 */
import type { RequestOf, ResponseOf } from '../../protocol/api'
import type { fetch } from '../../protocol/apis/fetch'
import { errorCode, type KafkaErrorName } from '../../protocol/errors'
import { Buffer } from '../../protocol/platform'
import { setting } from '../settings'
import type { Timer } from '../timers'
import type { Broker } from './broker'
import type { Partition, Reader } from './partition'
import { findPartition } from './produce-requests'
import type { Reply } from './request'

type FetchRequest = RequestOf<typeof fetch>
type FetchResponse = ResponseOf<typeof fetch>
type PartitionRequest = FetchRequest['topics'][number]['partitions'][number]
type PartitionResponse = FetchResponse['topics'][number]['partitions'][number]

const readCommitted = 1
const noBytes = Buffer.alloc(0)

/** What the request's partitions have to give. */
interface Read {
  topics: FetchResponse['topics']
  bytes: number
  hasError: boolean
}

export function handleFetch(
  broker: Broker,
  request: FetchRequest,
  reply: Reply<typeof fetch>,
): void {
  const read = readAll(broker, request)
  const enough = read.bytes >= request.minBytes || read.hasError || request.maxWaitMs <= 0
  if (enough || request.topics.length === 0) reply(response(read))
  else new WaitingFetch(broker, request, (later) => reply(response(later)))
}

class WaitingFetch implements Reader {
  private readonly partitions: Partition[] = []
  private readonly timer: Timer
  private state: 'waiting' | 'done' = 'waiting'

  constructor(
    private readonly broker: Broker,
    private readonly request: FetchRequest,
    private readonly done: (read: Read) => void,
  ) {
    for (const { topic, partitions } of request.topics) {
      for (const { partition: index } of partitions) {
        const partition = broker.replicas.find(topic, index)
        if (partition === undefined) continue
        partition.readers.add(this)
        this.partitions.push(partition)
      }
    }
    this.timer = broker.context.timers.after(request.maxWaitMs, () => this.finish(this.read()))
  }

  moreToRead(): void {
    const read = this.read()
    if (read.bytes >= this.request.minBytes || read.hasError) this.finish(read)
  }

  leaderChanged(): void {
    this.finish(this.read())
  }

  private read(): Read {
    return readAll(this.broker, this.request)
  }

  /** An answer may have led to the next before everyone was told. */
  private finish(read: Read): void {
    if (this.state === 'done') return
    this.state = 'done'
    this.timer.cancel()
    for (const partition of this.partitions) partition.readers.delete(this)
    this.done(read)
  }
}

function readAll(broker: Broker, request: FetchRequest): Read {
  const most = setting(broker.context.settings, 'fetch.max.bytes')
  let bytesLeft = Math.min(request.maxBytes, most)
  const read: Read = { topics: [], bytes: 0, hasError: false }
  for (const { topic, partitions } of request.topics) {
    const responses = partitions.map((asked) => {
      const found = readPartition(broker, topic, asked, {
        isolationLevel: request.isolationLevel,
        maxBytes: Math.min(asked.partitionMaxBytes, bytesLeft),
        oversized: read.bytes === 0 ? 'first batch' : 'none',
      })
      const length = found.records?.length ?? 0
      bytesLeft = Math.max(0, bytesLeft - length)
      read.bytes += length
      if (found.errorCode !== 0) read.hasError = true
      return found
    })
    read.topics.push({ topic, partitions: responses })
  }
  return read
}

interface Limits {
  isolationLevel: number
  maxBytes: number
  oversized: 'first batch' | 'none'
}

function readPartition(
  broker: Broker,
  topic: string,
  { partition: index, fetchOffset, currentLeaderEpoch }: PartitionRequest,
  { isolationLevel, maxBytes, oversized }: Limits,
): PartitionResponse {
  const partition = findPartition(broker, topic, index)
  if (typeof partition === 'string') return refusal(index, partition)
  const refused = checkLeaderEpoch(partition, currentLeaderEpoch)
  if (refused !== undefined) return refusal(index, refused)
  const { log } = partition
  if (fetchOffset < log.startOffset || fetchOffset > log.endOffset) {
    return refusal(index, 'OFFSET_OUT_OF_RANGE')
  }
  const isCommitted = isolationLevel === readCommitted
  const upperBound = isCommitted ? log.lastStableOffset : log.highWatermark
  const batches = log.read(fetchOffset, { upperBound, maxBytes, oversized })
  const [only] = batches
  return {
    partition: index,
    errorCode: 0,
    highWatermark: log.highWatermark,
    lastStableOffset: log.lastStableOffset,
    logStartOffset: log.startOffset,
    abortedTransactions: isCommitted
      ? log
          .abortedTransactions(fetchOffset, batches)
          .map(({ producerId, firstOffset }) => ({ producerId, firstOffset }))
      : null,
    preferredReadReplica: -1,
    records:
      only !== undefined && batches.length === 1
        ? only.bytes
        : Buffer.concat(batches.map(({ bytes }) => bytes)),
  }
}

/** A client that names a leader epoch (KIP-320) is told when it differs; -1: it names none. */
export function checkLeaderEpoch(
  { leaderEpoch }: Partition,
  currentLeaderEpoch: number,
): KafkaErrorName | undefined {
  if (currentLeaderEpoch === -1 || currentLeaderEpoch === leaderEpoch) return undefined
  return currentLeaderEpoch < leaderEpoch ? 'FENCED_LEADER_EPOCH' : 'UNKNOWN_LEADER_EPOCH'
}

function response({ topics }: Read): FetchResponse {
  return { throttleTimeMs: 0, errorCode: 0, sessionId: 0, topics }
}

function refusal(partition: number, error: KafkaErrorName): PartitionResponse {
  return {
    partition,
    errorCode: errorCode(error),
    highWatermark: -1,
    lastStableOffset: -1,
    logStartOffset: -1,
    abortedTransactions: null,
    preferredReadReplica: -1,
    records: noBytes,
  }
}
