/**
 * A partition over time: how far its log, its high watermark and its last stable offset had come,
 * and when handlers took its records up. While a transaction is open the last stable offset stands
 * still, with all that comes behind it, also what is in no transaction; the band between the two
 * marks is what readers of committed records wait for.
 */
import type { Run } from '../history/run'
import type { VegaLiteChart } from './chart'
import { isRun } from './labelled-runs'
import { lightPalette, palette } from './palette'
import { pictureSpec, type Drawing } from './picture'
import {
  handledRecords,
  transactionMarks,
  watermarkSteps,
  type HandledRecord,
  type PartitionPlace,
  type TransactionMark,
  type WatermarkStep,
} from './watermark-steps'
import { milliseconds, shorten, textWidth, valueText } from './words'

export interface WatermarksOptions {
  /** Default: the first topic of the run. */
  topic?: string
  /** Default 0. */
  partition?: number
}

type MarkName = 'logEnd' | 'highWatermark' | 'lastStableOffset'

const marks: { name: MarkName; label: string; colour: string; width: number }[] = [
  { name: 'logEnd', label: 'log end', colour: palette.line, width: 7 },
  { name: 'highWatermark', label: 'high watermark', colour: palette.arrived, width: 2 },
  { name: 'lastStableOffset', label: 'last stable offset', colour: palette.committed, width: 3 },
]

const shapes: Record<HandledRecord['isolationLevel'], { shape: string; colour: string }> = {
  read_uncommitted: { shape: 'diamond', colour: palette.late },
  read_committed: { shape: 'circle', colour: palette.committed },
}

const plot = { left: 150, top: 22, width: 640, height: 260, mostStep: 30 }

/** Where times and offsets stand in the picture, in pixels. */
interface Scales {
  x(timeMs: number): number
  y(offset: number): number
  fromMs: number
  toMs: number
  end: number
  /** Height of one offset. */
  step: number
}

/**
 * @throws TypeError when given something else than a run
 * @throws RangeError when the run has no such partition
 */
export function watermarks(run: Run, options: WatermarksOptions = {}): VegaLiteChart {
  if (!isRun(run)) throw new TypeError('watermarks: give it a run')
  const place = placeIn(run, options)
  const steps = watermarkSteps(run, place)
  const handled = handledRecords(run, place)
  const ends = transactionMarks(run, place)
  const finding = findingOf(place, steps)
  const drawing: Drawing = { width: 0, height: 0, boxes: [], lines: [], symbols: [], texts: [] }
  const scales = scalesOf(steps, handled, ends)
  drawing.width = plot.left + plot.width + 30
  drawing.height = scales.y(0)
  drawAxes(drawing, scales, valuesAt(run, place))
  drawHeldBack(drawing, steps, scales)
  for (const mark of marks) drawMark(drawing, { steps, scales, mark })
  for (const end of ends) drawEnd(drawing, end, scales)
  for (const record of handled) drawHandled(drawing, record, scales)
  drawKey(drawing, handled)
  const subtitle = ['Steps stand where an answer told of them; time in ms since the run began']
  if (run.cluster.kind === 'embedded') {
    subtitle[0] += "; the embedded cluster's latency is a model's parameter"
  }
  return { kind: 'vega-lite', finding, spec: pictureSpec(drawing, { title: finding, subtitle }) }
}

function placeIn(run: Run, { topic, partition = 0 }: WatermarksOptions): PartitionPlace {
  const chosen = topic ?? Object.keys(run.plan.topics)[0]
  const found = run.logs.find((log) => log.topic === chosen && log.partition === partition)
  if (found !== undefined) return { topic: found.topic, partition }
  const has = run.logs.map((log) => `${log.topic}-${log.partition}`).join(', ')
  throw new RangeError(`watermarks: this run has no ${chosen}-${partition}; it has ${has}`)
}

/** The plateau behind which the high watermark came furthest, and what followed it. */
function findingOf({ topic, partition }: PartitionPlace, steps: readonly WatermarkStep[]): string {
  const name = `${topic}-${partition}`
  const told = steps.flatMap(({ highWatermark, lastStableOffset }) =>
    highWatermark === undefined || lastStableOffset === undefined
      ? []
      : [{ highWatermark, lastStableOffset }],
  )
  const last = told[told.length - 1]
  if (last === undefined) return `No consumer was told how far ${name} had come`
  const behind = (step: (typeof told)[number]) => step.highWatermark - step.lastStableOffset
  const most = told.reduce((found, step) => (behind(step) > behind(found) ? step : found))
  if (behind(most) === 0) {
    return `${name}: the last stable offset followed the high watermark to ${last.highWatermark}`
  }
  const { lastStableOffset, highWatermark } = most
  const stood = `${name}: the last stable offset stood at ${lastStableOffset}`
  const next = told.find((step) => step.lastStableOffset > lastStableOffset)
  const rose = `${stood} while the high watermark went to ${highWatermark}`
  return next === undefined
    ? `${rose}, and stayed there`
    : `${rose}, then jumped to ${next.lastStableOffset}`
}

