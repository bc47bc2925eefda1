/**
 * Small literal histories. A test says what happened, in order, and gets a `Run`: each call appends
 * the events that the lab would have recorded. Defaults make the common case short: one app `shop`
 * that sends to `orders`, one app `billing` in the group of that name that reads it.
 */
import type {
  ErrorRecord,
  Fate,
  FrameFields,
  HistoryEvent,
  MessageRef,
  OperationName,
  OperationValues,
} from '../../lib/src/history/events'
import type { Plan, TopicPlan } from '../../lib/src/history/plan'
import type { LogBatch, PartitionLog, Run } from '../../lib/src/history/run'

type Without<Event> = Event extends unknown ? Omit<Event, 'index' | 'timeMs'> : never

/** A record of a log: a value, or a value with its circumstances, or a producer's marker. */
export type Entry =
  | string
  | { value: string; transaction?: number; cause?: string; key?: string; leaderEpoch?: number }
  | { marker: 'commit' | 'abort'; transaction: number }

export interface SendOptions {
  app?: string
  client?: string
  topic?: string
  acks?: number
  transaction?: number
  causes?: string[]
}

export interface ProduceOptions {
  partition?: number
  /** Kafka's error name, or nothing for success, or `none` when no response came. */
  answer?: string
  /** What became of the response. */
  responseFate?: Fate
  copy?: 'duplicate' | 'resend'
}

export interface ReadOptions {
  app?: string
  group?: string
  topic?: string
  partition?: number
  offset?: number
  client?: string
}

const rejected: ErrorRecord = { name: 'KafkaJSNumberOfRetriesExceeded', message: 'rejected' }

export class HistoryBuilder {
  private readonly history: HistoryEvent[] = []
  private readonly run: Run
  private calls = 0
  private frames = 0
  private readonly attempts = new Map<string, number>()

  constructor(topics: Record<string, TopicPlan> = { orders: {} }, plan: Partial<Plan> = {}) {
    this.run = {
      format: 1,
      plan: { topics, apps: {}, faults: [], seed: 1, timeLimitMs: 60_000, ...plan },
      cluster: { kind: 'embedded', kafkaVersion: 'unknown', brokers: [1, 2, 3] },
      kafkajsVersion: '2.2.4',
      history: this.history,
      logs: [],
      replicaLogs: [],
      groups: [],
      apps: {},
    }
  }

  /** Appends an event as it is. */
  push(event: Without<HistoryEvent>): this {
    const index = this.history.length
    this.history.push({ ...event, index, timeMs: index } as HistoryEvent)
    return this
  }

  private attemptOf(app: string): number {
    const attempt = this.attempts.get(app) ?? 1
    this.attempts.set(app, attempt)
    this.run.apps[app] ??= { attempts: attempt, ended: 'done', client: {} }
    return attempt
  }

  /** Invokes an operation and returns what may become of it. */
  invoke<Name extends OperationName>(
    operation: Name,
    app: string,
    value: OperationValues[Name],
    client = 'client-1',
  ): Pending<Name> {
    this.calls += 1
    const call = this.calls
    const stamp = { app, attempt: this.attemptOf(app), call, client, operation, value }
    const add = (type: 'invoke' | 'ok' | 'fail' | 'info', more: object): number => {
      this.push({ ...stamp, type, ...more } as Without<HistoryEvent>)
      return call
    }
    add('invoke', {})
    return {
      call,
      ok: (result = value) => add('ok', { value: result }),
      reject: (type = 'info') => add(type, { error: rejected }),
    }
  }

  send(values: string[], options: SendOptions = {}): Pending<'send'> {
    const { app = 'shop', client = 'producer-1', topic = 'orders', acks = -1 } = options
    const messages: MessageRef[] = values.map((value, i) => {
      const cause = options.causes?.[i]
      return cause === undefined ? { topic, value } : { topic, value, cause }
    })
    const { transaction } = options
    const value = transaction === undefined ? { acks, messages } : { acks, messages, transaction }
    return this.invoke('send', app, value, client)
  }

  /** A request and, unless `answer` is `none`, its response. */
  exchange(
    api: string,
    app: string,
    request: FrameFields,
    response: FrameFields | undefined,
    options: { responseFate?: Fate; copy?: 'duplicate' | 'resend'; client?: string } = {},
  ): this {
    const { responseFate = 'delivered', copy, client = 'producer-1' } = options
    const common = {
      type: 'frame' as const,
      app,
      attempt: this.attemptOf(app),
      client,
      connection: 1,
      broker: 1,
      api,
      apiVersion: 7,
      correlationId: this.frames,
      sizeBytes: 100,
      ...(copy === undefined ? {} : { copy }),
    }
    this.frames += 1
    const frame = this.frames
    this.push({ ...common, frame, direction: 'request', fields: request, fate: 'delivered' })
    if (response === undefined) return this
    this.frames += 1
    this.push({
      ...common,
      frame: this.frames,
      direction: 'response',
      request: frame,
      fields: response,
    })
    const { attempt } = common
    return this.push({ type: 'fate', app, attempt, frame: this.frames, fate: responseFate })
  }

  /** A Produce request of these values and its answer. */
  produce(values: string[], options: ProduceOptions & SendOptions = {}): this {
    const { app = 'shop', topic = 'orders', partition = 0, acks = -1, answer, ...rest } = options
    const error = answer === undefined ? {} : { error: answer }
    return this.exchange(
      'Produce',
      app,
      { acks, partitions: [{ topic, partition, values }] },
      answer === 'none' ? undefined : { partitions: [{ topic, partition, ...error }] },
      rest,
    )
  }

