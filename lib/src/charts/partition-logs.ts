/**
 * The partitions' logs as they stood at the end: a cell per offset with value, producer and leader
 * epoch, control markers, and the two marks that say how far readers may read. Cells of one record
 * batch touch each other. Long logs are cut in the middle, around what is worth seeing.
 */
import type { Run } from '../history/run'
import type { VegaLiteChart } from './chart'
import { deliveryFinding } from './findings'
import { partitionRows, type CellRow, type LogCell, type LogMarks } from './log-cells'
import { lightPalette, palette } from './palette'
import { pictureSpec, type Drawing } from './picture'
import { count, list, plural, shorten, textWidth } from './words'

export interface PartitionLogsOptions {
  /** Default: all that the run has. */
  topics?: readonly string[]
}

/** Cells of one log at the most, before its middle is cut. */
export const mostCells = 24
/** Rows of cells (partitions and disks) at the most. */
export const mostLogs = 12

const endCells = 6
/** Width of the column that names the logs. */
export const labels = 132
const slot = 104
const perLine = 8
const cell = { top: 16, height: 62 }
const lineHeight = cell.top + cell.height + 8
const markHeight = 15

type Shown = LogCell | { kind: 'cut'; number: number }

/** @throws RangeError when `topics` names one that the run does not have. */
export function partitionLogs(run: Run, options: PartitionLogsOptions = {}): VegaLiteChart {
  const logs = logsOf(run, options.topics)
  const rows = logs.flatMap((log) => partitionRows(run, log))
  const drawn = rows.slice(0, mostLogs)
  const drawing: Drawing = {
    width: 0,
    height: 4,
    boxes: [],
    lines: [],
    symbols: [],
    texts: [],
  }
  const cut = drawn.map((row) => drawRow(drawing, row)).reduce((sum, number) => sum + number, 0)
  const finding = deliveryFinding(run)
  const subtitle = [
    'Offsets above the cells; pid: producer id, ep: its epoch, seq: sequence; ' +
      'cells that touch are one batch',
  ]
  if (rows.length === 0) subtitle[0] = 'this run has no partition'
  if (rows.length > mostLogs) {
    subtitle.push(`cut: the first ${mostLogs} of ${plural(rows.length, 'log')}`)
  }
  if (cut > 0) subtitle.push(`cut: ${plural(cut, 'offset')} in the middle of long logs`)
  const width = Math.max(drawing.width, 560)
  return {
    kind: 'vega-lite',
    finding,
    spec: pictureSpec({ ...drawing, width }, { title: finding, subtitle }),
  }
}

function logsOf(run: Run, topics: readonly string[] | undefined): Run['logs'] {
  const there = [...new Set(run.logs.map(({ topic }) => topic))]
  const missing = topics?.find((topic) => !there.includes(topic))
  if (missing !== undefined) {
    const has = there.length === 0 ? 'it has none' : `it has ${list(there, 10)}`
    throw new RangeError(`partitionLogs: this run has no topic '${missing}'; ${has}`)
  }
  return run.logs.filter(({ topic }) => topics === undefined || topics.includes(topic))
}

/** Draws a log below what is there; returns how many offsets were cut. */
function drawRow(drawing: Drawing, row: CellRow): number {
  const top = drawing.height
  const { placed, cut, bottom, width } = placeCells(row.cells, top)
  drawHead(drawing, row, top)
  for (const place of placed) drawPlaced(drawing, place)
  if (placed.length === 0) drawEmpty(drawing, top)
  drawGhost(drawing, row.ackedAgain ?? [], placed[placed.length - 1])
  drawing.height = bottom + 10
  drawing.width = Math.max(drawing.width, width)
  if (row.marks === undefined) return cut
  const marks = logMarks(row.marks)
  marks.forEach((mark, line) => drawMark(drawing, mark, { placed, bottom, line }))
  drawing.height = bottom + marksHeight(marks.length)
  return cut
}

