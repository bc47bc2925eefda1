/**
 * Two halves crossed: a row per way of delivering, a column per way of processing, and in each cell
 * how many messages came out at the end zero times, once, or more often. The bars' colours are
 * those of lost, arrived and repeated; the cell's heading is what is left of the guarantee.
 */
import { endToEnd } from '../checker'
import type { EndToEnd, Guarantee, Way } from '../checker'
import type { Run } from '../history/run'
import type { VegaLiteChart } from './chart'
import { guaranteeMeanings } from './checker-tables'
import { isRun } from './labelled-runs'
import { palette, type Meaning } from './palette'
import { pictureSpec, type Drawing } from './picture'
import { count, list, shorten, valueText } from './words'

/** By delivery, then by processing. */
export type Mixes = Readonly<Record<string, Readonly<Record<string, Run>>>>

interface Cell {
  row: string
  column: string
  end: EndToEnd
}

const bars = [
  { name: '0 copies', meaning: 'lost', has: (copies: number) => copies === 0 },
  { name: '1 copy', meaning: 'arrived', has: (copies: number) => copies === 1 },
  { name: '2 or more', meaning: 'repeated', has: (copies: number) => copies > 1 },
] as const satisfies { name: string; meaning: Meaning; has: (copies: number) => boolean }[]

const room = { rows: 116, heads: 46, labels: 62, bars: 72, cell: 244, gap: 14 }
const step = { bar: 20, cell: 102 }

/**
 * Each run ends in one cell: `mixes({ 'at most once': { 'at least once': run } }, way)`.
 * @throws TypeError when something that is no run stands where a run should
 */
export function mixes(runs: Mixes, way: Way): VegaLiteChart {
  const cells = Object.entries(runs).flatMap(([row, columns]) =>
    Object.entries(columns).map(([column, run]): Cell => {
      if (!isRun(run)) throw new TypeError(`mixes: '${row}' × '${column}' is not a run`)
      return { row, column, end: endToEnd(run, way) }
    }),
  )
  const finding = findingOf(cells, way)
  const drawing = draw(cells)
  const subtitle = [`bars: messages of ${way.from} by their copies in ${way.into}`]
  return { kind: 'vega-lite', finding, spec: pictureSpec(drawing, { title: finding, subtitle }) }
}

const guarantees: readonly Guarantee[] = ['exactly once', 'at least once', 'at most once', 'none']

/** `from orders into charges: exactly once in 1 of 9 cells, none in 2` */
function findingOf(cells: readonly Cell[], { from, into }: Way): string {
  const seen = guarantees.flatMap((guarantee) => {
    const times = cells.filter(({ end }) => end.guarantee === guarantee).length
    return times === 0 ? [] : [`${guarantee} in ${times}`]
  })
  const [first = 'no cell', ...others] = seen
  const all = first === 'no cell' ? '' : ` of ${cells.length} cells`
  return `from ${from} into ${into}: ${[`${first}${all}`, ...others].join(', ')}`
}

function draw(cells: readonly Cell[]): Drawing {
  const rows = [...new Set(cells.map(({ row }) => row))]
  const columns = [...new Set(cells.map(({ column }) => column))]
  const most = Math.max(1, ...cells.map(({ end }) => end.messages.length))
  const width = Math.max(520, room.rows + columns.length * (room.cell + room.gap))
  const height = room.heads + rows.length * step.cell
  const drawing: Drawing = { width, height, boxes: [], lines: [], symbols: [], texts: [] }
  const head = { colour: palette.ink, size: 12, weight: 'bold', align: 'left' } as const
  const faint = { colour: palette.faint, size: 10, align: 'left' } as const
  if (cells.length > 0) {
    drawing.texts.push({ ...faint, x: 0, y: 30, text: 'delivery ↓' })
    drawing.texts.push({ ...faint, x: room.rows, y: 10, text: 'processing →' })
  }
  columns.forEach((column, position) => {
    const x = room.rows + position * (room.cell + room.gap)
    drawing.texts.push({ ...head, x, y: 30, text: shorten(column, room.cell, 12) })
  })
  rows.forEach((row, position) => {
    const y = room.heads + position * step.cell + 14
    drawing.texts.push({ ...head, x: 0, y, text: shorten(row, room.rows - 8, 12) })
  })
  for (const cell of cells) {
    const x = room.rows + columns.indexOf(cell.column) * (room.cell + room.gap)
    drawCell(drawing, cell, { x, y: room.heads + rows.indexOf(cell.row) * step.cell, most })
  }
  return drawing
}

function drawCell(
  drawing: Drawing,
  { row, column, end }: Cell,
  { x, y, most }: { x: number; y: number; most: number },
): void {
  const meaning = guaranteeMeanings[end.guarantee]
  drawing.boxes.push({
    ...{ x: x - 6, x2: x + room.cell, y: y, y2: y + step.cell - 10 },
    ...{ fill: '#ffffff', stroke: palette.line },
  })
  const heading = { x, y: y + 14, text: end.guarantee, size: 12, weight: 'bold' } as const
  drawing.texts.push({ ...heading, align: 'left', colour: palette[meaning], ground: 'box' })
  const left = x + room.labels
  bars.forEach(({ name, meaning: colour, has }, position) => {
    const values = end.messages.filter(({ copies }) => has(copies)).map(({ value }) => value)
    const top = y + 26 + position * step.bar
    const right = left + Math.round((room.bars * values.length) / most)
    const names = list(values.map(valueText), 4)
    const tip = { title: `${row} × ${column}`, [name]: values.length, messages: names }
    const shape = { x: left, x2: right, y: top + 3, y2: top + step.bar - 3 }
    const fill = palette[colour]
    if (values.length > 0) drawing.boxes.push({ ...shape, fill, stroke: fill, tip })
    const text = { y: top + step.bar / 2, colour: palette.ink, ground: 'box' } as const
    // Those that came once are many, and nothing happened to them.
    const isOdd = values.length > 0 && name !== '1 copy'
    const beside = isOdd ? `${count(values.length)}: ${names}` : count(values.length)
    drawing.texts.push(
      { ...text, x: left - 6, text: name, align: 'right', size: 10, colour: palette.faint },
      {
        ...text,
        x: right + 6,
        text: shorten(beside, x + room.cell - right - 8, 11),
        align: 'left',
      },
    )
  })
}
