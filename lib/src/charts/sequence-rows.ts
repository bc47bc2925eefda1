/**
 * From a history to the rows of its sequence picture. A history holds hundreds of frames that say
 * nothing about delivery (metadata, heartbeats, empty fetches, joining a group); a row is given to
 * what a teacher would draw: records and their acknowledgements, offsets, transactions, what the
 * app called and was told, effects, crashes, brokers going and coming, and whatever a fault
 * touched.
 */
import type {
  ActEvent,
  FateEvent,
  FrameEvent,
  History,
  HistoryEvent,
  LogEvent,
  OperationEvent,
} from '../history/events'
import { batchArrivals } from '../checker/batch-arrivals'
import { toldSends } from '../checker/told'
import type { Run } from '../history/run'
import { ClientLanes, type ClientLane, type LaneKey } from './client-lanes'
import type { Meaning } from './palette'
import type { Tip } from './picture'
import { eventTip, fateWords, frameText, frameTip, logText, operationText } from './sequence-words'
import { milliseconds } from './words'

export interface FrameRow {
  type: 'frame'
  /** Position in the history of the event that the row draws. */
  index: number
  timeMs: number
  from: LaneKey
  to: LaneKey
  text: string
  meaning: Meaning
  /** Set when it never arrived: what its cross says. */
  lost?: string
  /** The row at which it arrived, when that was later. */
  arrival?: ArrivalRow
  tip: Tip
}

/** Where a late frame arrives: the end of a slanted arrow. */
export interface ArrivalRow {
  type: 'arrival'
  index: number
  timeMs: number
}

/** A word beside a lifeline, with the lifeline's new state if the event changed it. */
export interface NoteRow {
  type: 'note'
  index: number
  timeMs: number
  lane: LaneKey
  /** Whose app it is, for states that hold for all of an app's lifelines. */
  app?: string
  text: string
  meaning: Meaning
  symbol: 'effect' | 'store' | 'crash' | 'pause' | 'start' | 'none'
  state?: 'up' | 'down' | 'paused'
  style: 'spoken' | 'log'
  tip: Tip
}

export type Row = FrameRow | ArrivalRow | NoteRow

export interface RowOptions {
  /** Only what concerns the messages of these values (and crashes, brokers, log lines). */
  messages?: readonly string[]
  /** `all` also draws the frames that say nothing about delivery. Default `essential`. */
  frames: 'essential' | 'all'
}

export const brokerLane = (broker: number): LaneKey => `broker ${broker}`

const essentialRequests = new Set([
  'Produce',
  'OffsetCommit',
  'TxnOffsetCommit',
  'InitProducerId',
  'AddPartitionsToTxn',
  'AddOffsetsToTxn',
  'EndTxn',
])
const essentialResponses = new Set([...essentialRequests, 'OffsetFetch'])

export interface Rows {
  rows: Row[]
  /** The lifelines of apps that the rows stand at, in order of appearance. */
  clients: ClientLane[]
  /** How many frames were left out as saying nothing about delivery. */
  leftOut: number
}

export function sequenceRows(run: Run, options: RowOptions): Rows {
  const reader = new RowReader(run, options)
  for (const event of run.history) reader.read(event)
  return { rows: reader.rows, clients: reader.lanes.used(), leftOut: reader.leftOut }
}

const brokerStates = {
  killed: { meaning: 'lost', symbol: 'crash', state: 'down' },
  'lost power': { meaning: 'lost', symbol: 'crash', state: 'down' },
  'lost its disk': { meaning: 'lost', symbol: 'crash', state: 'down' },
  paused: { meaning: 'late', symbol: 'pause', state: 'paused' },
  resumed: { meaning: 'ink', symbol: 'start', state: 'up' },
  restarted: { meaning: 'ink', symbol: 'start', state: 'up' },
} as const

class RowReader {
  readonly rows: Row[] = []
  leftOut = 0
  private readonly fates = new Map<number, FateEvent>()
  private readonly acts = new Map<number, ActEvent[]>()
  private readonly requests = new Map<number, FrameEvent>()
  readonly lanes: ClientLanes
  private readonly drawn = new Map<number, FrameRow>()
  private readonly before = new Set<string>()
  /** Sends, by call, of which every attempt was refused for certain: more than kafkajs knows. */
  private readonly refused: ReadonlySet<number>
  /** Requests, by frame, of which a broker knew a batch already. */
  private readonly repeats: ReadonlySet<number>
  private readonly history: History
  private readonly chosen: ReadonlySet<string> | undefined
  private readonly partitionNames: 'shown' | 'left out'

