/**
 * A sweep as a matrix: a row per combination of some dimensions, a column per combination of the
 * others, and in each field what became of the messages: told ok and there, told ok and gone,
 * refused, or unknown. A field with several seeds says the worst and how many runs showed it.
 */
import type { Sweep } from '../checker'
import type { VegaLiteChart } from './chart'
import { lightPalette, palette, type Meaning } from './palette'
import { pictureSpec, type Drawing } from './picture'
import { count, list, plural, shorten, textWidth } from './words'

export interface MatrixOptions {
  /** Dimensions of `vary`, the outer one first. */
  rows: readonly string[]
  columns: readonly string[]
}

interface Fate {
  /** As the ledger calls it. */
  cell: string
  text: string
  meaning: Meaning
}

/** From the worst on. Told ok where the text says no other. */
const fates: readonly Fate[] = [
  { cell: 'lost', text: 'acked and lost', meaning: 'lost' },
  { cell: 'missing', text: 'unknown, gone', meaning: 'unknown' },
  { cell: 'false failure', text: 'refused, yet there', meaning: 'late' },
  { cell: 'false failure, duplicated', text: 'refused, yet twice', meaning: 'late' },
  { cell: 'refused', text: 'refused', meaning: 'late' },
  { cell: 'duplicated', text: 'there, twice', meaning: 'repeated' },
  { cell: 'once', text: 'survives', meaning: 'arrived' },
]
const noVerdict: Fate = { cell: '', text: 'no verdict', meaning: 'unknown' }

const slot = { width: 104, height: 28 }
const lineHeight = 16

/**
 * @throws TypeError when given something else than what `sweep` gives
 * @throws RangeError when rows and columns do not name each dimension once
 */
export function survivalMatrix(result: Sweep, { rows, columns }: MatrixOptions): VegaLiteChart {
  requireDimensions(result, [...rows, ...columns])
  const { variations } = result
  const label = (chosen: Readonly<Record<string, string>>, names: readonly string[]) =>
    names.map((name) => chosen[name] ?? '')
  const unique = (names: readonly string[]) => [
    ...new Map(
      variations.map(({ chosen }) => [JSON.stringify(label(chosen, names)), label(chosen, names)]),
    ).values(),
  ]
  const [down, across] = [unique(rows), unique(columns)]
  const drawing = frame({ rows, columns }, { down, across })
  const same = (one: string[], other: string[]) => one.every((text, i) => text === other[i])
  for (const variation of variations) {
    const row = down.findIndex((one) => same(one, label(variation.chosen, rows)))
    const column = across.findIndex((one) => same(one, label(variation.chosen, columns)))
    drawField(drawing, variation, { row, column })
  }
  drawKey(drawing, variations.map(fateOf))
  const finding = findingOf(result)
  const several =
    result.seeds.length > 1 ? '; in brackets: in so many of them, where not in all' : ''
  const perField = `${plural(result.seeds.length, 'run')} per field, on the embedded cluster`
  const subtitle = [perField + several]
  return { kind: 'vega-lite', finding, spec: pictureSpec(drawing, { title: finding, subtitle }) }
}

type Variation = Sweep['variations'][number]

function requireDimensions(result: Partial<Sweep> | undefined, named: readonly string[]): void {
  if (!Array.isArray(result?.variations)) {
    throw new TypeError('survivalMatrix: give it what await sweep(experiment, { vary, … }) gave')
  }
  const has = Object.keys((result as Sweep).variations[0]?.chosen ?? {})
  if ([...has].sort().join() === [...named].sort().join()) return
  throw new RangeError(
    `survivalMatrix: rows and columns name ${list(named, 9) || 'nothing'}: ` +
      `name each dimension of the sweep once: ${list(has, 9)}`,
  )
}

/** Of all messages of all runs the worst fate, and in how many runs it showed. */
function fateOf({ runs }: Variation): Fate & { runs: number } {
  const cells = runs.map(({ stages = [] }) =>
    stages.flatMap((stage) => (stage.stage === 'delivery' ? stage.messages : [])),
  )
  const seen = (fate: Fate) =>
    cells.filter((messages) => messages.some(({ cell }) => cell === fate.cell)).length
  const worst = fates.find((fate) => seen(fate) > 0)
  return worst === undefined ? { ...noVerdict, runs: runs.length } : { ...worst, runs: seen(worst) }
}

/** `drawing.origin`: where the first field stands. */
interface MatrixDrawing extends Drawing {
  origin: { x: number; y: number }
}

