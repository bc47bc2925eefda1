/**
 * One message seen from three places at once: what its producer believes, what the log holds, how
 * often its consumer processed it. Time runs to the right, one step per event and not to scale; a
 * frame runs between the lines, its colour is its fate. The guarantees are about where the three
 * part.
 */
import { ledger } from '../checker'
import { frames, responses, type Frame } from '../history/frames'
import { operationsNamed } from '../history/operations'
import type { Run } from '../history/run'
import type { VegaLiteChart } from './chart'
import { runFinding } from './findings'
import { lightPalette, palette, type Meaning } from './palette'
import { crossShape, pictureSpec, type Drawing } from './picture'
import { appends, atTheEnd, beforeTheRun } from './player-appends'
import { milliseconds, plural, shorten, valueText } from './words'

const lanes = ['belief', 'log', 'consumer'] as const
type Lane = (typeof lanes)[number]

/** From `index` on, the lane says so. */
interface State {
  lane: Lane
  index: number
  text: string
  meaning: Meaning
}

interface Flight {
  from: { lane: Lane; index: number }
  /** Absent when it never arrived. */
  to: { lane: Lane; index: number } | undefined
  /** The lane it was bound for. */
  bound: Lane
  name: string
  meaning: 'arrived' | 'repeated' | 'lost'
}

const room = { labels: 118, least: 46, most: 96, width: 780 }
const bandHeight = 28
const laneY: Record<Lane, number> = { belief: 6, log: 112, consumer: 218 }
const laneNames: Record<Lane, string> = {
  belief: 'producer believes',
  log: 'log holds',
  consumer: 'consumer did',
}
const axisY = 266
const waitMs = 50

export interface ThreeViewsOptions {
  /** Its value. Default: the first of the ledger. */
  message?: string
}

/** @throws RangeError when the run has no message of this value */
export function threeViews(run: Run, { message }: ThreeViewsOptions = {}): VegaLiteChart {
  const value = message ?? ledger(run)[0]?.value
  const row = ledger(run).find((each) => each.value === value)
  if (row === undefined || value == null) {
    throw new RangeError(`threeViews: this run has no message ${String(message ?? '')}`.trim())
  }
  const states = [...beliefs(run, value), ...copies(run, value), ...processed(run, value)]
  const flights = flightsOf(run, value)
  const finding = runFinding(run, [value])
  const subtitle = [`${valueText(value)}; a step per event, not to scale`]
  const drawing = draw(run, states, flights)
  return { kind: 'vega-lite', finding, spec: pictureSpec(drawing, { title: finding, subtitle }) }
}

const toldStates = {
  ok: { text: 'told ok', meaning: 'arrived' },
  fail: { text: 'told failed', meaning: 'lost' },
  info: { text: 'told nothing sure', meaning: 'unknown' },
  pending: { text: 'on its way', meaning: 'unknown' },
} as const

function beliefs(run: Run, value: string): State[] {
  const sends = operationsNamed(run.history, 'send').filter(({ value: sent }) =>
    sent.messages.some((each) => each.value === value),
  )
  return sends.flatMap(({ app, start, end, outcome, value: { acks } }) => {
    const lane = 'belief' as const
    const begun: State = { lane, index: start.index, ...toldStates.pending }
    if (end !== undefined && acks === 0 && outcome === 'ok') {
      return [begun, { lane, index: end.index, text: 'sent, asks no answer', meaning: 'unknown' }]
    }
    if (end !== undefined) return [begun, { lane, index: end.index, ...toldStates[outcome] }]
    const died = run.history.find(
      (event) =>
        event.type === 'app' &&
        event.app === app &&
        event.state === 'crashed' &&
        event.index > start.index,
    )
    if (died === undefined) return [begun]
    return [begun, { lane, index: died.index, text: 'dead, never told', meaning: 'unknown' }]
  })
}

