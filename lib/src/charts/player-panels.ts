/**
 * What a player shows below the sequence picture: what apps and brokers are doing, and the logs
 * with their marks and the groups' offsets. The room is laid out for the logs as they end, so that
 * nothing moves while it plays; cells appear in it and change as the picture of the logs would
 * have drawn them at that step.
 */
import type { GroupOffset, PartitionLog, Run } from '../history/run'
import { partitionRows, type CellRow } from './log-cells'
import { palette } from './palette'
import {
  drawEmpty,
  drawHead,
  drawMark,
  drawPlaced,
  labels,
  logMarks,
  marksHeight,
  markY,
  mostLogs,
  placeCells,
  placeOf,
  type PlacedCells,
} from './partition-logs'
import { samePlace } from './player-appends'
import type { State } from './player-states'
import { during, spansOf, type TimedDrawing } from './timed-drawing'
import { plural, shorten } from './words'

/** Everything by step, 0 to last. */
export interface Story {
  runs: readonly Run[]
  offsets: readonly GroupOffset[][]
  states: readonly State[][]
}

const stateHeight = 16

/** Draws both panels below what is there; returns what was left out, in words. */
export function drawPanels(drawing: TimedDrawing, run: Run, story: Story): string[] {
  drawStates(drawing, story.states)
  const rows = run.logs.flatMap((log) => partitionRows(run, log).map((row) => ({ log, row })))
  const drawn = rows.slice(0, mostLogs)
  const placed = drawn.map(({ row }) => placeCells(row.cells, 0))
  drawing.width = Math.max(drawing.width, ...placed.map(({ width }) => width))
  for (const { log, row } of drawn) drawLog(drawing, { log, row, story })
  const cut = placed.reduce((sum, each) => sum + each.cut, 0)
  return [
    ...(rows.length > mostLogs ? [`${mostLogs} of ${plural(rows.length, 'log')} drawn`] : []),
    ...(cut > 0 ? [`${plural(cut, 'offset')} in the middle of long logs not drawn`] : []),
  ]
}

function drawStates(drawing: TimedDrawing, states: readonly State[][]): void {
  const count = states[0]?.length ?? 0
  for (let position = 0; position < count; position += 1) {
    const y = drawing.height + position * stateHeight + stateHeight / 2
    for (const { value, ...span } of spansOf(states.map((each) => each[position]))) {
      const { name, text, meaning } = value
      const line = { y, align: 'left', size: 11 } as const
      const title = shorten(name, labels - 8, 11)
      const words = shorten(text, drawing.width - labels, 11)
      during(drawing, span, (part) =>
        part.texts.push(
          { ...line, x: 0, text: title, colour: palette.ink, weight: 'bold' },
          { ...line, x: labels, text: words, colour: palette[meaning] },
        ),
      )
    }
  }
  drawing.height += count * stateHeight + 4
}

interface LogStory {
  log: PartitionLog
  row: CellRow
  story: Story
}

function drawLog(drawing: TimedDrawing, { log, row, story }: LogStory): void {
  const top = drawing.height
  const cells = placeCells(row.cells, top)
  const always = { from: 0, to: story.runs.length }
  const { title } = row
  const subtitle = row.marks === undefined ? row.subtitle : `at the end: leader ${log.leader}`
  during(drawing, always, (part) => drawHead(part, { title, subtitle }, top))
  if (cells.placed.length === 0) during(drawing, always, (part) => drawEmpty(part, top))
  const rows = rowByStep(story.runs, log, title)
  drawCells(drawing, cells, rows)
  drawing.height = cells.bottom + 10
  if (row.marks === undefined) return
  const lines = drawMarks(drawing, cells, rows)
  const groups = drawOffsets(drawing, cells, { log, lines, offsets: story.offsets })
  drawing.height = cells.bottom + marksHeight(lines + groups)
}

/** The same row at every step; absent while nothing of it is there. */
function rowByStep(
  runs: readonly Run[],
  place: PartitionLog,
  title: string,
): (CellRow | undefined)[] {
  const known = new Map<Run, CellRow | undefined>()
  return runs.map((run) => {
    if (!known.has(run)) {
      const rows = run.logs.filter(samePlace(place)).flatMap((log) => partitionRows(run, log))
      known.set(
        run,
        rows.find((row) => row.title === title),
      )
    }
    return known.get(run)
  })
}

function drawCells(
  drawing: TimedDrawing,
  { placed }: PlacedCells,
  rows: readonly (CellRow | undefined)[],
): void {
  placed.forEach((place, position) => {
    const next = placed[position + 1]?.each
    const own = place.each.kind === 'cut' ? next : place.each
    if (own === undefined || own.kind === 'cut') return
    const looks = rows.map((row) => row?.cells.find(({ offset }) => offset === own.offset))
    const isCut = place.each.kind === 'cut'
    const shown = looks.map((look) => (isCut && look !== undefined ? place.each : look))
    for (const { value, ...span } of spansOf(shown)) {
      during(drawing, span, (part) => drawPlaced(part, { ...place, each: value }))
    }
  })
}

/** Draws the high watermark and the last stable offset; returns how many lines they need. */
function drawMarks(
  drawing: TimedDrawing,
  cells: PlacedCells,
  rows: readonly (CellRow | undefined)[],
): number {
  const marks = rows.map((row) => (row?.marks === undefined ? [] : logMarks(row.marks)))
  const lines = Math.max(...marks.map(({ length }) => length))
  for (const { value, ...span } of spansOf(marks)) {
    during(drawing, span, (part) =>
      value.forEach((mark, line) => drawMark(part, mark, { ...cells, line })),
    )
  }
  return lines
}

/** Draws the committed offset of each group on a line of its own; returns how many. */
function drawOffsets(
  drawing: TimedDrawing,
  { placed, bottom }: PlacedCells,
  { log, lines, offsets }: { log: PartitionLog; lines: number; offsets: readonly GroupOffset[][] },
): number {
  const own = offsets.map((each) => each.filter(samePlace(log)))
  const groups = (own[own.length - 1] ?? []).map(({ group }) => group)
  groups.forEach((group, position) => {
    const committed = own.map((each) => each.find((one) => one.group === group)?.offset)
    const y = markY(bottom, lines + position)
    for (const { value, ...span } of spansOf(committed)) {
      const { x } = placeOf(value, placed, bottom)
      const text = `group ${group} committed ${value}`
      const ink = { colour: palette.ink, y }
      during(drawing, span, (part) => {
        part.symbols.push({ ...ink, x, shape: 'triangle-up', size: 50 })
        part.texts.push({ ...ink, x: x + 9, text, align: 'left', size: 10 })
      })
    }
  })
  return groups.length
}
