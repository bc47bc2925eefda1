/**
 * Who worked on which partition, and when: time from left to right, a row per consumer and
 * partition. A bar is a generation of the group as the consumer saw it, a tick a message processed,
 * with its offset. Two bars above each other at one time on one partition: a member that was thrown
 * out and does not know it. A tick in the colour of repeats is an offset that was processed before.
 */
import type { Run } from '../history/run'
import type { VegaLiteChart } from './chart'
import { generationSpans, type GenerationSpan } from './generation-spans'
import { isRun } from './labelled-runs'
import { lightPalette, palette, type Meaning } from './palette'
import { pictureSpec, type Drawing } from './picture'
import { processedMessages, type Processed } from './processed'
import { breaks, drawTimeAxis, xOf, type TimeScale } from './time-axis'
import { list, plural, shorten, textWidth, valueText } from './words'

const size = { width: 760, left: 130, right: 750, row: 34, gap: 10 }
/** Generations one after the other; the bar says the number too. */
const hues: readonly Meaning[] = ['arrived', 'late', 'committed', 'unknown', 'lost']
const none = 'no partition'

interface Row {
  app: string
  place: string
}

/** @throws TypeError when given something else than a run */
export function takeovers(run: Run): VegaLiteChart {
  if (!isRun(run)) throw new TypeError('takeovers: give it a run: takeovers(await lab.run({ … }))')
  const finding = findingOf(run)
  const spans = generationSpans(run)
  const processed = processedMessages(run)
  const rows = rowsOf(run, spans, processed)
  const times = [...spans.map(({ toMs }) => toMs), ...processed.map(({ timeMs }) => timeMs)]
  const untilMs = Math.max(1, ...times) * 1.02
  const scale = { left: size.left, right: size.right, untilMs }
  const drawing: Drawing = { width: size.width, height: 0, ...empty() }
  const [top, bottom] = [18, 18 + Math.max(1, rows.length) * (size.row + size.gap)]
  drawing.height = bottom + drawTimeAxis(drawing, scale, { top, bottom })
  rows.forEach((row, i) => {
    const y = top + i * (size.row + size.gap)
    const first = rows[i - 1]?.app !== row.app
    drawLabels(drawing, row, { y, first })
    for (const span of spans) {
      if (isIn(row, span)) drawSpan(drawing, span, { y, scale })
    }
    for (const one of processed) {
      if (one.app === row.app && placeOf(one) === row.place) drawTick(drawing, one, { y, scale })
    }
    drawBreaks(drawing, run, { row, y, scale, first })
  })
  if (processed.some(({ again }) => again)) drawKey(drawing)
  return {
    kind: 'vega-lite',
    finding,
    spec: pictureSpec(drawing, { title: finding, subtitle: [] }),
  }
}

const empty = () => ({ boxes: [], lines: [], symbols: [], texts: [] })
const placeOf = ({ topic, partition }: Processed) => `${topic}-${partition}`
const isIn = (row: Row, { app, partitions }: GenerationSpan) =>
  row.app === app && (partitions.length === 0 ? row.place === none : partitions.includes(row.place))

/** `3 messages were processed again: order-1, order-3 and order-5, all by billing-2` */
function findingOf(run: Run): string {
  const processed = processedMessages(run)
  const again = processed.filter((one) => one.again)
  // In the order of the plan: who was quicker is another matter.
  const appsOf = (some: readonly Processed[]) =>
    Object.keys(run.plan.apps).filter((name) => some.some(({ app }) => app === name))
  if (processed.length === 0) return 'No message was processed'
  if (again.length === 0) {
    const by = list(appsOf(processed))
    return `${plural(processed.length, 'message')} processed by ${by}, none of them again`
  }
  const names = list(
    again.map(({ value }) => valueText(value)),
    4,
  )
  const by = list(appsOf(again))
  const messages = plural(again.length, 'message was', 'messages were')
  return `${messages} processed again: ${names}, by ${by}`
}

