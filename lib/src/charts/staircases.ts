/**
 * How far a group had processed and how far it had committed, over time: two staircases per
 * partition. Where *processed* stands above *committed*, a crash at that time would repeat what is
 * between; where *committed* stands above, it would lose it. A dot is a message processed; out of
 * order, an unprocessed one lies below both staircases, and is shaded as what a crash would lose.
 */
import type { Run } from '../history/run'
import type { VegaLiteChart } from './chart'
import { labelledRuns, type Runs } from './labelled-runs'
import { lightPalette, palette } from './palette'
import { pictureSpec, type Drawing } from './picture'
import { offsetAt, stairsOf, type Stairs, type Step } from './staircase-steps'
import { drawTimeAxis, roundTicks, xOf, type TimeScale } from './time-axis'
import { list, plural, textWidth, valueText } from './words'

const size = { width: 700, left: 52, right: 690, one: 260, several: 150, gap: 30 }
const circle = 'circle'
const cross = 'M-1,-0.7L-0.7,-1L0,-0.3L0.7,-1L1,-0.7L0.3,0L1,0.7L0.7,1L0,0.3L-0.7,1L-1,0.7L-0.3,0Z'

/**
 * One panel per run, group and partition.
 * @throws TypeError when given something else than runs
 */
export function staircases(runs: Runs): VegaLiteChart {
  const panels = labelledRuns('staircases', runs).flatMap(({ label, run }) =>
    stairsOf(run).map((stairs) => ({ label: labelOf(label, run, stairs), stairs })),
  )
  const found = panels.map(({ label, stairs }) => [label, findingOf(stairs)].filter(Boolean))
  const finding = found.map((words) => words.join(': ')).join('; ') || 'No message was read'
  const drawing: Drawing = { ...{ width: size.width, height: 4 }, ...empty() }
  const untilMs = Math.max(1, ...panels.map(({ stairs }) => stairs.untilMs))
  const scale = { left: size.left, right: size.right, untilMs }
  const height = panels.length > 1 ? size.several : size.one
  for (const { label, stairs } of panels) drawPanel(drawing, { label, stairs, scale, height })
  if (panels.length > 0) drawKey(drawing, panels)
  return {
    kind: 'vega-lite',
    finding,
    spec: pictureSpec(drawing, { title: finding, subtitle: [] }),
  }
}

const empty = () => ({ boxes: [], lines: [], symbols: [], texts: [] })

/** A run's label, and the place where one run has several. */
function labelOf(label: string, run: Run, { group, topic, partition }: Stairs): string {
  const several = stairsOf(run).length > 1
  return [label, ...(several ? [`${group}, ${topic}-${partition}`] : [])].filter(Boolean).join(', ')
}

/** `30 processed and 25 committed at the crash, order-26 and 4 more twice` */
function findingOf({ marks, processed, committed, lost }: Stairs): string {
  const crashes = marks.filter(({ state }) => state === 'crashed')
  const [crash] = crashes
  const untilMs = crash?.timeMs ?? Infinity
  const done = new Set(processed.filter((one) => one.timeMs <= untilMs).map(({ offset }) => offset))
  const position = offsetAt(committed, untilMs)
  const when = crash === undefined ? '' : ` at the ${crashes.length > 1 ? 'first ' : ''}crash`
  const again = [...new Set(processed.filter((one) => one.again).map(({ value }) => value))]
  const named = (values: readonly (string | null)[]) => list(values.map(valueText), 2)
  return [
    `${done.size} processed and ${position} committed${when}`,
    ...(again.length > 0 ? [`${named(again)} repeated`] : []),
    ...(lost.length > 0 ? [`${named(lost.map(({ value }) => value))} lost`] : []),
  ].join(', ')
}

interface Panel {
  label: string
  stairs: Stairs
  scale: TimeScale
  height: number
}

function drawPanel(drawing: Drawing, { label, stairs, scale, height }: Panel): void {
  const top = drawing.height + (label === '' ? 12 : 26)
  const bottom = top + height
  const most = Math.max(1, stairs.end)
  const yOf = (offset: number) => Math.round((bottom - (offset / most) * height) * 10) / 10
  if (label !== '') {
    const text = { text: label, colour: palette.ink, size: 12, weight: 'bold' } as const
    drawing.texts.push({ x: 0, y: top - 16, align: 'left', ...text })
  }
  const below = drawTimeAxis(drawing, scale, { top, bottom })
  for (const tick of roundTicks(most)) {
    const y = yOf(tick)
    drawing.lines.push({ x: scale.left, x2: scale.right, y, y2: y, colour: palette.paper })
    const text = { text: String(tick), colour: palette.faint, size: 10, align: 'right' } as const
    drawing.texts.push({ x: scale.left - 6, y, ...text })
  }
  const title = { colour: palette.faint, size: 10, align: 'left' } as const
  drawing.texts.push({ x: 0, y: top - 2, text: 'offset', ...title })
  drawShades(drawing, { stairs, scale, yOf })
  const plot = { scale, yOf, untilMs: stairs.untilMs }
  drawStair(drawing, { steps: stairs.highest, colour: palette.arrived, ...plot })
  drawStair(drawing, { steps: stairs.committed, colour: palette.committed, ...plot })
  drawDots(drawing, { stairs, scale, yOf })
  drawMarks(drawing, { stairs, scale, top, bottom })
  drawing.height = bottom + below + size.gap - 22
}

