/**
 * What one execution of an experiment left behind, as plain JSON: the plan, the history, the logs
 * as they stood at the end, and how each app ended. Checker and charts see nothing else.
 */
import type { ErrorRecord, HistoryEvent } from './events'
import type { Plan } from './plan'

export interface LogRecord {
  offset: number
  key: string | null
  value: string | null
  headers: Record<string, string>
}

/** A record batch (magic 2). `producerId`, `producerEpoch`, `baseSequence` are -1 without one. */
export interface LogBatch {
  baseOffset: number
  /** Offset of the last record, also when compaction removed it. */
  lastOffset: number
  leaderEpoch: number
  producerId: number
  producerEpoch: number
  baseSequence: number
  transactional: boolean
  /** A control batch holds one marker and no records. */
  control?: 'commit' | 'abort'
  compression: 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd'
  records: LogRecord[]
}

/** A partition's log as its leader serves it after the lab healed the cluster. */
export interface PartitionLog {
  topic: string
  partition: number
  leader: number
  /** In-sync replicas when it was read. */
  isr: number[]
  logStartOffset: number
  highWatermark: number
  lastStableOffset: number
  logEndOffset: number
  batches: LogBatch[]
}

/** A replica's log as its disk holds it when the apps had ended and before anything was healed. */
export interface ReplicaLog {
  topic: string
  partition: number
  broker: number
  /** Whether the broker was running when the files were read. */
  alive: boolean
  batches: LogBatch[]
}

export interface GroupOffset {
  group: string
  topic: string
  partition: number
  /** The committed offset: the next one to read. */
  offset: number
}

export interface AppOutcome {
  /** The last attempt's number. */
  attempts: number
  ended: 'done' | 'crashed' | ErrorRecord
  /** The kafkajs settings in force that the lab or the plan gave. */
  client: Record<string, unknown>
}

export interface ClusterRecord {
  kind: 'embedded' | 'local' | 'own'
  /** Of Apache Kafka, e.g. `4.4.0`; of this lab for `embedded`; `unknown` where not told. */
  kafkaVersion: string
  brokers: number[]
}

export interface Run {
  format: 1
  plan: Plan
  cluster: ClusterRecord
  kafkajsVersion: string
  history: HistoryEvent[]
  /** Ordered by topic, then partition. */
  logs: PartitionLog[]
  /** Ordered by topic, partition, broker; empty where the lab cannot see the disks. */
  replicaLogs: ReplicaLog[]
  /** Ordered by group, topic, partition. */
  groups: GroupOffset[]
  apps: Record<string, AppOutcome>
}