function frame(
  { rows, columns }: MatrixOptions,
  { down, across }: { down: string[][]; across: string[][] },
): MatrixDrawing {
  // One dimension's alternatives speak for themselves; of several, each is named.
  const rowText = (name: string, text: string) => (rows.length === 1 ? text : `${name} ${text}`)
  const widths = rows.map((name, level) =>
    Math.max(...down.map((label) => textWidth(rowText(name, label[level]!), 11) + 12)),
  )
  const origin = {
    x: widths.reduce((sum, each) => sum + each, 0),
    y: columns.length * lineHeight + 6,
  }
  const drawing: MatrixDrawing = {
    ...{ origin, width: Math.max(620, origin.x + 14 + across.length * slot.width) },
    ...{ height: origin.y + down.length * slot.height },
    ...{ boxes: [], lines: [], symbols: [], texts: [] },
  }
  // Names of the column dimensions stand to the right of the last field, or above the rows.
  columns.forEach((name, level) => {
    const y = level * lineHeight + 8
    const head = { x: origin.x - 8, y, text: `${name} →`, colour: palette.faint, size: 10 } as const
    drawing.texts.push({ ...head, align: 'right' })
    headings(across, level).forEach(({ text, from, to }) => {
      const x = origin.x + ((from + to) / 2) * slot.width
      const fitting = shorten(text, (to - from) * slot.width - 6, 11)
      drawing.texts.push({ x, y, text: fitting, colour: palette.ink, align: 'center' })
    })
  })
  rows.forEach((name, level) => {
    const x = widths.slice(0, level).reduce((sum, each) => sum + each, 0)
    headings(down, level).forEach(({ text, from, to }) => {
      const y = origin.y + ((from + to) / 2) * slot.height
      const colour = palette.ink
      const row = { x, y, colour, align: 'left', ground: 'box' } as const
      drawing.texts.push({ ...row, text: rowText(name, text) })
    })
  })
  return drawing
}

/** Neighbours with the same outer labels share one heading. */
function headings(labels: string[][], level: number) {
  const found: { text: string; key: string; from: number; to: number }[] = []
  labels.forEach((label, index) => {
    const key = JSON.stringify(label.slice(0, level + 1))
    const last = found[found.length - 1]
    if (last?.key === key) last.to = index + 1
    else found.push({ text: label[level]!, key, from: index, to: index + 1 })
  })
  return found
}

function drawField(
  drawing: MatrixDrawing,
  variation: Variation,
  { row, column }: { row: number; column: number },
): void {
  const { text, meaning, runs } = fateOf(variation)
  const x = drawing.origin.x + column * slot.width
  const y = drawing.origin.y + row * slot.height
  const all = variation.runs.length
  const tip = { title: text, ...variation.chosen, runs: `${runs} of ${all}` }
  const box = { x: x + 1, x2: x + slot.width - 1, y: y + 1, y2: y + slot.height - 1, tip }
  drawing.boxes.push({ ...box, fill: lightPalette[meaning], stroke: palette[meaning] })
  const middle = { x: x + slot.width / 2, y: y + slot.height / 2, align: 'center' } as const
  const words = runs === all ? text : `${text} (${count(runs)})`
  const fitting = shorten(words, slot.width - 6, 10)
  drawing.texts.push({
    ...middle,
    text: fitting,
    colour: palette.ink,
    size: 10,
    ground: 'box',
    tip,
  })
}

const keyWords: Partial<Record<string, string>> = {
  lost: 'the producer was told ok, and the record is gone',
  missing: 'the producer was told neither, and it is gone',
  refused: 'the producer was told no, and it is not there',
  duplicated: 'told ok, and there twice: a failed attempt was in the log',
  once: 'told ok, and there',
}

/** What the words mean, of those that occur, one below the other. */
function drawKey(drawing: MatrixDrawing, seen: readonly Fate[]): void {
  let y = drawing.height + 18
  for (const { cell, text, meaning } of fates.filter((fate) =>
    seen.some((s) => s.cell === fate.cell),
  )) {
    const box = { x: 0, x2: 12, y: y - 6, y2: y + 6 }
    drawing.boxes.push({ ...box, fill: lightPalette[meaning], stroke: palette[meaning] })
    const words = keyWords[cell] === undefined ? text : `${text}: ${keyWords[cell]}`
    const line = { x: 18, y, text: words, colour: palette.faint, align: 'left', size: 10 } as const
    drawing.texts.push(line)
    y += lineHeight
  }
  drawing.height = y
}

/** `Acked and lost in 19 of 54 fields; refused in 6; …` */
function findingOf({ variations }: Sweep): string {
  const seen = variations.map(fateOf)
  const parts = fates.flatMap(({ cell, text }) => {
    const number = seen.filter((one) => one.cell === cell).length
    return number === 0 ? [] : [`${text} in ${number}`]
  })
  const said = parts.length === 0 ? ['no run had a verdict'] : parts
  const [first, ...rest] = said
  return [`Of ${plural(variations.length, 'field')}, ${first}`, ...rest].join('; ')
}