function scalesOf(
  steps: readonly WatermarkStep[],
  handled: readonly HandledRecord[],
  ends: readonly TransactionMark[],
): Scales {
  const times = [...steps, ...handled, ...ends].map(({ timeMs }) => timeMs)
  const first = Math.min(...times, Infinity)
  const fromMs = Number.isFinite(first) ? first : 0
  const margin = Math.max(1, (Math.max(fromMs, ...times) - fromMs) * 0.06)
  const toMs = Math.max(fromMs, ...times) + margin
  const end = Math.max(1, ...steps.map(({ logEnd }) => logEnd))
  const step = Math.min(plot.mostStep, plot.height / end)
  const bottom = plot.top + end * step + 8
  return {
    x: (timeMs) =>
      Math.round(plot.left + (plot.width * (timeMs - fromMs + margin)) / (toMs - fromMs + margin)),
    y: (offset) => Math.round(bottom - offset * step),
    fromMs,
    toMs,
    end,
    step,
  }
}

/** Values and markers by offset, as the log holds them at the end. */
function valuesAt(run: Run, { topic, partition }: PartitionPlace): Map<number, string> {
  const found = new Map<number, string>()
  const log = run.logs.find((each) => each.topic === topic && each.partition === partition)
  for (const { baseOffset, control, transactional, records } of log?.batches ?? []) {
    if (control !== undefined) found.set(baseOffset, `${control} marker`)
    const more = transactional ? ', transaction' : ''
    for (const { offset, value } of records) found.set(offset, `${valueText(value)}${more}`)
  }
  return found
}

/** Offsets on the left, each as high as its record; round times below. */
function drawAxes(drawing: Drawing, scales: Scales, values: ReadonlyMap<number, string>): void {
  const { x, y, end, step } = scales
  const [left, right] = [plot.left, plot.left + plot.width]
  const every = Math.ceil(12 / step)
  for (let offset = 0; offset <= end; offset += 1) {
    if (offset % every !== 0) continue
    drawing.lines.push({ x: left, x2: right, y: y(offset), y2: y(offset), colour: palette.paper })
    if (offset === end) continue
    const middle = y(offset) - (every === 1 ? step / 2 : 0)
    const text = { y: middle, align: 'right', colour: palette.ink } as const
    drawing.texts.push({ ...text, x: left - 6, text: String(offset), weight: 'bold' })
    const value = every === 1 ? shorten(values.get(offset) ?? '', left - 40, 10) : ''
    if (value !== '') {
      drawing.texts.push({ ...text, x: left - 28, text: value, size: 10, colour: palette.faint })
    }
  }
  const head = { align: 'right', colour: palette.faint, size: 10 } as const
  drawing.texts.push({ ...head, x: left - 6, y: plot.top - 12, text: 'record and its offset' })
  const base = y(0)
  drawing.lines.push({ x: left, x2: right, y: base, y2: base, colour: palette.line })
  drawing.lines.push({ x: left, x2: left, y: y(end), y2: base, colour: palette.line })
  for (const timeMs of ticks(scales)) {
    const at = x(timeMs)
    drawing.lines.push({ x: at, x2: at, y: base, y2: base + 4, colour: palette.line })
    const text = { x: at, y: base + 12, text: milliseconds(timeMs), colour: palette.ink } as const
    drawing.texts.push({ ...text, align: 'center', size: 10 })
  }
  const label = { x: right, y: base + 28, text: 'time (ms)', colour: palette.faint } as const
  drawing.texts.push({ ...label, align: 'right', size: 10 })
  drawing.height = base + 36
}

/** Four to ten round times. */
function ticks({ fromMs, toMs }: Scales): number[] {
  const rough = (toMs - fromMs) / 8
  const power = 10 ** Math.floor(Math.log10(rough))
  const size = [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= rough)!
  const first = Math.ceil(fromMs / size)
  const number = Math.floor(toMs / size) - first + 1
  return Array.from({ length: number }, (_, position) => (first + position) * size)
}

