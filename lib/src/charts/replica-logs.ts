/**
 * Offset × broker: what lay on each disk of a partition when the apps had ended and nothing was
 * healed yet, coloured by the leader epoch in which it was written, with the high watermark of the
 * healed log. Ghosts are drawn where a record was that this log does not have.
 */
import type { PartitionLog, Run } from '../history/run'
import type { VegaLiteChart } from './chart'
import { epochPalette, palette } from './palette'
import { pictureSpec, type Drawing } from './picture'
import { leadersByEpoch, replicaRows, type ReplicaCell, type ReplicaRow } from './replica-cells'
import { list, plural, shorten, textWidth } from './words'

export interface ReplicaLogsOptions {
  /** Default: the first topic of the run. */
  topic?: string
  /** Default: 0. */
  partition?: number
}

/** Offsets side by side at the most. */
export const mostOffsets = 10

const left = 96
const slot = { width: 92, height: 56 }
const top = 26

/** @throws RangeError when the run has no such partition. */
export function replicaLogs(run: Run, options: ReplicaLogsOptions = {}): VegaLiteChart {
  const log = logOf(run, options)
  const rows = replicaRows(run, log)
  const offsets = offsetsOf(rows, log)
  const drawing: Drawing = {
    ...{ width: 620, height: top + rows.length * slot.height },
    ...{ boxes: [], lines: [], symbols: [], texts: [] },
  }
  drawing.width = Math.max(drawing.width, left + offsets.shown.length * slot.width + 20)
  drawOffsets(drawing, offsets.shown)
  rows.forEach((row, index) => drawRow(drawing, row, { index, shown: offsets.shown }))
  drawHighWatermark(drawing, log, offsets.shown)
  drawKey(drawing, leadersByEpoch(run, log), rows)
  const finding = findingOf(rows, log)
  const subtitle = [
    'Each disk as it was when the apps had ended, before any broker was healed; ' +
      'high watermark of the healed log',
  ]
  if (run.replicaLogs.length === 0) subtitle[0] = 'the disks of this cluster cannot be seen'
  if (offsets.cut > 0) subtitle.push(`cut: ${plural(offsets.cut, 'offset')} before these`)
  return { kind: 'vega-lite', finding, spec: pictureSpec(drawing, { title: finding, subtitle }) }
}

function logOf(run: Run, { topic, partition = 0 }: ReplicaLogsOptions): PartitionLog {
  const wanted = topic ?? run.logs[0]?.topic
  const found = run.logs.find((log) => log.topic === wanted && log.partition === partition)
  if (found !== undefined) return found
  const has = list(
    run.logs.map((log) => `${log.topic}-${log.partition}`),
    10,
  )
  const missing = wanted === undefined ? '' : ` ${wanted}-${partition}`
  throw new RangeError(`replicaLogs: no partition${missing} in this run; it has ${has || 'none'}`)
}

const isGhost = ({ state }: ReplicaCell) => state.startsWith('ghost')

/** The last offsets, further back where a ghost stands. */
function offsetsOf(rows: ReplicaRow[], log: PartitionLog): { shown: number[]; cut: number } {
  const cells = rows.flatMap((row) => row.cells)
  const end = Math.max(log.logEndOffset, ...cells.map(({ offset }) => offset + 1))
  const ghosts = cells.filter(isGhost).map(({ offset }) => offset)
  const first = Math.max(0, Math.min(end - mostOffsets, ...ghosts.map((offset) => offset - 1)))
  const number = Math.max(1, Math.min(mostOffsets, end - first))
  return { shown: Array.from({ length: number }, (_, index) => first + index), cut: first }
}

const columnX = (column: number) => left + column * slot.width

function drawOffsets(drawing: Drawing, shown: number[]): void {
  const text = { y: 10, colour: palette.faint, size: 10 } as const
  drawing.texts.push({ ...text, x: 0, text: 'broker, offset →', align: 'left' })
  shown.forEach((offset, column) => {
    const x = columnX(column) + slot.width / 2
    drawing.texts.push({ ...text, x, text: `@${offset}`, align: 'center' })
  })
}

function drawRow(
  drawing: Drawing,
  { broker, state, cells }: ReplicaRow,
  { index, shown }: { index: number; shown: number[] },
): void {
  const y = top + index * slot.height
  const head = { x: 0, align: 'left' } as const
  const colour = state === 'running' ? palette.faint : palette.lost
  drawing.texts.push(
    { ...head, y: y + 19, text: `broker ${broker}`, colour: palette.ink, size: 12, weight: 'bold' },
    { ...head, y: y + 34, text: state, colour, size: 10 },
  )
  if (cells.length === 0) {
    const empty = { x: left + 6, y: y + 24, text: 'empty', colour: palette.faint } as const
    drawing.texts.push({ ...empty, align: 'left' })
  }
  for (const cell of cells) {
    const column = shown.indexOf(cell.offset)
    if (column >= 0) drawCell(drawing, cell, { x: columnX(column), y })
  }
}