  constructor(
    run: Run,
    private readonly options: RowOptions,
  ) {
    this.history = run.history
    this.chosen = options.messages === undefined ? undefined : new Set(options.messages)
    this.partitionNames = run.logs.length > 1 ? 'shown' : 'left out'
    for (const event of run.history) {
      if (event.type === 'fate') this.fates.set(event.frame, event)
      if (event.type === 'act' && event.frame !== undefined) {
        this.acts.set(event.frame, [...(this.acts.get(event.frame) ?? []), event])
      }
      if (event.type === 'frame' && event.direction === 'request') {
        this.requests.set(event.frame, event)
      }
    }
    this.lanes = new ClientLanes(run)
    const refused = toldSends(run).filter(({ appended }) => appended.every((one) => one === 'fail'))
    this.refused = new Set(refused.map(({ send }) => send.call))
    const repeats = batchArrivals(run).filter(({ answer }) => answer === 'repeat')
    this.repeats = new Set(repeats.map(({ frame }) => frame))
  }

  read(event: HistoryEvent): void {
    switch (event.type) {
      case 'frame':
        return this.readFrame(event)
      case 'fate':
        return this.readFate(event)
      case 'app':
        return this.readApp(event)
      case 'broker': {
        const lane = brokerLane(event.broker)
        return this.note(event, { lane, text: event.state, ...brokerStates[event.state] })
      }
      case 'log':
        if (event.level === 'error' || event.level === 'warn') {
          const lane = this.lanes.of(event.app)
          const text = logText(event, this.isLast(event))
          this.note(event, { lane, text, meaning: 'faint', symbol: 'none', style: 'log' })
        }
        return
      case 'act':
        if (event.act === 'cutOff' && event.app !== undefined) {
          const text = `cut off from broker ${event.broker}`
          const lane = this.lanes.of(event.app)
          this.note(event, { lane, text, meaning: 'lost', symbol: 'crash' })
        } else if (event.act === 'moveLeader' && event.broker !== undefined) {
          const lane = brokerLane(event.broker)
          this.note(event, { lane, text: 'made leader by plan', meaning: 'ink', symbol: 'none' })
        } else if (event.act === 'disconnect' && event.frame === undefined) {
          const lane = this.lanes.of(event.app!)
          this.note(event, { lane, text: 'its answer is lost', meaning: 'lost', symbol: 'none' })
        }
        return
      case 'connection':
        return
      default:
        return this.readOperation(event)
    }
  }

  /** Whether an operation of the app ended in the pause that kafkajs announced. */
  private isLast({ index, app, attempt, timeMs, extra }: LogEvent): boolean {
    const pauseMs = Number(extra.retryTime)
    return this.history
      .slice(index + 1)
      .some(
        (event) =>
          'operation' in event &&
          (event.type === 'fail' || event.type === 'info') &&
          event.app === app &&
          event.attempt === attempt &&
          event.timeMs < timeMs + pauseMs,
      )
  }

  private readFrame(frame: FrameEvent): void {
    const acts = this.acts.get(frame.frame) ?? []
    if (!this.wanted(frame, acts)) {
      this.leftOut += 1
      return
    }
    const fate = frame.fate ?? this.fates.get(frame.frame)?.fate
    const repeated = this.repeated(frame)
    const late = acts.some(({ act }) => act === 'delay' || act === 'holdUntil')
    const app = this.lanes.of(frame.app, frame.client)
    const broker = brokerLane(frame.broker)
    const isRequest = frame.direction === 'request'
    const row: FrameRow = {
      type: 'frame',
      index: frame.index,
      timeMs: frame.timeMs,
      from: isRequest ? app : broker,
      to: isRequest ? broker : app,
      text: frameText(frame, this.partitionNames) + (repeated ?? this.recognised(frame)),
      meaning: repeated !== undefined ? 'repeated' : late ? 'late' : 'arrived',
      tip: frameTip(frame, fate ?? 'unknown', acts),
    }
    if (fate === undefined) {
      row.lost = 'on its way at the end'
      row.meaning = 'unknown'
    } else if (fate !== 'delivered') {
      row.lost = fateWords[fate]
      row.meaning = 'lost'
    }
    this.rows.push(row)
    this.drawn.set(frame.frame, row)
  }

  /** An answer to a batch that the broker took for a repeat. */
  private recognised({ request }: FrameEvent): string {
    return request !== undefined && this.repeats.has(request) ? ': it was there already' : ''
  }

  /** A late frame gets a second row, where it arrives, if something was drawn in between. */
  private readFate(event: FateEvent): void {
    const row = this.drawn.get(event.frame)
    if (row === undefined || event.fate !== 'delivered') return
    const touched = this.acts.has(event.frame) || event.timeMs - row.timeMs >= lateMs
    if (!touched || this.rows[this.rows.length - 1] === row) return
    row.arrival = { type: 'arrival', index: event.index, timeMs: event.timeMs }
    row.meaning = row.meaning === 'arrived' ? 'late' : row.meaning
    row.text += `, ${milliseconds(Math.round(event.timeMs - row.timeMs))} ms late`
    this.rows.push(row.arrival)
  }