/** Where the cells of a log stand whose picture begins at `top`. */
export function placeCells(cells: readonly LogCell[], top: number): PlacedCells {
  const { shown, cut } = shorter(cells)
  const placed = shown.map((each, position) => ({
    each,
    x: labels + (position % perLine) * slot,
    y: top + cell.top + Math.floor(position / perLine) * lineHeight,
    joins: each.kind !== 'cut' && joins(shown[position + 1], each),
  }))
  const lines = Math.max(1, Math.ceil(shown.length / perLine))
  const across = Math.max(1, Math.min(shown.length, perLine))
  return {
    placed,
    cut,
    bottom: top + lines * lineHeight,
    width: labels + across * slot + 130,
  }
}

export function drawHead(
  drawing: Drawing,
  row: Pick<CellRow, 'title' | 'subtitle'>,
  top: number,
): void {
  const title = shorten(row.title, labels - 8, 12)
  const head = { x: 0, align: 'left' } as const
  drawing.texts.push(
    { ...head, y: top + 38, text: title, colour: palette.ink, size: 12, weight: 'bold' },
    { ...head, y: top + 54, text: row.subtitle, colour: palette.faint, size: 10 },
  )
}

export function drawEmpty(drawing: Drawing, top: number): void {
  const y = top + cell.top + cell.height / 2
  drawing.texts.push({ x: labels, y, text: 'empty', colour: palette.faint, align: 'left' })
}

/** A cell, or what stands for those that were cut. */
export function drawPlaced(drawing: Drawing, place: Place): void {
  if (place.each.kind === 'cut') drawCut(drawing, place.each.number, place)
  else drawCell(drawing, place.each, place)
}

function joins(next: Shown | undefined, { batch }: LogCell): boolean {
  return next !== undefined && next.kind !== 'cut' && next.batch === batch
}

/** The cells to draw: ends, what is special, and what follows it, with cuts between. */
function shorter(cells: readonly LogCell[]): { shown: Shown[]; cut: number } {
  if (cells.length <= mostCells) return { shown: [...cells], cut: 0 }
  const positions = cells.map((_, position) => position)
  const ends = positions.filter((each) => each < endCells || each >= cells.length - endCells)
  const special = positions.filter((each) => cells[each]?.meaning !== 'arrived')
  const kept = new Set([...ends, ...special.slice(0, mostCells - 2 * endCells)])
  const shown: Shown[] = []
  let cut = 0
  cells.forEach((each, position) => {
    const last = shown[shown.length - 1]
    if (kept.has(position)) shown.push(each)
    else {
      cut += 1
      if (last?.kind === 'cut') last.number += 1
      else shown.push({ kind: 'cut', number: 1 })
    }
  })
  return { shown, cut }
}

function drawCell(
  drawing: Drawing,
  each: LogCell,
  { x, y, joins }: { x: number; y: number; joins: boolean },
): void {
  const { offset, text, producer, leaderEpoch, meaning, note, tip } = each
  const colour = palette[meaning]
  const middle = x + slot / 2 - 3
  const box = { x, y, x2: x + slot - (joins ? 0 : 6), y2: y + cell.height, tip }
  const dash = meaning === 'lost' || note === 'aborted' ? { dash: [4, 3] } : {}
  drawing.boxes.push({ ...box, fill: lightPalette[meaning], stroke: colour, width: 1.5, ...dash })
  const line = { x: middle, align: 'center', ground: 'box', tip } as const
  const value = shorten(text, slot - 16, 12)
  drawing.texts.push(
    { x: middle, y: y - 7, text: `@${offset}`, colour: palette.faint, align: 'center', size: 10 },
    { ...line, y: y + 13, text: value, colour: palette.ink, size: 12, weight: 'bold' },
    { ...line, y: y + 28, text: shorten(producer, slot - 10, 9), colour: palette.ink, size: 9 },
  )
  const small = { ...line, size: 9 }
  const epoch = `leader epoch ${leaderEpoch}`
  drawing.texts.push({ ...small, y: y + 41, text: epoch, colour: palette.faint })
  if (note !== '') drawing.texts.push({ ...small, y: y + 53, text: note, colour })
}

