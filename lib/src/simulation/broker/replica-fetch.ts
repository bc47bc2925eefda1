/**
 * What brokers say to each other to replicate. Kafka's Fetch with a fetch session (KIP-227), as
 * values: a follower names the partitions whose position has changed, the leader answers those that
 * have news. `fetchOffset` and `leaderEpoch` come back, so that an answer which something has
 * overtaken is recognised.
 */
import type { KafkaErrorName } from '../../protocol/errors'
import type { StoredBatch } from '../stored-batch'

export interface FetchPosition {
  /** `<topic>-<partition>` */
  key: string
  topicId: number
  leaderEpoch: number
  fetchOffset: number
  /** Of the last batch the follower has; undefined when its log is empty. */
  lastFetchedEpoch: number | undefined
}

export interface ReplicaFetchRequest {
  replicaId: number
  brokerEpoch: number
  /** `new`: all partitions are named, and the leader forgets what it knew. */
  session: 'new' | 'same'
  positions: FetchPosition[]
  forgotten: string[]
  /** `replica.fetch.wait.max.ms` */
  maxWaitMs: number
  /** `replica.fetch.response.max.bytes` */
  maxBytes: number
  /** `replica.fetch.max.bytes` */
  partitionMaxBytes: number
}

export type FetchOutcome =
  | {
      kind: 'records'
      /** Without any when only the offsets below have moved. */
      batches: readonly StoredBatch[]
      highWatermark: number
      logStartOffset: number
    }
  /** The follower's log has left the leader's: the leader's end of the largest common epoch. */
  | { kind: 'diverging'; epoch: number; endOffset: number }
  | { kind: 'out of range'; leaderStartOffset: number; leaderEndOffset: number }
  | { kind: 'error'; error: KafkaErrorName }

export interface FetchedPartition {
  key: string
  leaderEpoch: number
  fetchOffset: number
  outcome: FetchOutcome
}

export type ReplicaFetchResponse = FetchedPartition[] | 'unknown session'
