/**
 * The same crash under several policies, a panel for each: a row per crash point in the order in
 * which the app passed them, a column per message, and in the cell how often it is in the log or
 * was processed, where that is not once. Side by side the panels show where each policy loses
 * and where it repeats.
 */
import { stageName } from '../checker'
import type { CrashPoint, CrashPoints, StageOutcome } from '../checker'
import type { VegaLiteChart } from './chart'
import {
  cellAt,
  changedStages,
  halfText,
  halvesOf,
  isOddThing,
  isUnharmed,
  keptMessages,
  most,
  thingsOf,
  type Thing,
} from './crash-outcomes'
import { lightPalette, palette } from './palette'
import { pictureSpec, type Drawing } from './picture'
import { count, list, plural, shorten, textWidth, valueText } from './words'

/** Of a panel at the most; what a crash changed stays. */
const mostThings = 40
const row = { step: 11, gap: 3 }
const cellWidth = { least: 18, most: 52 }
const labels = { least: 60, most: 150 }
const gap = 26
const headsY = 76

interface Panel {
  /** The policy, and the stage where more than one is drawn. */
  title: string
  result: CrashPoints
  stage: StageOutcome
  messages: StageOutcome['messages']
  /** What the columns' names have in common, and what each has of its own. */
  heads: { shared: string; own: readonly string[] }
  things: readonly Thing[]
  /** Where the panel begins, its labels' width and that of one cell. */
  x: number
  labels: number
  cell: number
}

/** Results by the name of their policy, in the order given; at least one. */
export function crashPanels(results: Readonly<Record<string, CrashPoints>>): VegaLiteChart {
  const panels = panelsOf(results)
  const finding = findingOf(panels)
  const settings = new Set(Object.values(results).map(({ setting }) => setting))
  const subtitle = [
    ...cutsOf(panels),
    'rows: crash points from the first to the last; of a request and its answer the upper row is ' +
      'before the broker has it, the lower before the app hears the answer',
    'cells: 0 lost, 2 there twice, empty once',
    ...settings,
  ]
  const drawing: Drawing = { width: 620, height: 0, boxes: [], lines: [], symbols: [], texts: [] }
  for (const panel of panels) drawPanel(drawing, panel)
  return { kind: 'vega-lite', finding, spec: pictureSpec(drawing, { title: finding, subtitle }) }
}

function panelsOf(results: Readonly<Record<string, CrashPoints>>): Panel[] {
  const all = Object.values(results)
  const harmed = all.filter((one) => one.uncrashed.some((stage) => !isUnharmed(one, stage)))
  const changed = (harmed.length > 0 ? harmed : all).flatMap((one) => changedStages(one))
  const drawn = new Set(changed.map((stage) => stageName(stage)))
  const panels = Object.entries(results).flatMap(([label, result]) =>
    result.uncrashed
      .filter((stage) => drawn.has(stageName(stage)))
      .map((stage) => {
        const title = drawn.size > 1 ? `${label}: ${stageName(stage)}` : label
        return panelOf(title, result, stage)
      }),
  )
  let x = 0
  for (const panel of panels) {
    panel.x = x
    x += widthOf(panel) + gap
  }
  return panels
}

function panelOf(title: string, result: CrashPoints, stage: StageOutcome): Panel {
  const messages = keptMessages(result, stage)
  const heads = headsOf(messages)
  const things = most(thingsOf(result), mostThings, (thing) => isOddThing(result, thing))
  const names = things.map(({ what }) => what)
  const own = heads.own.map((head) => `${head}  `)
  const widths = { labels: widest(names, labels) + 8, cell: widest(own, cellWidth) }
  return { title, result, stage, messages, heads, things, x: 0, ...widths }
}

function widest(texts: readonly string[], { least, most: limit }: typeof labels): number {
  return texts.reduce((width, text) => Math.max(width, Math.min(limit, textWidth(text, 9))), least)
}

function widthOf({ title, result, stage, messages, ...panel }: Panel): number {
  const lines = halvesOf(result, stage).map((half) => textWidth(halfText(half), 10))
  return Math.max(panel.labels + messages.length * panel.cell, textWidth(title, 12), ...lines)
}

/** Columns are narrow: what all names begin with, as in order-1, order-2, is said once. */
function headsOf(messages: StageOutcome['messages']): Panel['heads'] {
  const names = messages.map(({ value }) => valueText(value))
  const [first = '', ...others] = names
  let same = names.length > 1 ? first.length : 0
  while (!others.every((name) => name.startsWith(first.slice(0, same)))) same--
  const shared = /^.*[^0-9]/.exec(first.slice(0, same))?.[0] ?? ''
  return { shared, own: names.map((name) => name.slice(shared.length)) }
}