function copies(run: Run, value: string): State[] {
  const times = appends(run)
  const places = run.logs.flatMap(({ partition, batches }) =>
    batches.flatMap((batch) =>
      batch.records.flatMap((record) => {
        if (record.value !== value) return []
        return [{ index: times.get(batch) ?? atTheEnd, place: `${partition}@${record.offset}` }]
      }),
    ),
  )
  places.sort((one, other) => one.index - other.index)
  return places.map(({ index }, nth): State => {
    const there = places.slice(0, nth + 1).map(({ place }) => place.replace(/^0@/, '@'))
    const meaning = there.length > 1 ? 'repeated' : 'arrived'
    const times = there.length > 1 ? `${there.length}×` : 'once'
    const text = `${times}: ${there.join(' and ')}`
    return { lane: 'log', index: index === beforeTheRun ? 0 : index, text, meaning }
  })
}

/** Its effects; without any, the handlers that returned. */
function processed(run: Run, value: string): State[] {
  const effects = operationsNamed(run.history, 'effect').flatMap((effect) => {
    const { end, outcome, value: made } = effect
    const isDone = outcome === 'ok' && (made.cause ?? made.id) === value
    return isDone && end !== undefined ? [{ index: end.index, what: made.kind }] : []
  })
  const handled = operationsNamed(run.history, 'handle').flatMap(({ end, outcome, value: read }) =>
    outcome === 'ok' && end !== undefined && read.messages.some((each) => each.value === value)
      ? [{ index: end.index, what: 'handled' }]
      : [],
  )
  return (effects.length > 0 ? effects : handled).map(({ index, what }, nth): State => {
    const meaning = nth === 0 ? 'arrived' : 'repeated'
    return { lane: 'consumer', index, text: `${what} ${nth + 1}×`, meaning }
  })
}

function flightsOf(run: Run, value: string): Flight[] {
  const all = frames(run.history).filter(({ copy }) => copy === undefined)
  const answers = responses(run.history)
  const has = ({ fields }: Frame) =>
    (fields.partitions ?? []).some(({ values = [] }) => values.includes(value))
  const requests = all.filter(
    (frame) => frame.api === 'Produce' && frame.direction === 'request' && has(frame),
  )
  const produced = requests.flatMap((frame, nth) => {
    const there = flight(frame, ['belief', 'log'], nth === 0 ? 'Produce' : 'Produce again')
    const answer = answers.get(frame.frame)
    const sent: Flight = nth > 0 && there.to ? { ...there, meaning: 'repeated' } : there
    return answer === undefined ? [sent] : [sent, flight(answer, ['log', 'belief'], 'answer')]
  })
  const fetched = all.filter(
    (frame) => frame.api === 'Fetch' && frame.direction === 'response' && has(frame),
  )
  const read = fetched.map((frame, nth): Flight => {
    const there = flight(frame, ['log', 'consumer'], nth === 0 ? 'Fetch' : 'Fetch again')
    return nth > 0 && there.to ? { ...there, meaning: 'repeated' } : there
  })
  return [...produced, ...read]
}

function flight(frame: Frame, [from, bound]: readonly [Lane, Lane], name: string): Flight {
  const arrived = frame.fate === 'delivered' ? frame.met : undefined
  return {
    from: { lane: from, index: frame.index },
    to: arrived && { lane: bound, index: arrived.index },
    bound,
    name: arrived === undefined ? `${name} lost` : name,
    meaning: arrived === undefined ? 'lost' : 'arrived',
  }
}

function draw(run: Run, states: readonly State[], flights: readonly Flight[]): Drawing {
  const indexes = [
    ...states.map(({ index }) => index),
    ...flights.flatMap(({ from, to }) => [from.index, ...(to === undefined ? [] : [to.index])]),
  ]
  const ordered = [...new Set(indexes)].sort((one, other) => one - other)
  const fitting = Math.floor(room.width / (ordered.length + 1))
  const step = Math.max(room.least, Math.min(room.most, fitting))
  const xOf = (index: number) => room.labels + (ordered.indexOf(index) + 0.5) * step
  const width = room.labels + (ordered.length + 1) * step
  const drawing: Drawing = {
    width,
    height: axisY + 26,
    boxes: [],
    lines: [],
    symbols: [],
    texts: [],
  }
  for (const lane of lanes) {
    drawBands(drawing, lane, { states: states.filter((state) => state.lane === lane), xOf, width })
  }
  for (const each of flights) drawFlight(drawing, each, { xOf, step })
  drawTimes(drawing, run, { ordered, xOf })
  return drawing
}

