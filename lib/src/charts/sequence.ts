/**
 * The sequence picture of a run: who told whom what, and what got lost on the way. Time runs
 * downward, one row per event and not to scale: a retry after 300 ms and an answer after 2 ms would
 * not both fit. The times stand at the left, and a long wait is marked as a gap. A fault acts
 * between the app and the network, so the cross of a lost frame stands near the app whichever way
 * the frame went.
 */
import { ledger } from '../checker/ledger'
import type { Run } from '../history/run'
import type { VegaLiteChart } from './chart'
import { runFinding } from './findings'
import { palette } from './palette'
import { crossShape, pictureSpec, type Drawing } from './picture'
import {
  labelSize,
  labelText,
  noteOffset,
  planLanes,
  timeColumn,
  type Lane,
} from './sequence-lanes'
import { sequenceRows, type FrameRow, type NoteRow, type Row, type Rows } from './sequence-rows'
import { list, milliseconds, plural, shorten, textWidth } from './words'

export interface SequenceOptions {
  /** Values: only what concerns these messages, beside crashes, brokers and log lines. */
  messages?: readonly string[]
  /** `all` draws also metadata, heartbeats, empty fetches, joining a group. */
  frames?: 'essential' | 'all'
}

/** Rows of one picture at the most; a longer history is cut here, and the subtitle says so. */
export const mostRows = 60

/** Where the rows begin, below the heads of the lifelines. */
export const headHeight = 42
const rowHeight = { frame: 30, note: 20, arrival: 20 }
const gapMs = 50
const gapHeight = 16
const pauseBars = 'M-0.7,-0.9L-0.2,-0.9L-0.2,0.9L-0.7,0.9ZM0.2,-0.9L0.7,-0.9L0.7,0.9L0.2,0.9Z'
const arrowHead = 'M0,0L-1.6,-0.6L-1.6,0.6Z'

/** @throws RangeError when `messages` names a value that no message of the run has. */
export function sequence(run: Run, options: SequenceOptions = {}): VegaLiteChart {
  const { messages, frames = 'essential' } = options
  if (messages !== undefined) checkMessages('sequence', run, messages)
  const all = sequenceRows(run, messages === undefined ? { frames } : { frames, messages })
  const rows = all.rows.slice(0, mostRows)
  const { drawing } = drawRows(run, { ...all, rows })
  const finding = runFinding(run, messages)
  const subtitle = subtitleOf(all, { ...options, frames })
  return {
    kind: 'vega-lite',
    finding,
    spec: pictureSpec(drawing, { title: finding, subtitle }),
  }
}

/** @throws RangeError in the name of `chart` when no message of the run has one of the values. */
export function checkMessages(chart: string, run: Run, messages: readonly string[]): void {
  const known = ledger(run).map(({ value }) => String(value))
  for (const value of messages) {
    if (known.includes(value)) continue
    const there = known.length === 0 ? 'it has no message' : `it has ${list(known, 10)}`
    throw new RangeError(`${chart}: no message of this run has the value '${value}'; ${there}`)
  }
}

function subtitleOf({ rows, leftOut }: Rows, options: SequenceOptions): string[] {
  const lines: string[] = []
  if (rows.length === 0) lines.push('nothing was sent, read or lost in this run')
  if (rows.length > mostRows) {
    const rest = `cut: the first ${plural(mostRows, 'row')} of ${plural(rows.length, 'row')}`
    lines.push(`${rest}; sequence(run, { messages: ['…'] }) draws single messages`)
  }
  if (options.messages !== undefined) lines.push(`only what concerns ${list(options.messages, 5)}`)
  if (leftOut > 0) {
    const all = options.messages === undefined
    const what = all ? 'metadata, groups, empty fetches' : 'other messages'
    lines.push(`${plural(leftOut, 'frame')} not drawn (${what})`)
  }
  return lines
}

/** The picture while it is drawn: y of every row, lanes by name. */
interface Canvas extends Drawing {
  laneOf: ReadonlyMap<string, Lane>
  yOf: ReadonlyMap<Row, number>
  labelRoom: number
}

/** The rows as a drawing, and where each row stands: y grows from row to row. */
export function drawRows(run: Run, all: Rows): { drawing: Drawing; yOf: ReadonlyMap<Row, number> } {
  const { lanes, width, labelRoom } = planLanes(run, all)
  const { yOf, height, gaps } = placeRows(all.rows)
  const laneOf = new Map(lanes.map((lane) => [lane.key, lane]))
  const canvas: Canvas = {
    width,
    height,
    boxes: [],
    lines: [],
    symbols: [],
    texts: [],
    laneOf,
    yOf,
    labelRoom,
  }
  for (const lane of lanes) drawLane(canvas, lane, all.rows)
  drawTimes(canvas, all.rows, gaps)
  for (const row of all.rows) {
    if (row.type === 'frame') drawFrame(canvas, row)
    if (row.type === 'note') drawNote(canvas, row)
  }
  const { boxes, lines, symbols, texts } = canvas
  return { drawing: { width, height, boxes, lines, symbols, texts }, yOf }
}

interface Gap {
  y: number
  waitMs: number
}

function placeRows(rows: readonly Row[]): { yOf: Map<Row, number>; height: number; gaps: Gap[] } {
  const yOf = new Map<Row, number>()
  const gaps: Gap[] = []
  let y = headHeight
  let before: Row | undefined
  for (const row of rows) {
    const waitMs = before === undefined ? 0 : row.timeMs - before.timeMs
    if (waitMs >= gapMs) {
      gaps.push({ y: y + gapHeight / 2 + 2, waitMs })
      y += gapHeight
    }
    y += rowHeight[row.type]
    yOf.set(row, y - rowHeight.note / 2)
    before = row
  }
  return { yOf, height: y + 14, gaps }
}