/** From each step to the next one's time; the last goes on to the right edge. */
function stretches(steps: readonly WatermarkStep[], { toMs }: Scales) {
  return steps.map((step, position) => ({
    step,
    before: steps[position - 1],
    untilMs: steps[position + 1]?.timeMs ?? toMs,
  }))
}

/** The band between the marks: there and replicated, and no read_committed reader gets it. */
function drawHeldBack(drawing: Drawing, steps: readonly WatermarkStep[], scales: Scales): void {
  const { x, y } = scales
  const fill = lightPalette.late
  let widest = { x: 0, x2: 0, y: 0 }
  for (const { step, untilMs } of stretches(steps, scales)) {
    const { highWatermark, lastStableOffset, timeMs } = step
    if (highWatermark === undefined || lastStableOffset === undefined) continue
    if (highWatermark <= lastStableOffset) continue
    const box = { x: x(timeMs), x2: x(untilMs), y: y(highWatermark), y2: y(lastStableOffset) }
    drawing.boxes.push({ ...box, fill, stroke: fill })
    if (box.x2 - box.x > widest.x2 - widest.x) widest = { ...box, y: (box.y + box.y2) / 2 }
  }
  const text = 'held back from read_committed'
  if (textWidth(text, 11) > widest.x2 - widest.x - 8) return
  const middle = { x: (widest.x + widest.x2) / 2, y: widest.y, align: 'center' } as const
  drawing.texts.push({ ...middle, text, colour: palette.late, weight: 'bold', ground: 'box' })
}

function drawMark(
  drawing: Drawing,
  {
    steps,
    scales,
    mark,
  }: { steps: readonly WatermarkStep[]; scales: Scales; mark: (typeof marks)[number] },
): void {
  const { x, y } = scales
  const { name, label, colour, width } = mark
  for (const { step, before, untilMs } of stretches(steps, scales)) {
    const offset = step[name]
    if (offset === undefined) continue
    const tip = { title: label, offset, 'from (ms)': milliseconds(step.timeMs) }
    const [at, until] = [x(step.timeMs), x(untilMs)]
    drawing.lines.push({ x: at, x2: until, y: y(offset), y2: y(offset), colour, width, tip })
    const earlier = before?.[name]
    if (earlier === undefined || earlier === offset) continue
    drawing.lines.push({ x: at, x2: at, y: y(earlier), y2: y(offset), colour, width, tip })
  }
}

function drawEnd(
  drawing: Drawing,
  { timeMs, app, verdict }: TransactionMark,
  { x, y }: Scales,
): void {
  const colour = verdict === 'commit' ? palette.committed : palette.lost
  const at = x(timeMs)
  const line = { x: at, x2: at, y: plot.top - 4, y2: y(0), dash: [3, 3], colour }
  drawing.lines.push(line)
  const right = at > plot.left + plot.width * 0.8
  const text = { x: right ? at + 4 : at, y: plot.top - 12, colour, size: 10 } as const
  const align = right ? 'right' : 'center'
  drawing.texts.push({ ...text, align, text: `${app}: ${verdict} answered`, weight: 'bold' })
}

function drawHandled(
  drawing: Drawing,
  { timeMs, app, offset, value, isolationLevel }: HandledRecord,
  { x, y, step }: Scales,
): void {
  const tip = {
    title: `${app} handles ${valueText(value)}`,
    offset,
    reads: isolationLevel,
    'at (ms)': milliseconds(timeMs),
  }
  const size = Math.min(60, step * step)
  const symbol = { ...shapes[isolationLevel], x: x(timeMs), y: y(offset) - step / 2, size, tip }
  drawing.symbols.push(symbol)
}

/** What lines and symbols mean, of those that are there. */
function drawKey(drawing: Drawing, handled: readonly HandledRecord[]): void {
  const y = drawing.height + 10
  let x = plot.left
  const named = (label: string) => {
    const text = { x: x + 24, y, text: label, align: 'left', size: 10 } as const
    drawing.texts.push({ ...text, colour: palette.ink })
    x += 24 + textWidth(label, 10) + 12
  }
  for (const { label, colour, width } of marks) {
    drawing.lines.push({ x, x2: x + 18, y, y2: y, colour, width })
    named(label)
  }
  for (const [level, look] of Object.entries(shapes)) {
    if (!handled.some(({ isolationLevel }) => isolationLevel === level)) continue
    drawing.symbols.push({ ...look, x: x + 10, y, size: 60 })
    named(`handled, ${level}`)
  }
  drawing.width = Math.max(drawing.width, x)
  drawing.height = y + 12
}
