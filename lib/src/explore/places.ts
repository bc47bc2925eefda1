/**
 * Where an app can crash: at every frame it sends or hears, every effect and every store write of
 * one run, read from its history. Between two of these places nothing leaves the app and nothing
 * becomes durable, so a crash anywhere in between leaves the world as a crash at the first of them.
 *
 * Aside: Heartbeat and Metadata, which change no data and come as time goes by, empty Fetch
 * answers, and the sending of a Fetch, which changes nothing at the broker: its answer is a place.
 */
import { effect, request, response, stored } from '../faults'
import type { ActEvent, FrameEvent, FramePartition, History, HistoryEvent } from '../history/events'
import { frames, type Frame } from '../history/frames'
import type { Point } from '../history/plan'
import type { Run } from '../history/run'
import type { CrashPoint } from '../checker'

/** A place, and what the crash must be found at when the run is repeated. */
export interface Place extends Pick<CrashPoint, 'point' | 'what' | 'thing' | 'side'> {
  /** The frame's number, or that of the call that made the effect or stored the value. */
  at: number
}

const aside = ['Heartbeat', 'Metadata']

/** In the order in which the app passed them; not where a crash of the plan's own has struck it. */
export function placesOf(run: Run, app: string): Place[] {
  const reader = new PlaceReader(app, frames(run.history))
  for (const event of run.history) reader.read(event)
  const own = new Set(
    run.history.flatMap((event) =>
      event.type === 'act' && event.act === 'crash' && event.app === app
        ? [struckBy(run.history, event)]
        : [],
    ),
  )
  return reader.places.filter(({ at }) => !own.has(at))
}

/** What an act of a fault struck: a frame's number, or that of the call before it. */
export function struckBy(history: History, act: ActEvent): number | undefined {
  if (act.frame !== undefined) return act.frame
  const before = history[act.index - 1]
  return before !== undefined && 'call' in before ? before.call : undefined
}

class PlaceReader {
  readonly places: Place[] = []
  private running = false
  private things = 0
  private readonly counts = new Map<string, number>()
  private readonly names = new Map<string, number>()
  /** What a request's answer has to know, by the request's frame. */
  private readonly sent = new Map<number, { nth: number; thing: number; what: string }>()
  /** Produce requests with acks=0 that wait for their barrier, by connection. */
  private readonly unanswered = new Map<number, number[]>()
  private readonly fates: Map<number, Frame['fate']>

  constructor(
    private readonly app: string,
    all: readonly Frame[],
  ) {
    this.fates = new Map(all.map(({ frame, fate }) => [frame, fate]))
  }

  read(event: HistoryEvent): void {
    if (!('app' in event) || event.app !== this.app) return
    if (event.type === 'app') this.running = event.state === 'started'
    else if (event.type === 'frame') this.readFrame(event)
    else if ('operation' in event && event.type === 'ok') {
      const { app } = this
      if (event.operation === 'effect') {
        const { kind, id } = event.value
        const nth = this.counted(`effect ${JSON.stringify([kind, id])}`)
        const what = this.named(`effect ${kind} ${id}`)
        this.add(effect(kind, { app, id, nth }), { what, thing: this.things++, at: event.call })
      } else if (event.operation === 'store') {
        const { key } = event.value
        const nth = this.counted(`store ${key}`)
        const what = this.named(`store ${key}`)
        this.add(stored(key, { app, nth }), { what, thing: this.things++, at: event.call })
      }
    }
  }

  private readFrame(event: FrameEvent): void {
    const { api, copy, direction } = event
    if (aside.includes(api)) return
    if (copy === 'barrier') this.readBarrier(event)
    if (copy !== undefined) return
    if (direction === 'request') this.readRequest(event)
    else if (this.fates.get(event.frame) !== 'delivered') return
    else if (api === 'Fetch') this.readFetched(event)
    else this.readAnswer(event.request, api, event.frame)
  }

  private readRequest({ api, fields, frame, connection }: FrameEvent): void {
    if (api === 'Fetch') return
    const nth = this.counted(`request ${api}`)
    const what = this.named([api, detailOf(fields)].filter((text) => text !== '').join(' '))
    const thing = this.things++
    this.sent.set(frame, { nth, thing, what })
    this.add(request(api, { app: this.app, nth }), { what, thing, at: frame, side: 'before' })
    if (fields.acks !== 0 || this.fates.get(frame) !== 'delivered') return
    this.unanswered.set(connection, [...(this.unanswered.get(connection) ?? []), frame])
  }

  /** Behind each acks=0 Produce the lab sends a barrier; its answer is the Produce's. */
  private readBarrier({ direction, connection, frame, request: barrier }: FrameEvent): void {
    if (direction === 'request') {
      const produce = this.unanswered.get(connection)?.shift()
      const known = produce === undefined ? undefined : this.sent.get(produce)
      if (known !== undefined) this.sent.set(frame, known)
    } else this.readAnswer(barrier, 'Produce', frame)
  }

  private readAnswer(requestFrame: number | undefined, api: string, frame: number): void {
    const known = this.sent.get(requestFrame ?? -1)
    if (known === undefined) return
    const { nth, thing, what } = known
    this.add(response(api, { app: this.app, nth }), { what, thing, at: frame })
  }

  /** A Fetch is known by a value in its answer: how often it was asked depends on time. */
  private readFetched({ fields, frame }: FrameEvent): void {
    const filled = (fields.partitions ?? []).filter(({ values = [] }) => values.length > 0)
    const nths = filled.flatMap(({ topic, partition, values = [] }) =>
      [...new Set(values)].flatMap((value) => {
        if (value === null) return []
        const nth = this.counted(`fetched ${JSON.stringify([topic, partition, value])}`)
        return [{ topic, partition, value, nth }]
      }),
    )
    const [first] = nths
    if (first === undefined) return
    const what = this.named(`Fetch ${detailOf({ partitions: filled })}`)
    const point = response('Fetch', { app: this.app, ...first })
    this.add(point, { what, thing: this.things++, at: frame })
  }

  private add(
    point: Point,
    { side = 'after', ...rest }: Omit<Place, 'point' | 'side'> & { side?: Place['side'] },
  ): void {
    if (this.running) this.places.push({ point, side, ...rest })
  }

  private counted(key: string): number {
    const count = (this.counts.get(key) ?? 0) + 1
    this.counts.set(key, count)
    return count
  }

  /** The second of one name is told apart by its number. */
  private named(what: string): string {
    const times = (this.names.get(what) ?? 0) + 1
    this.names.set(what, times)
    return times === 1 ? what : `${what} (${times})`
  }
}

/** What a frame is about: its values, or its offsets, or the verdict of a transaction. */
function detailOf(fields: { partitions?: FramePartition[]; verdict?: string }): string {
  const { partitions = [], verdict } = fields
  if (verdict !== undefined) return verdict
  const texts = partitions.flatMap(({ topic, partition, values, offset }) => {
    if (values !== undefined) return values.map((value) => value ?? '(null)')
    return [`${topic}-${partition}${offset === undefined ? '' : `@${offset}`}`]
  })
  const more = texts.length > 2 ? `, and ${texts.length - 2} more` : ''
  return texts.slice(0, 2).join(', ') + more
}