const stateStyle = {
  up: { colour: palette.line, width: 2 },
  down: { colour: palette.lost, dash: [1, 4], width: 1.5 },
  paused: { colour: palette.late, dash: [5, 4], width: 1.5 },
}

/** Head and lifeline: a new stroke wherever the lane's state changes. */
function drawLane(canvas: Canvas, lane: Lane, rows: readonly Row[]): void {
  const { x, title, subtitle, kind } = lane
  const half = Math.max(textWidth(title, 12), textWidth(subtitle ?? '', 10)) / 2 + 9
  const fill = kind === 'app' ? palette.ink : palette.paper
  const colour = kind === 'app' ? 'white' : palette.ink
  canvas.boxes.push({ x: x - half, y: 2, x2: x + half, y2: 32, fill, stroke: palette.ink })
  const inBox = { x, colour, align: 'center', ground: 'box' } as const
  const middle = subtitle === undefined ? 17 : 11
  canvas.texts.push({ ...inBox, y: middle, text: title, size: 12, weight: 'bold' })
  if (subtitle !== undefined) canvas.texts.push({ ...inBox, y: 24, text: subtitle, size: 10 })
  let from = 32
  let state: keyof typeof stateStyle = 'up'
  const stroke = (to: number) => {
    canvas.lines.push({ x, y: from, x2: x, y2: to, ...stateStyle[state] })
    from = to
  }
  for (const row of rows) {
    if (row.type !== 'note' || row.state === undefined) continue
    const concerned = row.lane === lane.key || (row.app !== undefined && row.app === lane.app)
    if (!concerned) continue
    stroke(canvas.yOf.get(row) as number)
    state = row.state
  }
  stroke(canvas.height)
}

/** Times at the left: repeated ones once, and the waits between them in words. */
function drawTimes(canvas: Canvas, rows: readonly Row[], gaps: readonly Gap[]): void {
  const x = timeColumn - 22
  const column = { x, align: 'right', size: 10, colour: palette.faint } as const
  if (rows.length > 0) canvas.texts.push({ ...column, y: 17, text: 'ms' })
  let before = ''
  for (const row of rows) {
    const text = milliseconds(Math.round(row.timeMs))
    if (text !== before) canvas.texts.push({ ...column, y: canvas.yOf.get(row) as number, text })
    before = text
  }
  for (const { y, waitMs } of gaps) {
    const text = `${milliseconds(Math.round(waitMs))} ms later`
    canvas.texts.push({ ...column, x: x + 4, y, text, align: 'left' })
    const start = x + 10 + textWidth(text, 10)
    canvas.lines.push({
      x: start,
      y,
      x2: canvas.width,
      y2: y,
      colour: palette.line,
      dash: [2, 4],
      width: 0.75,
    })
  }
}

function drawFrame(canvas: Canvas, row: FrameRow): void {
  const from = canvas.laneOf.get(row.from) as Lane
  const to = canvas.laneOf.get(row.to) as Lane
  const app = from.kind === 'app' ? from : to
  const broker = from.kind === 'app' ? to : from
  const inward = Math.sign(broker.x - app.x)
  const y = canvas.yOf.get(row) as number
  const colour = palette[row.meaning]
  const text = { y: y - 9, colour: row.meaning === 'arrived' ? palette.ink : colour, tip: row.tip }
  const sentByBroker = row.arrival !== undefined && from === broker
  const side = sentByBroker ? -inward : inward
  const x = (sentByBroker ? broker : app).x + 9 * side
  const label = shorten(labelText(row), canvas.labelRoom, labelSize)
  canvas.texts.push({ ...text, x, text: label, align: side > 0 ? 'left' : 'right' })
  const line = { x: from.x, y, colour, width: 1.5, tip: row.tip }
  if (row.lost !== undefined) {
    const x = app.x + 86 * inward
    canvas.lines.push({ ...line, x2: x, y2: y })
    canvas.symbols.push({ x, y, shape: crossShape, colour, size: 90, tip: row.tip })
    return
  }
  const end = row.arrival === undefined ? undefined : canvas.yOf.get(row.arrival)
  const y2 = end ?? y
  const x2 = to.x - Math.sign(to.x - from.x)
  const angle = Math.round((Math.atan2(y2 - y, x2 - from.x) * 1800) / Math.PI) / 10
  canvas.lines.push({ ...line, x2, y2 })
  canvas.symbols.push({ x: x2, y: y2, shape: arrowHead, colour, size: 150, angle, tip: row.tip })
}

const noteSymbols = {
  effect: { shape: 'diamond', size: 110 },
  store: { shape: 'square', size: 70 },
  crash: { shape: crossShape, size: 160 },
  pause: { shape: pauseBars, size: 150 },
  start: { shape: 'circle', size: 60 },
}

function drawNote(canvas: Canvas, row: NoteRow): void {
  const { x, side, room } = canvas.laneOf.get(row.lane) as Lane
  const y = canvas.yOf.get(row) as number
  const size = row.style === 'log' ? 10 : labelSize
  const colour = palette[row.meaning]
  const text = shorten(row.text, room - noteOffset, size)
  const align = side === 1 ? 'left' : 'right'
  canvas.texts.push({ x: x + noteOffset * side, y, text, colour, align, size, tip: row.tip })
  if (row.symbol !== 'none') {
    canvas.symbols.push({ x, y, colour, tip: row.tip, ...noteSymbols[row.symbol] })
  }
}