function drawBands(
  drawing: Drawing,
  lane: Lane,
  { states, xOf, width }: { states: State[]; xOf: (index: number) => number; width: number },
): void {
  const y = laneY[lane]
  const label = { x: room.labels - 10, y: y + bandHeight / 2, text: laneNames[lane] }
  drawing.texts.push({ ...label, align: 'right', colour: palette.ink, weight: 'bold' })
  const sorted = [...states].sort((one, other) => one.index - other.index)
  const first = { text: lane === 'belief' ? '' : 'nothing', meaning: 'paper' as const }
  const spans = [first, ...sorted].map((state, position) => ({
    ...state,
    x: position === 0 ? room.labels : xOf(sorted[position - 1]!.index),
    x2: position < sorted.length ? xOf(sorted[position]!.index) : width - 8,
  }))
  for (const { x, x2, text, meaning } of spans) {
    const colour = meaning === 'paper' ? palette.line : palette[meaning]
    const shape = { x, x2, y, y2: y + bandHeight }
    drawing.boxes.push({
      ...shape,
      fill: lightPalette[meaning],
      stroke: colour,
      tip: { title: text },
    })
    const shown = shorten(text, x2 - x - 10, 11)
    const ink = meaning === 'paper' ? palette.faint : palette.ink
    const written = {
      x: x + 6,
      y: y + bandHeight / 2,
      text: shown,
      colour: ink,
      ground: 'box',
    } as const
    if (x2 - x > 30 && text !== '') drawing.texts.push({ ...written, align: 'left' })
  }
}

function drawFlight(
  drawing: Drawing,
  { from, to, bound, name, meaning }: Flight,
  { xOf, step }: { xOf: (index: number) => number; step: number },
): void {
  const isDown = lanes.indexOf(bound) > lanes.indexOf(from.lane)
  const colour = palette[meaning]
  const x = xOf(from.index)
  const y = laneY[from.lane] + (isDown ? bandHeight : 0)
  const end = laneY[bound] + (isDown ? 0 : bandHeight)
  const tip = { title: name }
  const y2 = to === undefined ? (y + end) / 2 : end
  const x2 = to === undefined ? x + step / 2 : xOf(to.index)
  drawing.lines.push({ x, y, x2, y2, colour, width: 2, tip })
  const shape = to === undefined ? crossShape : isDown ? 'triangle-down' : 'triangle-up'
  const size = to === undefined ? 90 : 70
  const head = {
    x: x2,
    y: to === undefined ? y2 : y2 + (isDown ? -4 : 4),
    shape,
    size,
    colour,
    tip,
  }
  drawing.symbols.push(head)
  // Names of frames that go down and up stand at different heights: neighbours stay readable.
  const height = to === undefined ? 0.66 : isDown ? 0.3 : 0.72
  const label = {
    x: Math.max(x, x2) + 6,
    y: isDown ? y + (end - y) * height : end + (y - end) * height,
  }
  drawing.texts.push({ ...label, text: name, colour, align: 'left', size: 10 })
}

function drawTimes(
  drawing: Drawing,
  run: Run,
  { ordered, xOf }: { ordered: readonly number[]; xOf: (index: number) => number },
): void {
  const unit = run.cluster.kind === 'embedded' ? 'ms of the model' : 'ms'
  const title = { x: room.labels - 10, y: axisY, text: unit, size: 10 } as const
  drawing.texts.push({ ...title, align: 'right', colour: palette.faint })
  const timeOf = (index: number) => (index === atTheEnd ? undefined : run.history[index]?.timeMs)
  ordered.forEach((index, position) => {
    const x = xOf(index)
    const time = timeOf(index)
    const text = time === undefined ? 'end' : milliseconds(Math.round(time))
    const before = timeOf(ordered[position - 1] ?? atTheEnd)
    const isNew = before === undefined || milliseconds(Math.round(before)) !== text
    const column = { x, y: axisY, align: 'center', colour: palette.faint, size: 10 } as const
    if (isNew) drawing.texts.push({ ...column, text })
    if (time === undefined || before === undefined || time - before < waitMs) return
    const wait = { x: (x + xOf(ordered[position - 1]!)) / 2, y: axisY + 14, size: 10 } as const
    const waited = `… ${plural(Math.round(time - before), 'ms', 'ms')}`
    drawing.texts.push({ ...wait, text: waited, align: 'center', colour: palette.late })
  })
}