function cutsOf(panels: readonly Panel[]): string[] {
  const cuts = panels.flatMap(({ title, result, stage, messages, things }) => {
    const all = thingsOf(result).length
    return [
      ...(messages.length < stage.messages.length
        ? [`${messages.length} of ${plural(stage.messages.length, 'message')} of ${title}`]
        : []),
      ...(things.length < all ? [`${things.length} of ${plural(all, 'row')} of ${title}`] : []),
    ]
  })
  return cuts.length > 0 ? [`cut: ${list(cuts, cuts.length)}`] : []
}

/** `One crash of job: start over repeats at 19 of 24 points, save first loses at 20 of 34` */
function findingOf(panels: readonly Panel[]): string {
  const apps = [...new Set(panels.map(({ result }) => result.app))]
  return `One crash of ${list(apps)}: ${panels.map(panelFinding).join(', ')}`
}

function panelFinding({ title, result, stage }: Panel): string {
  const of = plural(result.points.length, 'point')
  const [least, most] = halvesOf(result, stage).map(({ refutedAt }) => refutedAt.length)
  const failed = result.points.filter(({ error }) => error !== undefined).length
  const without = failed === 0 ? '' : ` (${plural(failed, 'run')} without a verdict)`
  const seen = [...(least ? [`loses at ${least}`] : []), ...(most ? [`repeats at ${most}`] : [])]
  const said = seen.length === 0 ? 'neither loses nor repeats at any' : seen.join(' and ')
  return `${title} ${said} of ${of}${without}`
}

function drawPanel(drawing: Drawing, panel: Panel): void {
  const { title, result, stage, x, things, messages, heads } = panel
  const text = { x, align: 'left', colour: palette.ink } as const
  drawing.texts.push({ ...text, y: 8, text: title, size: 12, weight: 'bold' })
  halvesOf(result, stage).forEach((half, line) => {
    const { refutedAt } = half
    const odd = half.half === 'at least once' ? palette.lost : palette.repeated
    const colour = refutedAt.length > 0 ? odd : palette.faint
    drawing.texts.push({ ...text, y: 26 + 14 * line, text: halfText(half), size: 10, colour })
  })
  const head = { y: headsY - 10, size: 9, colour: palette.faint }
  const shared = shorten(heads.shared, panel.labels - 8, 9)
  drawing.texts.push({ ...head, x: x + panel.labels - 6, text: shared, align: 'right' })
  heads.own.forEach((own, column) => {
    const middle = columnX(panel, column + 0.5)
    drawing.texts.push({ ...head, x: middle, text: shorten(own, panel.cell, 9), align: 'center' })
  })
  drawing.width = Math.max(drawing.width, x + widthOf(panel))
  let y = headsY
  for (const thing of things) y = drawThing(drawing, panel, thing, y)
  for (let column = 1; column < messages.length; column++) {
    const line = { x: columnX(panel, column), x2: columnX(panel, column), y: headsY, y2: y }
    drawing.lines.push({ ...line, colour: '#ffffff' })
  }
  drawing.height = Math.max(drawing.height, y + 6)
}

/** Where a column begins. */
function columnX({ x, labels: width, cell }: Panel, column: number): number {
  return x + width + column * cell
}

/** @returns where the next thing begins */
function drawThing(drawing: Drawing, panel: Panel, { what, before, after }: Thing, top: number) {
  const points = [before, after].filter((point) => point !== undefined)
  const end = top + points.length * row.step
  const text = shorten(what, panel.labels - 8, 9)
  const place = { x: panel.x + panel.labels - 6, y: (top + end) / 2, align: 'right' } as const
  drawing.texts.push({ ...place, text, size: 9, colour: palette.ink })
  points.forEach((point, i) => drawRow(drawing, panel, point, top + i * row.step))
  return end + row.gap
}

/** Neighbours that are there once share a box: a picture of many points stays small. */
function drawRow(drawing: Drawing, panel: Panel, point: CrashPoint, y: number): void {
  const cells = panel.messages.map((message) => cellAt(point, panel.stage, message))
  cells.forEach(({ count: copies, meaning, tip }, column) => {
    const isOnce = meaning === 'arrived'
    const before = cells[column - 1]
    if (isOnce && before?.meaning === 'arrived') return
    const next = cells.findIndex((cell, i) => i > column && cell.meaning !== 'arrived')
    const end = !isOnce ? column + 1 : next < 0 ? cells.length : next
    const { message: _, ...shared } = tip
    drawing.boxes.push({
      ...{ x: columnX(panel, column), x2: columnX(panel, end), y: y + 0.5, y2: y + row.step - 0.5 },
      fill: isOnce ? lightPalette[meaning] : palette[meaning],
      stroke: isOnce ? lightPalette[meaning] : palette[meaning],
      tip: end > column + 1 ? shared : tip,
    })
    if (isOnce) return
    const text = copies === undefined ? '–' : count(copies)
    const place = { x: columnX(panel, column + 0.5), y: y + row.step / 2, align: 'center' } as const
    drawing.texts.push({
      ...place,
      text,
      size: 9,
      weight: 'bold',
      colour: '#ffffff',
      ground: 'box',
    })
  })
}
