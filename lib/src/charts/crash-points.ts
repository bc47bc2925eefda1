/**
 * What crashes did: a row per thing the app did, left the crash before the broker had it, right the
 * crash after it was done and before the app heard; a column per message, and in the cell how often
 * it is in the log or was processed. Colour says lost, once or twice, and so does the number.
 */
import { pointName, sameStage, stageName } from '../checker'
import type { CrashPoint, CrashPoints, StageOutcome } from '../checker'
import type { Cell, TableChart, VegaLiteChart } from './chart'
import { guaranteeMeanings, mostTableRows } from './checker-tables'
import {
  cellAt,
  changedStages,
  halfText,
  halvesOf,
  isCrashPoints,
  isOdd,
  isOddThing,
  isUnharmed,
  keptMessages,
  most,
  thingsOf,
  type Thing,
} from './crash-outcomes'
import { crashPanels } from './crash-panels'
import { lightPalette, palette } from './palette'
import { pictureSpec, type Drawing } from './picture'
import { count, list, plural, shorten, textWidth, valueText } from './words'

/** Of the picture at the most; rows and messages that a crash changed stay. */
const mostRows = 60
const mostWidth = 1100
const labels = 200
const rowStep = 20
const cellWidth = { least: 22, most: 76 }
const gap = { sides: 14, stages: 30 }

/**
 * Stages that no crash changed are named below the title only, unless there is no other. Several
 * results with a label each stand side by side: `crashMap({ 'saved after': one, before: other })`.
 * @throws TypeError when given something else than what `crashPoints` gives
 */
export function crashMap(
  results: CrashPoints | Readonly<Record<string, CrashPoints>>,
): VegaLiteChart {
  if (isCrashPoints(results)) return mapOf(results)
  const labelled = Object.entries(results ?? {})
  if (labelled.length === 0) throw notCrashPoints('crashMap')
  for (const [, result] of labelled) if (!isCrashPoints(result)) throw notCrashPoints('crashMap')
  return crashPanels(results)
}

function mapOf(result: CrashPoints): VegaLiteChart {
  const finding = findingOf(result)
  const stages = changedStages(result)
  const drawn = stages.map((stage) => ({ ...stage, messages: keptMessages(result, stage) }))
  const things = thingsOf(result)
  const kept = most(things, mostRows, (thing) => isOddThing(result, thing))
  const panels = panelsOf(drawn)
  const cuts = drawn.flatMap(({ messages }, i) => {
    const all = stages[i]!.messages.length
    return messages.length === all ? [] : [`${messages.length} of ${plural(all, 'message')}`]
  })
  if (kept.length < things.length) cuts.push(`${kept.length} of ${plural(things.length, 'row')}`)
  const subtitle = [
    ...(cuts.length > 0 ? [`cut: ${cuts.join(', ')}`] : []),
    ...panels.flatMap(({ stage, named }) => (named ? [] : [messagesLine(stage)])),
    result.scope,
  ]
  const drawing = draw(panels, kept)
  return { kind: 'vega-lite', finding, spec: pictureSpec(drawing, { title: finding, subtitle }) }
}

/**
 * One row per crash point: what was seen at each stage, and why.
 * @throws TypeError when given something else than what `crashPoints` gives
 */
export function crashTable(result: CrashPoints): TableChart {
  if (!isCrashPoints(result)) throw notCrashPoints('crashTable')
  const { points, uncrashed, scope } = result
  const kept = most(points, mostTableRows, (point) => isOdd(result, point))
  const column = (title: string) => ({ title, align: 'left' as const })
  return {
    kind: 'table',
    finding: findingOf(result),
    columns: [column('crash at'), ...uncrashed.map((s) => column(stageName(s))), column('because')],
    rows: kept.map((point) => [
      { text: pointName(point) },
      ...uncrashed.map((stage) => guaranteeCell(point, stage)),
      { text: becauseOf(result, point) },
    ]),
    note:
      kept.length < points.length
        ? `cut: ${kept.length} of ${points.length} points; ${scope}`
        : scope,
  }
}

function notCrashPoints(chart: string): TypeError {
  return new TypeError(`${chart}: give it what await crashPoints(experiment, app) gave`)
}

/** `billing crashed at 33 points: charge: at least once survived 33 of 33, at most once …` */
function findingOf(result: CrashPoints): string {
  const { app, uncrashed, points } = result
  const all = `exactly once survived ${points.length} of ${points.length}`
  const stages = uncrashed.map((stage) => {
    const text = isUnharmed(result, stage) ? all : halvesOf(result, stage).map(halfText).join(', ')
    return `${stageName(stage)}: ${text}`
  })
  const failed = points.filter(({ error }) => error !== undefined).length
  const without = failed === 0 ? [] : [`${plural(failed, 'run')} ended without a verdict`]
  const said = [...stages, ...without].join('; ')
  return `${app} crashed at ${plural(points.length, 'point')}: ${said}`
}