  private readApp(event: HistoryEvent & { type: 'app' }): void {
    const { app } = event
    const lane = this.lanes.of(app)
    if (event.state === 'crashed') {
      const crash = { meaning: 'lost', symbol: 'crash', state: 'down' } as const
      return this.note(event, { lane, app, text: 'crashes', ...crash })
    }
    if (event.state === 'started' && event.attempt > 1) {
      const text = `restarts (attempt ${event.attempt})`
      return this.note(event, { lane, app, text, meaning: 'ink', symbol: 'start', state: 'up' })
    }
    if (event.state === 'ended' && event.error !== undefined) {
      const text = `ends with ${event.error.name}: ${event.error.message}`
      this.note(event, { lane, app, text, meaning: 'lost', symbol: 'none' })
    }
  }

  private readOperation(told: OperationEvent): void {
    const certain = told.type === 'info' && this.refused.has(told.call)
    const event: OperationEvent = certain ? { ...told, type: 'fail' } : told
    const text = operationText(event)
    if (text === undefined || !this.concerns(valuesOf(event))) return
    const lane = this.lanes.of(event.app, event.client)
    const { type, operation } = event
    const unknown = type === 'info' ? 'unknown' : 'lost'
    const meaning = type === 'fail' || type === 'info' ? unknown : type === 'ok' ? 'arrived' : 'ink'
    if (operation !== 'effect' && operation !== 'store') {
      return this.note(event, { lane, text, meaning, symbol: 'none' })
    }
    const happened = operation === 'effect' && type === 'ok'
    const again = happened && this.again(`effect ${event.app} ${text}`)
    this.note(event, {
      lane,
      text: again ? `${text}, again` : text,
      meaning: again ? 'repeated' : type === 'ok' ? 'ink' : meaning,
      symbol: operation,
    })
  }

  private note(
    event: HistoryEvent,
    row: Omit<NoteRow, 'type' | 'index' | 'timeMs' | 'tip' | 'style'> & { style?: 'log' },
  ): void {
    const tip = eventTip(event, row.text)
    const { index, timeMs } = event
    this.rows.push({ type: 'note', index, timeMs, tip, style: 'spoken', ...row })
  }

  private wanted(frame: FrameEvent, acts: ActEvent[]): boolean {
    const { api, direction, fields } = frame
    if (this.options.frames === 'all') return this.concerns(this.valuesOfFrame(frame))
    if (frame.copy === 'barrier') return false
    if (acts.length > 0) return true
    if (api === 'OffsetFetch' && this.saidBefore(frame)) return false
    const filled = (fields.partitions ?? []).some((each) => (each.values ?? []).length > 0)
    const essential =
      direction === 'request'
        ? essentialRequests.has(api)
        : essentialResponses.has(api) || (api === 'Fetch' && filled)
    return essential && this.concerns(this.valuesOfFrame(frame))
  }

  /** kafkajs asks for its offsets three times as it joins: once in the picture is enough. */
  private saidBefore({ app, attempt, client, api, direction, fields }: FrameEvent): boolean {
    const said = JSON.stringify([app, attempt, client, api, direction, fields.partitions])
    return this.again(said)
  }

  private valuesOfFrame(frame: FrameEvent): string[] | undefined {
    const request = frame.request === undefined ? undefined : this.requests.get(frame.request)
    const partitions = [...(frame.fields.partitions ?? []), ...(request?.fields.partitions ?? [])]
    const values = partitions.flatMap((each) => each.values ?? [])
    return values.length === 0 ? undefined : values.map(String)
  }

  /** What names no message at all (a commit, a transaction's end) concerns every message. */
  private concerns(values: readonly string[] | undefined): boolean {
    const { chosen } = this
    return chosen === undefined || values === undefined || values.some((value) => chosen.has(value))
  }

  /** Whether the same was seen before; from now on it was. */
  private again(key: string): boolean {
    const seen = this.before.has(key)
    this.before.add(key)
    return seen
  }

  /** How a frame repeats an earlier one, as the end of its text. */
  private repeated(frame: FrameEvent): string | undefined {
    const { app, api, direction, fields } = frame
    const places = (fields.partitions ?? []).filter((each) => (each.values ?? []).length > 0)
    const seen = places.filter(({ topic, values }) =>
      this.again(`${direction} ${app} ${api} ${topic} ${JSON.stringify(values)}`),
    )
    if (frame.copy === 'duplicate' || frame.copy === 'resend') return ', copy'
    return seen.length > 0 ? ', again' : undefined
  }
}

/** A frame that takes longer than this from its sender to its receiver is drawn as late. */
const lateMs = 20

function valuesOf(event: OperationEvent): string[] | undefined {
  switch (event.operation) {
    case 'send':
    case 'handle':
      return event.value.messages.map((message) => String(message.value))
    case 'effect': {
      const { id, cause } = event.value
      return cause === undefined ? [id] : [id, cause]
    }
    default:
      return undefined
  }
}