/** Rows of one app stand together: a partition each, and one for the time it had none. */
function rowsOf(
  run: Run,
  spans: readonly GenerationSpan[],
  processed: readonly Processed[],
): Row[] {
  return Object.keys(run.plan.apps).flatMap((app) => {
    const own = spans.filter((span) => span.app === app)
    const worked = processed.filter((one) => one.app === app).map(placeOf)
    const places = [...new Set([...own.flatMap(({ partitions }) => partitions), ...worked])].sort()
    if (own.some(({ partitions }) => partitions.length === 0)) places.push(none)
    return places.map((place) => ({ app, place }))
  })
}

interface At {
  y: number
  scale: TimeScale
}

function drawLabels(
  drawing: Drawing,
  { app, place }: Row,
  { y, first }: { y: number; first: boolean },
): void {
  const middle = y + size.row / 2
  if (first) {
    const text = shorten(app, size.left - 66, 12)
    const label = { text, colour: palette.ink, size: 12, weight: 'bold', align: 'left' } as const
    drawing.texts.push({ x: 0, y: middle, ...label })
  }
  const text = { text: shorten(place, 62, 10), colour: palette.faint, size: 10 }
  drawing.texts.push({ x: size.left - 6, y: middle, align: 'right', ...text })
  const line = { x: size.left, x2: size.right, y: middle, y2: middle, colour: palette.paper }
  drawing.lines.push(line)
}

function drawSpan(drawing: Drawing, span: GenerationSpan, { y, scale }: At): void {
  const { fromMs, toMs, group, generation, app, attempt } = span
  const hue = hues[(generation - 1) % hues.length] as Meaning
  const [x, x2] = [xOf(scale, fromMs), Math.max(xOf(scale, toMs), xOf(scale, fromMs) + 2)]
  const tip = { title: `generation ${generation}`, group, member: `${app}, attempt ${attempt}` }
  const colours = { fill: lightPalette[hue], stroke: palette[hue] }
  drawing.boxes.push({ x, x2, y: y + 2, y2: y + size.row - 2, ...colours, tip })
  const texts = [`generation ${generation}`, String(generation)]
  const text = texts.find((one) => textWidth(one, 9) < x2 - x - 4)
  if (text === undefined) return
  const label = { colour: palette.faint, size: 9, align: 'left', ground: 'box' } as const
  drawing.texts.push({ x: x + 4, y: y + 9, text, ...label })
}

function drawTick(drawing: Drawing, one: Processed, { y, scale }: At): void {
  const x = xOf(scale, one.timeMs)
  const colour = one.again ? palette.repeated : palette.ink
  const tip = {
    title: valueText(one.value),
    offset: one.offset,
    ...(one.again && { again: 'yes' }),
  }
  const width = one.again ? 3 : 2
  drawing.lines.push({ x, x2: x, y: y + 16, y2: y + size.row - 4, colour, width, tip })
  const text = { text: String(one.offset), colour, size: 9, align: 'right' } as const
  drawing.texts.push({ x: x - 3, y: y + size.row - 9, ground: 'box', ...text })
}

function drawBreaks(
  drawing: Drawing,
  run: Run,
  { row, y, scale, first }: At & { row: Row; first: boolean },
): void {
  for (const { timeMs, state } of breaks(run, new Set([row.app]))) {
    const x = xOf(scale, timeMs)
    const colour = state === 'crashed' ? palette.lost : palette.faint
    drawing.lines.push({ x, x2: x, y: y - 2, y2: y + size.row + 2, colour, width: 2, dash: [4, 2] })
    if (!first) continue
    const text = state === 'crashed' ? 'crashes' : 'starts again'
    const label = { text, colour, size: 9, align: 'left' } as const
    drawing.texts.push({ x: x + 4, y: y + size.row - 9, ...label })
  }
}

function drawKey(drawing: Drawing): void {
  const y = drawing.height + 6
  const key = [
    { colour: palette.ink, text: 'an offset processed' },
    { colour: palette.repeated, text: 'processed again' },
  ]
  let x = size.left
  for (const { colour, text } of key) {
    drawing.lines.push({ x, x2: x, y: y - 6, y2: y + 6, colour, width: 3 })
    drawing.texts.push({ x: x + 6, y, text, colour: palette.faint, size: 10, align: 'left' })
    x += textWidth(text, 10) + 26
  }
  drawing.height = y + 12
}