function guaranteeCell({ stages }: CrashPoint, stage: StageOutcome): Cell {
  if (stages === undefined) return { text: 'no verdict', meaning: 'unknown' }
  const there = sameStage(stages, stage)
  if (there === undefined) return { text: 'nothing happened', meaning: 'late' }
  return { text: there.guarantee, meaning: guaranteeMeanings[there.guarantee] }
}

function becauseOf({ uncrashed }: CrashPoints, { stages, ended, error }: CrashPoint): string {
  if (stages === undefined) return error ?? ''
  const told = uncrashed.flatMap((stage) => {
    const sentences = sameStage(stages, stage)?.sentences ?? []
    return sentences.filter((sentence) => !sentence.includes(': seen'))
  })
  const end =
    typeof ended === 'object' ? [`the app ended with ${ended.name}: ${ended.message}`] : []
  return [...told, ...end].join('; ')
}

interface Panel {
  stage: StageOutcome
  x: number
  /** Of one cell. */
  width: number
  /** Whether the columns have room for the messages' names. */
  named: boolean
}

function panelsOf(stages: readonly StageOutcome[]): Panel[] {
  const wanted = stages.map(({ messages }) =>
    messages.reduce((most, { value }) => {
      return Math.min(cellWidth.most, Math.max(most, textWidth(valueText(value), 10) + 8))
    }, cellWidth.least),
  )
  const widthOf = ({ messages }: StageOutcome, width: number) =>
    2 * messages.length * width + gap.sides + gap.stages
  const total = stages.reduce((sum, stage, i) => sum + widthOf(stage, wanted[i]!), labels)
  let x = labels
  return stages.map((stage, i) => {
    const width = total <= mostWidth ? wanted[i]! : cellWidth.least
    const panel = { stage, x, width, named: width === wanted[i] }
    x += widthOf(stage, width)
    return panel
  })
}

function messagesLine(stage: StageOutcome): string {
  const names = stage.messages.map(({ value }) => valueText(value))
  return `${stageName(stage)}, columns from the left: ${list(names, 12)}`
}

function draw(panels: readonly Panel[], things: readonly Thing[]): Drawing {
  const drawing: Drawing = { width: 620, height: 60, boxes: [], lines: [], symbols: [], texts: [] }
  for (const panel of panels) drawHeads(drawing, panel)
  for (const thing of things) {
    const y = drawing.height
    const text = shorten(thing.what, labels - 12, 11)
    const label = { x: labels - 12, y: y + rowStep / 2, text, align: 'right' } as const
    drawing.texts.push({ ...label, colour: palette.ink })
    for (const panel of panels) {
      for (const side of ['before', 'after'] as const) {
        const point = thing[side]
        if (point !== undefined) drawCells(drawing, point, panel, y)
      }
    }
    drawing.height += rowStep
  }
  drawing.height += 6
  return drawing
}

/** Where the cells of one side begin. */
function sideX({ x, width, stage }: Panel, side: CrashPoint['side']): number {
  return side === 'before' ? x : x + stage.messages.length * width + gap.sides
}

function drawHeads(drawing: Drawing, panel: Panel): void {
  const { stage, width, named } = panel
  const end = sideX(panel, 'after') + stage.messages.length * width
  drawing.width = Math.max(drawing.width, end, panel.x + textWidth(stageName(stage), 12) + 10)
  const text = { align: 'left', colour: palette.ink } as const
  drawing.texts.push({
    ...text,
    x: panel.x,
    y: 8,
    text: stageName(stage),
    size: 12,
    weight: 'bold',
  })
  for (const side of ['before', 'after'] as const) {
    const x = sideX(panel, side)
    const room = stage.messages.length * width + gap.sides - 2
    const head = shorten(side === 'before' ? 'crash before' : 'crash after', room, 10)
    drawing.texts.push({ ...text, x, y: 26, text: head, size: 10, colour: palette.faint })
    if (!named) continue
    stage.messages.forEach(({ value }, column) => {
      const name = shorten(valueText(value), width - 4, 10)
      const middle = x + (column + 0.5) * width
      drawing.texts.push({ ...text, x: middle, y: 44, text: name, size: 10, align: 'center' })
    })
  }
}

function drawCells(drawing: Drawing, point: CrashPoint, panel: Panel, y: number): void {
  const { stage, width } = panel
  stage.messages.forEach((message, column) => {
    const { count: copies, meaning, tip } = cellAt(point, stage, message)
    const x = sideX(panel, point.side) + column * width
    drawing.boxes.push({
      ...{ x: x + 1, x2: x + width - 1, y: y + 2, y2: y + rowStep - 2 },
      ...{ fill: lightPalette[meaning], stroke: palette[meaning], tip },
    })
    const text = copies === undefined ? '–' : count(copies)
    const middle = { x: x + width / 2, y: y + rowStep / 2, align: 'center' } as const
    const weight = meaning === 'arrived' ? {} : { weight: 'bold' as const }
    drawing.texts.push({ ...middle, text, colour: palette[meaning], ground: 'box', ...weight })
  })
}