const notes: Record<ReplicaCell['state'], string> = {
  'in the log': '',
  'ghost on disk': 'to be cut off',
  'ghost in an answer': 'was here',
  marker: 'marker',
}

function drawCell(drawing: Drawing, cell: ReplicaCell, { x, y }: { x: number; y: number }): void {
  const { offset, value, leaderEpoch, state } = cell
  const colours = coloursOf(leaderEpoch)
  const epoch = leaderEpoch === undefined ? '' : `epoch ${leaderEpoch}`
  const tip = { title: value, offset, 'leader epoch': leaderEpoch ?? 'not on a disk', state }
  const box = { x: x + 3, x2: x + slot.width - 3, y: y + 2, y2: y + slot.height - 6, tip }
  const ghost = { dash: [4, 3], stroke: palette.lost, width: 2 }
  drawing.boxes.push({ ...box, ...colours, width: 1.5, ...(isGhost(cell) && ghost) })
  const line = { x: x + slot.width / 2, align: 'center', ground: 'box', tip } as const
  const text = shorten(value, slot.width - 14, 12)
  drawing.texts.push({ ...line, y: y + 14, text, colour: palette.ink, size: 12, weight: 'bold' })
  if (epoch !== '') {
    drawing.texts.push({ ...line, y: y + 28, text: epoch, colour: colours.stroke, size: 10 })
  }
  const colour = isGhost(cell) ? palette.lost : palette.faint
  if (notes[state] !== '') {
    drawing.texts.push({ ...line, y: y + 41, text: notes[state], colour, size: 10 })
  }
}

function coloursOf(leaderEpoch: number | undefined): { fill: string; stroke: string } {
  if (leaderEpoch === undefined) return { fill: '#ffffff', stroke: palette.line }
  return epochPalette[leaderEpoch % epochPalette.length]!
}

function drawHighWatermark(drawing: Drawing, log: PartitionLog, shown: number[]): void {
  const { highWatermark } = log
  const x = columnX(highWatermark - shown[0]!)
  const y = drawing.height + 8
  if (x < left) return
  const colour = palette.committed
  drawing.lines.push({ x, x2: x, y: top - 6, y2: y - 4, colour, width: 2 })
  const text = `high watermark ${highWatermark}`
  const align = x + textWidth(text, 10) < drawing.width ? 'left' : 'right'
  drawing.texts.push({ x, y: y + 2, text, colour, align, size: 10 })
  drawing.height = y + 14
}

/** Which epoch has which colour, and who led in it. */
function drawKey(drawing: Drawing, leaders: Map<number, number>, rows: ReplicaRow[]): void {
  const cells = rows.flatMap((row) => row.cells)
  const epochs = [...new Set(cells.flatMap(({ leaderEpoch }) => leaderEpoch ?? []))].sort()
  const y = drawing.height + 10
  let x = 0
  const add = (text: string, box: object) => {
    const colours = { fill: '#ffffff', stroke: palette.line }
    drawing.boxes.push({ x, x2: x + 14, y: y - 7, y2: y + 7, ...colours, ...box })
    const words = { x: x + 20, y, text, colour: palette.faint, align: 'left', size: 10 } as const
    drawing.texts.push(words)
    x += 20 + textWidth(text, 10) + 18
  }
  for (const epoch of epochs) {
    const leader = leaders.get(epoch)
    const who = leader === undefined ? '' : `, led by broker ${leader}`
    add(`leader epoch ${epoch}${who}`, coloursOf(epoch))
  }
  if (cells.some(isGhost)) {
    add('not in the log any more', { stroke: palette.lost, width: 2, dash: [4, 3] })
  }
  drawing.height = y + 14
}

function findingOf(rows: ReplicaRow[], log: PartitionLog): string {
  const place = `${log.topic}-${log.partition}`
  const ghosts = rows.flatMap(({ broker, cells }) =>
    cells.filter(isGhost).map((cell) => ({ ...cell, broker })),
  )
  const [first] = ghosts.sort((a, b) => a.offset - b.offset)
  if (first === undefined) return `No disk of ${place} holds a record that its log lacks`
  const same = ghosts.filter(({ value, offset }) => {
    return value === first.value && offset === first.offset
  })
  const where = list(same.map(({ broker }) => `broker ${broker}`))
  const record = log.batches
    .flatMap(({ records, leaderEpoch }) => records.map((one) => ({ ...one, leaderEpoch })))
    .find(({ offset }) => offset === first.offset)
  const stands =
    record === undefined
      ? `the log ends at ${log.logEndOffset}`
      : `${record.value ?? '(null)'} of leader epoch ${record.leaderEpoch} stands there`
  const epoch = first.leaderEpoch === undefined ? '' : ` of leader epoch ${first.leaderEpoch}`
  const values = new Set(ghosts.map(({ value }) => value)).size
  if (values > 1) return `${plural(values, 'record')} of ${place} are cut off: ${stands}`
  return `${first.value}${epoch}, @${first.offset} of ${where}, is cut off: ${stands}`
}
