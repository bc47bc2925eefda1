/**
 * The events of a run, in the order in which the lab saw them. The form is Jepsen's: an operation
 * is invoked and then completes as `ok`, `fail` (it definitely did not happen) or `info` (nobody
 * knows). Frames of Kafka's protocol are recorded beside the operations with what became of them.
 * A history only ever grows: what is learnt later about a frame (its fate) is an event of its own,
 * so a history can be written line by line while its process may be killed at any instant.
 */

export interface Stamp {
  /** Position in the history: 0, 1, 2, … without gaps. */
  index: number
  /** Milliseconds since the run began. */
  timeMs: number
}

/** An event that belongs to one app. `attempt` is 1 and grows by one with every restart. */
export interface AppStamp extends Stamp {
  app: string
  attempt: number
}

/**
 * A message as an app named it. Values and keys are text; bytes that are not UTF-8 are written as
 * `0x…`. `null` is Kafka's null (a tombstone).
 */
export interface MessageRef {
  topic: string
  value: string | null
  key?: string | null
  /** Where it stands or was told to stand; absent while the partitioner has yet to choose. */
  partition?: number
  offset?: number
  /** The message this one was made from: the header `cause`, if the record has one. */
  cause?: string
}

export interface TopicPartitionOffset {
  topic: string
  partition: number
  offset: number
}

/** What each operation carries, at invocation and (with more fields) at completion. */
export interface OperationValues {
  /** `producer.connect()`, `consumer.connect()`, `admin.connect()` */
  connect: object
  disconnect: object
  /** `producer.send()`, `sendBatch()`, `transaction.send()`. At ok: one result per partition. */
  send: {
    acks: number
    messages: MessageRef[]
    /** `call` of the `transaction` operation it belongs to. */
    transaction?: number
    results?: TopicPartitionOffset[]
  }
  /** `producer.transaction()` */
  transaction: { transactionalId: string }
  commitTransaction: { transactionalId: string; transaction: number }
  abortTransaction: { transactionalId: string; transaction: number }
  sendOffsets: { group: string; transaction: number; offsets: TopicPartitionOffset[] }
  /**
   * A batch that kafkajs takes up for the handler, as its START_BATCH_PROCESS event tells it.
   * kafkajs has no poll call: only `ok` is recorded. What the handler sees is in `handle`.
   */
  poll: {
    group: string
    topic: string
    partition: number
    firstOffset: number
    lastOffset: number
    size: number
  }
  /** One call of `eachMessage` or `eachBatch`: invoked at entry, completed at return. */
  handle: { group: string; messages: MessageRef[] }
  /** An OffsetCommit, explicit or automatic; taken from the frames, so nothing is missed. */
  commitOffsets: { group: string; generation: number; offsets: TopicPartitionOffset[] }
  /**
   * `effect(kind, id)`. `cause` is the message being handled when `id` is not its value.
   * `recognised`: the outside world knew the key, and nothing happened.
   */
  effect: {
    kind: string
    id: string
    cause?: string
    key?: string
    recognised?: true
    store?: Record<string, unknown>
  }
  /** `store.set(key, value)` */
  store: { key: string; value: unknown }
  /** `caughtUp()` */
  caughtUp: object
}

export type OperationName = keyof OperationValues

export interface ErrorRecord {
  name: string
  message: string
  /** Kafka's name of the protocol error, e.g. `NOT_ENOUGH_REPLICAS`. */
  kafkaError?: string
}

export type OperationEvent = {
  [Name in OperationName]: AppStamp & {
    type: 'invoke' | 'ok' | 'fail' | 'info'
    operation: Name
    /** Pairs a completion with its invocation; unique in the run. */
    call: number
    /** Which client of the app: `producer-1`, `consumer-1`, `admin-1`. */
    client?: string
    value: OperationValues[Name]
    error?: ErrorRecord
  }
}[OperationName]

/**
 * What became of a frame.
 * - `delivered`: the receiver has it (for a request: it was written to the broker's socket)
 * - `dropped`: a fault swallowed it
 * - `disconnected`: its connection ended before it arrived
 * - `crashed`: the app died before it arrived
 */
export type Fate = 'delivered' | 'dropped' | 'disconnected' | 'crashed'

/** What a frame says about one partition. Only the fields the API has are present. */
export interface FramePartition {
  topic: string
  partition: number
  /** Values of the records inside, in order. */
  values?: (string | null)[]
  producerId?: number
  producerEpoch?: number
  baseSequence?: number
  baseOffset?: number
  /** Fetch: where reading starts. OffsetCommit, OffsetFetch, ListOffsets: the offset named. */
  offset?: number
  highWatermark?: number
  lastStableOffset?: number
  /** Kafka's error name; `NONE` is left out. */
  error?: string
}

export interface FrameFields {
  partitions?: FramePartition[]
  acks?: number
  transactionalId?: string
  group?: string
  generation?: number
  memberId?: string
  producerId?: number
  producerEpoch?: number
  /** EndTxn: commit or abort. */
  verdict?: 'commit' | 'abort'
  isolationLevel?: 'read_uncommitted' | 'read_committed'
  /** Error of the whole response; `NONE` is left out. */
  error?: string
}

/** A frame that left its sender, as the lab saw it between the app and the broker. */
export interface FrameEvent extends AppStamp {
  type: 'frame'
  /** Names the frame; unique in the run. */
  frame: number
  direction: 'request' | 'response'
  /** For a response: the `frame` of its request. */
  request?: number
  client: string
  connection: number
  broker: number
  api: string
  apiVersion: number
  correlationId: number
  sizeBytes: number
  fields: FrameFields
  /** The lab's own frames: a second copy of a request, or the barrier behind an acks=0 Produce. */
  copy?: 'duplicate' | 'resend' | 'barrier'
  /** Present when it was known at once; else a `fate` event follows. */
  fate?: Fate
}

export interface FateEvent extends AppStamp {
  type: 'fate'
  frame: number
  fate: Fate
}

/** A connection between an app and a broker. */
export interface ConnectionEvent extends AppStamp {
  type: 'connection'
  connection: number
  client: string
  broker: number
  state: 'opened' | 'closed' | 'failed'
  /** Who ended it. */
  by?: 'app' | 'broker' | 'fault' | 'crash'
}

/** A line of kafkajs's own log. */
export interface LogEvent extends AppStamp {
  type: 'log'
  level: 'error' | 'warn' | 'info' | 'debug'
  namespace: string
  message: string
  /** Details worth showing: `error`, `retryTime` (ms), `retryCount`. */
  extra: Record<string, string | number | boolean>
}

/** A fault's act that was carried out. `rule` is the fault's index in the plan. */
export interface ActEvent extends Stamp {
  type: 'act'
  rule: number
  /** `drop`, `delay`, `kill`, … */
  act: string
  app?: string
  attempt?: number
  /** The frame at the point, if the point was one. */
  frame?: number
  broker?: number
}

export interface BrokerEvent extends Stamp {
  type: 'broker'
  broker: number
  state: 'killed' | 'lost power' | 'lost its disk' | 'paused' | 'resumed' | 'restarted'
}

export interface AppEvent extends AppStamp {
  type: 'app'
  state: 'started' | 'crashed' | 'ended'
  /** With `ended`: absent when the body returned. */
  error?: ErrorRecord
}

export type HistoryEvent =
  | OperationEvent
  | FrameEvent
  | FateEvent
  | ConnectionEvent
  | LogEvent
  | ActEvent
  | BrokerEvent
  | AppEvent

/** A history: events in order of `index`. */
export type History = readonly HistoryEvent[]