  /** An EndTxn request and its answer. */
  endTxn(
    verdict: 'commit' | 'abort',
    answer?: string,
    options: { app?: string; copy?: 'duplicate' | 'resend' } = {},
  ): this {
    const { app = 'shop', ...rest } = options
    return this.exchange(
      'EndTxn',
      app,
      { verdict, transactionalId: 'shop-1' },
      answer === 'none' ? undefined : answer === undefined ? {} : { error: answer },
      rest,
    )
  }

  begin(app = 'shop'): number {
    return this.invoke('transaction', app, { transactionalId: 'shop-1' }).ok()
  }

  commit(transaction: number, app = 'shop'): Pending<'commitTransaction'> {
    return this.invoke('commitTransaction', app, { transactionalId: 'shop-1', transaction })
  }

  abort(transaction: number, app = 'shop'): Pending<'abortTransaction'> {
    return this.invoke('abortTransaction', app, { transactionalId: 'shop-1', transaction })
  }

  /** A handler's entry with one message. */
  handle(value: string, options: ReadOptions = {}): Pending<'handle'> {
    const { app = 'billing', group = app, topic = 'orders', partition = 0, offset } = options
    const message: MessageRef = { topic, value, partition }
    if (offset !== undefined) message.offset = offset
    const { client = 'consumer-1' } = options
    return this.invoke('handle', app, { group, messages: [message] }, client)
  }

  effect(
    id: string,
    options: { kind?: string; app?: string; cause?: string } = {},
  ): Pending<'effect'> {
    const { kind = 'charge', app = 'billing', cause } = options
    return this.invoke('effect', app, cause === undefined ? { kind, id } : { kind, id, cause })
  }

  /** Handled, with the effect, in the usual order. */
  charge(value: string, options: ReadOptions = {}): this {
    const handler = this.handle(value, options)
    this.effect(value, options.app === undefined ? {} : { app: options.app }).ok()
    handler.ok()
    return this
  }

  /** A Fetch from an offset: everything below was passed. */
  fetch(offset: number, options: ReadOptions & { isolation?: 'read_uncommitted' } = {}): this {
    const { app = 'billing', topic = 'orders', partition = 0, isolation } = options
    const isolationLevel = isolation ?? 'read_committed'
    return this.exchange(
      'Fetch',
      app,
      { isolationLevel, partitions: [{ topic, partition, offset }] },
      { partitions: [{ topic, partition }] },
      { client: options.client ?? 'consumer-1' },
    )
  }

  /** The offset a group has committed when the run ends. */
  committed(offset: number, options: ReadOptions = {}): this {
    const { app = 'billing', group = app, topic = 'orders', partition = 0 } = options
    this.run.groups.push({ group, topic, partition, offset })
    return this
  }

  crash(app: string): this {
    this.push({ type: 'app', app, attempt: this.attemptOf(app), state: 'crashed' })
    this.run.apps[app]!.ended = 'crashed'
    return this
  }

  restart(app: string): this {
    const attempt = this.attemptOf(app) + 1
    this.attempts.set(app, attempt)
    this.run.apps[app] = { attempts: attempt, ended: 'done', client: {} }
    return this.push({ type: 'app', app, attempt, state: 'started' })
  }

  /** The final log of a partition; the last stable offset stands at the first open record. */
  log(entries: Entry[], options: Partial<PartitionLog> = {}): this {
    const batches = batchesOf(entries)
    const open = entries.findIndex(
      (entry, offset) =>
        typeof entry === 'object' &&
        'value' in entry &&
        entry.transaction !== undefined &&
        !entries
          .slice(offset)
          .some(
            (later) =>
              typeof later === 'object' &&
              'marker' in later &&
              later.transaction === entry.transaction,
          ),
    )
    this.run.logs.push({
      topic: 'orders',
      partition: 0,
      leader: 1,
      isr: [1, 2, 3],
      logStartOffset: 0,
      highWatermark: entries.length,
      logEndOffset: entries.length,
      lastStableOffset: open < 0 ? entries.length : open,
      batches,
      ...options,
    })
    return this
  }

  /** What a broker's disk held at the end. */
  replica(broker: number, entries: Entry[], topic = 'orders'): this {
    const batches = batchesOf(entries)
    this.run.replicaLogs.push({ topic, partition: 0, broker, alive: false, batches })
    return this
  }

  build(): Run {
    return this.run
  }
}

export interface Pending<Name extends OperationName> {
  call: number
  /** Completes it; returns `call`. */
  ok(result?: OperationValues[Name]): number
  reject(type?: 'fail' | 'info'): number
}

function batchesOf(entries: Entry[]): LogBatch[] {
  return entries.map((entry, offset) => {
    const one = typeof entry === 'string' ? { value: entry } : entry
    const producerId = one.transaction ?? -1
    const batch: LogBatch = {
      baseOffset: offset,
      lastOffset: offset,
      leaderEpoch: 0,
      producerId,
      producerEpoch: 0,
      baseSequence: -1,
      transactional: producerId >= 0,
      compression: 'none',
      records: [],
    }
    if ('marker' in one) return { ...batch, control: one.marker }
    const headers: Record<string, string> = one.cause === undefined ? {} : { cause: one.cause }
    const records = [{ offset, key: one.key ?? null, value: one.value, headers }]
    return { ...batch, leaderEpoch: one.leaderEpoch ?? 0, records }
  })
}
