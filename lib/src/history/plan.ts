/**
 * The JSON part of an experiment: everything but the code of the apps. Points and acts are plain
 * values, so a plan can be stored, generated, shrunk and replayed.
 */

/** Which frames a point means; every field given must match. */
export interface FrameMatch {
  app?: string
  attempt?: number
  broker?: number
  topic?: string
  partition?: number
  /** One of the record values in a Produce request (or in a Fetch response). */
  value?: string
  group?: string
  transactionalId?: string
  acks?: number
  /** 1 is the first match, counted in the order in which the requests leave. */
  nth?: number
}

export interface AppMatch {
  app?: string
  attempt?: number
  nth?: number
}

export type Point =
  | { at: 'request' | 'response'; api: string; match: FrameMatch }
  | { at: 'effect'; kind: string; match: AppMatch & { id?: string } }
  | { at: 'stored'; key: string; match: AppMatch }
  | { at: 'time'; ms: number }

/** A broker, named now or when the fault fires. */
export type BrokerRef =
  | number
  | 'all'
  | { leaderOf: { topic: string; partition: number } }
  | { followersOf: { topic: string; partition: number } }
  | { coordinatorOf: { group: string } | { transactionalId: string } }

export type Act =
  | { act: 'drop' | 'duplicate' | 'disconnect' }
  | { act: 'crash'; app?: string }
  | { act: 'delay' | 'sleep'; ms: number }
  | { act: 'holdUntil' | 'resendAt'; point: Point }
  | { act: 'kill' | 'pause' | 'resume' | 'restart' | 'powerLoss' | 'loseDisk'; broker: BrokerRef }
  | { act: 'moveLeader'; topic: string; partition: number; broker: number }
  | { act: 'cutOff'; app: string; broker: BrokerRef }

export interface Fault {
  point: Point
  acts: Act[]
  /** A fault that need not fire; generated plans use it. Others fail the run when they do not. */
  optional?: true
}

export interface TopicPlan {
  /** Default 1. */
  partitions?: number
  /** Default 3, or the number of brokers if that is less. */
  replicationFactor?: number
  /** Kafka's topic settings by their names, e.g. `min.insync.replicas`. */
  config?: Record<string, string | number | boolean>
  /** Written before the apps start. A string is a value. */
  records?: (string | SeedRecord)[]
}

export interface SeedRecord {
  value: string
  key?: string
  /** Default 0. */
  partition?: number
  headers?: Record<string, string>
}

export interface Restart {
  /**
   * After what: a body that throws ends its app with an error, which is often what a run is to
   * show; `crash or error` starts it again, as a supervisor would. Default `crash`.
   */
  on?: 'crash' | 'crash or error'
  /** Default 0. */
  afterMs?: number
  /** How often it is restarted at the most; default 1. */
  times?: number
}

export interface AppPlan {
  /** The body's name, and a hash of its source that says whether it is still the same. */
  body: string
  bodyHash: string
  params?: unknown
  /** kafkajs client settings that override those the lab gives. */
  client?: Record<string, unknown>
  /** Default: at once. */
  startAt?: Point
  restart?: Restart
  /** The database that its store is in; default: one of the app's own. */
  store?: string
}

export interface Plan {
  topics: Record<string, TopicPlan>
  apps: Record<string, AppPlan>
  /** Values that should arrive, by topic. */
  intended?: Record<string, string[]>
  /** Broker settings by Kafka's names. */
  cluster?: Record<string, string | number | boolean>
  faults: Fault[]
  seed: number
  timeLimitMs: number
}