/** Batches that were acknowledged and not appended: where they would stand. */
function drawGhost(
  drawing: Drawing,
  ackedAgain: readonly number[],
  last: { x: number; y: number } | undefined,
): void {
  if (ackedAgain.length === 0 || last === undefined) return
  const [x, y] = [last.x + slot + 8, last.y]
  const offsets = [...new Set(ackedAgain)].map((offset) => `@${offset}`)
  const colour = palette.repeated
  const box = { x, y, x2: x + slot - 6, y2: y + cell.height, fill: '#ffffff', stroke: colour }
  drawing.boxes.push({ ...box, width: 1.5, dash: [2, 3] })
  const line = { x: x + slot / 2 - 3, align: 'center', ground: 'box', colour } as const
  drawing.texts.push(
    { ...line, y: y + 24, text: 'acked again' },
    { ...line, y: y + 40, text: list(offsets), weight: 'bold' },
  )
}

function drawCut(drawing: Drawing, number: number, { x, y }: { x: number; y: number }): void {
  const middle = x + slot / 2 - 3
  const text = { x: middle, colour: palette.faint, align: 'center' } as const
  drawing.texts.push(
    { ...text, y: y + cell.height / 2 - 8, text: '…' },
    { ...text, y: y + cell.height / 2 + 8, text: `${count(number)} more` },
  )
}

export interface Place {
  each: Shown
  x: number
  y: number
  /** Whether the next cell is of the same batch and touches it. */
  joins: boolean
}

export interface PlacedCells {
  placed: Place[]
  /** How many offsets are not drawn. */
  cut: number
  /** Where the cells end. */
  bottom: number
  width: number
}

/** Something that stands before the first offset that it does not include. */
export interface Mark {
  offset: number
  text: string
  /** Lengths of strokes and gaps in pixels. */
  dash?: number[]
}

/** The two marks as one line where they stand together. */
export function logMarks({ highWatermark, lastStableOffset }: LogMarks): Mark[] {
  if (highWatermark === lastStableOffset) {
    const text = `high watermark and last stable offset ${highWatermark}`
    return [{ offset: highWatermark, text }]
  }
  const dash = [4, 3]
  return [
    { offset: lastStableOffset, text: `last stable offset ${lastStableOffset}`, dash },
    { offset: highWatermark, text: `high watermark ${highWatermark}` },
  ]
}

/** The room that so many marks take below the cells, with the space to the next log. */
export function marksHeight(lines: number): number {
  return lines * markHeight + 14
}

/** Where the words of a mark stand, by its line below the cells. */
export function markY(bottom: number, line: number): number {
  return bottom + 4 + line * markHeight
}

/** Draws a mark with its words on the given line below the cells. */
export function drawMark(
  drawing: Drawing,
  { offset, text, dash }: Mark,
  { placed, bottom, line }: Pick<PlacedCells, 'placed' | 'bottom'> & { line: number },
): void {
  const { x, y } = placeOf(offset, placed, bottom)
  const labelY = markY(bottom, line)
  const stroke = { x, x2: x, y: y - 12, y2: labelY - 6, colour: palette.committed, width: 2 }
  drawing.lines.push(dash === undefined ? stroke : { ...stroke, dash })
  const fits = x + textWidth(text, 10) < drawing.width
  const align = fits ? 'left' : 'right'
  drawing.texts.push({ x, y: labelY, text, colour: palette.committed, align, size: 10 })
}

/** The place before the cell of an offset, or behind the last cell. */
export function placeOf(offset: number, placed: Place[], bottom: number): { x: number; y: number } {
  const next = placed.find(({ each }) => 'offset' in each && each.offset >= offset)
  if (next !== undefined) return { x: next.x - 3, y: next.y }
  const last = placed[placed.length - 1]
  if (last === undefined) return { x: labels - 3, y: bottom - lineHeight + cell.top }
  return { x: last.x + slot - 3, y: last.y }
}