interface Plot {
  stairs: Stairs
  scale: TimeScale
  yOf(offset: number): number
}

function drawShades(drawing: Drawing, { stairs, scale, yOf }: Plot): void {
  for (const { fromMs, toMs, low, high, kind } of stairs.shades) {
    const fill = kind === 'would repeat' ? lightPalette.repeated : lightPalette.lost
    const [x, x2] = [xOf(scale, fromMs), xOf(scale, toMs)]
    drawing.boxes.push({ x, x2, y: yOf(high), y2: yOf(low), fill, stroke: fill })
  }
}

interface StairPlot extends Omit<Plot, 'stairs'> {
  steps: readonly Step[]
  colour: string
  untilMs: number
}

function drawStair(drawing: Drawing, { steps, colour, scale, yOf, untilMs }: StairPlot): void {
  steps.forEach(({ timeMs, offset }, i) => {
    const x = xOf(scale, timeMs)
    const y = yOf(offset)
    const before = steps[i - 1]
    const line = { colour, width: 2 }
    if (before !== undefined)
      drawing.lines.push({ x, x2: x, y: yOf(before.offset), y2: y, ...line })
    const x2 = xOf(scale, steps[i + 1]?.timeMs ?? untilMs)
    drawing.lines.push({ x, x2, y, y2: y, ...line })
  })
}

/** A dot stands between its offset and the next: processing 4 raises the staircase from 4 to 5. */
function drawDots(drawing: Drawing, { stairs, scale, yOf }: Plot): void {
  for (const { timeMs, offset, value, again, app, attempt } of stairs.processed) {
    const tip = { title: valueText(value), offset, by: `${app}, attempt ${attempt}` }
    const colour = again ? palette.repeated : palette.arrived
    const where = { x: xOf(scale, timeMs), y: yOf(offset + 0.5) }
    drawing.symbols.push({ ...where, shape: circle, colour, size: again ? 30 : 14, tip })
  }
  for (const { offset, value } of stairs.lost) {
    const tip = { title: valueText(value), offset, lost: 'passed, and never processed' }
    const where = { x: xOf(scale, stairs.untilMs) - 8, y: yOf(offset + 0.5) }
    drawing.symbols.push({ ...where, shape: cross, colour: palette.lost, size: 40, tip })
  }
}

function drawMarks(
  drawing: Drawing,
  { stairs, scale, top, bottom }: Omit<Plot, 'yOf'> & { top: number; bottom: number },
): void {
  for (const { timeMs, state, app } of stairs.marks) {
    const x = xOf(scale, timeMs)
    const crashed = state === 'crashed'
    const colour = crashed ? palette.lost : palette.faint
    const dash = crashed ? [5, 3] : [1, 3]
    drawing.lines.push({ x, x2: x, y: top - 8, y2: bottom, colour, dash, width: 1.5 })
    if (!crashed) continue
    const text = { text: `${app} crashes`, colour, size: 10, align: 'right' } as const
    drawing.texts.push({ x: x - 4, y: top - 2, ...text })
  }
}

function drawKey(drawing: Drawing, panels: readonly { stairs: Stairs }[]): void {
  const all = panels.map(({ stairs }) => stairs)
  const y = drawing.height + 4
  let x = size.left
  const label = (text: string, room: number) => {
    const colour = palette.faint
    drawing.texts.push({ x: x + room + 6, y, text, colour, size: 10, align: 'left' })
    x += room + 6 + textWidth(text, 10) + 14
  }
  const line = (colour: string, text: string) => {
    drawing.lines.push({ x, x2: x + 16, y, y2: y, colour, width: 2 })
    label(text, 16)
  }
  const box = (fill: string, stroke: string, text: string) => {
    drawing.boxes.push({ x, x2: x + 12, y: y - 6, y2: y + 6, fill, stroke })
    label(text, 12)
  }
  line(palette.arrived, 'processed')
  line(palette.committed, 'committed')
  box(lightPalette.repeated, palette.repeated, 'a crash would repeat')
  box(lightPalette.lost, palette.lost, 'a crash would lose')
  if (all.some(({ processed }) => processed.some(({ again }) => again))) {
    drawing.symbols.push({ x: x + 6, y, shape: circle, colour: palette.repeated, size: 30 })
    label('repeated', 12)
  }
  const lost = all.reduce((sum, one) => sum + one.lost.length, 0)
  if (lost > 0) {
    drawing.symbols.push({ x: x + 6, y, shape: cross, colour: palette.lost, size: 40 })
    label(plural(lost, 'lost message'), 12)
  }
  drawing.height = y + 12
}
