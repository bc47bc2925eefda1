/**
 * Writes runs down by hand: a few lines per frame and operation instead of twenty. What a run says
 * is still literal; only indices, call and frame numbers and the paths of connections are counted
 * here.
 */
import type {
  Fate,
  FrameFields,
  HistoryEvent,
  MessageRef,
  OperationName,
  OperationValues,
} from '../../../lib/src/history/events'
import type { Plan, TopicPlan } from '../../../lib/src/history/plan'
import type {
  AppOutcome,
  ClusterRecord,
  LogBatch,
  LogRecord,
  PartitionLog,
  Run,
} from '../../../lib/src/history/run'

type Unstamped<Event> = Event extends HistoryEvent ? Omit<Event, 'index' | 'timeMs'> : never

export class Recording {
  readonly history: HistoryEvent[] = []
  timeMs = 0
  private frames = 0
  private calls = 0
  private readonly sent = new Map<number, { broker: number; api: string; who: Sender }>()

  at(timeMs: number): this {
    this.timeMs = timeMs
    return this
  }

  add(event: Unstamped<HistoryEvent>): this {
    const stamp = { index: this.history.length, timeMs: this.timeMs }
    this.history.push({ ...stamp, ...event } as HistoryEvent)
    return this
  }

  app(app: string, state: 'started' | 'crashed' | 'ended', attempt = 1, error?: Error): this {
    const named = error === undefined ? {} : { error: { name: error.name, message: error.message } }
    return this.add({ type: 'app', app, attempt, state, ...named })
  }

  broker(broker: number, state: 'killed' | 'paused' | 'resumed' | 'restarted'): this {
    return this.add({ type: 'broker', broker, state })
  }

  log(app: string, message: string, extra: Record<string, string | number>, attempt = 1): this {
    return this.add({
      type: 'log',
      app,
      attempt,
      level: 'error',
      namespace: 'Producer',
      message,
      extra,
    })
  }

  /** A request; its number is for `answer`. No fate is given for one that was still on its way. */
  request(who: Sender, broker: number, api: string, fields: FrameFields, fate?: Fate): number {
    const frame = ++this.frames
    this.sent.set(frame, { broker, api, who })
    this.add({
      type: 'frame',
      frame,
      direction: 'request',
      broker,
      api,
      fields,
      ...this.path(who, frame),
      ...(fate === undefined ? {} : { fate }),
    })
    return frame
  }

  /** The answer to a request; returns its frame's number. */
  answer(request: number, fields: FrameFields, fate?: Fate): number {
    const asked = this.sent.get(request)
    if (asked === undefined) throw new Error(`no request ${request}`)
    const { broker, api, who } = asked
    const frame = ++this.frames
    this.add({
      type: 'frame',
      frame,
      direction: 'response',
      request,
      broker,
      api,
      fields,
      ...this.path(who, request),
      ...(fate === undefined ? {} : { fate }),
    })
    return frame
  }

  /** A request that a fault's act touched. */
  act(act: string, frame: number): this {
    return this.add({ type: 'act', rule: 0, act, frame })
  }

  fate(who: Sender, frame: number, fate: Fate): this {
    return this.add({ type: 'fate', app: who.app, attempt: who.attempt ?? 1, frame, fate })
  }

  /** Invokes an operation and returns what completes it. */
  call<Name extends OperationName>(
    who: Sender,
    operation: Name,
    value: OperationValues[Name],
  ): Completion<Name> {
    const call = ++this.calls
    const base = { app: who.app, attempt: who.attempt ?? 1, client: who.client, operation, call }
    this.add({ type: 'invoke', value, ...base } as Unstamped<HistoryEvent>)
    return {
      call,
      ok: (more) => {
        this.add({ type: 'ok', value: { ...value, ...more }, ...base } as Unstamped<HistoryEvent>)
      },
      ends: (type, name, message) => {
        const error = { name, message }
        this.add({ type, value, error, ...base } as Unstamped<HistoryEvent>)
      },
    }
  }

  private path(who: Sender, correlationId: number) {
    const { app, attempt = 1, client } = who
    return { app, attempt, client, connection: 1, apiVersion: 7, correlationId, sizeBytes: 118 }
  }
}

export interface Sender {
  app: string
  client: string
  /** Default 1. */
  attempt?: number
}

export interface Completion<Name extends OperationName> {
  call: number
  ok(more?: Partial<OperationValues[Name]>): void
  ends(type: 'fail' | 'info', name: string, message: string): void
}

export const message = (topic: string, value: string, offset?: number): MessageRef => ({
  topic,
  value,
  ...(offset === undefined ? {} : { partition: 0, offset }),
})

export function record(offset: number, value: string | null): LogRecord {
  return { offset, key: null, value, headers: {} }
}

/** A batch of these values; without producer id unless `more` says so. */
export function batch(
  baseOffset: number,
  values: string[],
  more: Partial<LogBatch> = {},
): LogBatch {
  return {
    baseOffset,
    lastOffset: baseOffset + Math.max(values.length, 1) - 1,
    leaderEpoch: 0,
    producerId: -1,
    producerEpoch: -1,
    baseSequence: -1,
    transactional: false,
    compression: 'none',
    records: values.map((value, position) => record(baseOffset + position, value)),
    ...more,
  }
}

/** A partition's log whose marks stand at its end unless `more` says otherwise. */
export function partitionLog(
  topic: string,
  batches: LogBatch[],
  more: Partial<PartitionLog> = {},
): PartitionLog {
  const end = (batches[batches.length - 1]?.lastOffset ?? -1) + 1
  return {
    topic,
    partition: 0,
    leader: 1,
    isr: [1, 2, 3],
    logStartOffset: 0,
    highWatermark: end,
    lastStableOffset: end,
    logEndOffset: end,
    batches,
    ...more,
  }
}

const local: ClusterRecord = { kind: 'local', kafkaVersion: '4.4.0', brokers: [1, 2, 3] }

/** A run of what was recorded; apps are those that the history names, all of them done. */
export function runOf(
  recording: Recording,
  rest: Partial<Omit<Run, 'history' | 'plan'>> & { topics?: Record<string, TopicPlan> } = {},
): Run {
  const { topics, ...members } = rest
  const names = new Set(recording.history.flatMap((event) => ('app' in event ? [event.app] : [])))
  const done: AppOutcome = { attempts: 1, ended: 'done', client: {} }
  const apps = [...names].flatMap((name) => (name === undefined ? [] : [name]))
  const plan: Plan = {
    topics: topics ?? { orders: {} },
    apps: Object.fromEntries(apps.map((app) => [app, { body: app, bodyHash: '0' }])),
    faults: [],
    seed: 1,
    timeLimitMs: 30000,
  }
  return {
    format: 1,
    plan,
    cluster: local,
    kafkajsVersion: '2.2.4',
    history: recording.history,
    logs: [],
    replicaLogs: [],
    groups: [],
    apps: Object.fromEntries(apps.map((app) => [app, done])),
    ...members,
  }
}
