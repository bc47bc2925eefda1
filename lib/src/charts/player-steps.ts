/**
 * The steps of a player: one per row of the sequence picture, one before the first and one after
 * the last, where everything stands as it was read at the end. Whatever the history tells between
 * two rows happens in the step of the row before: a player stops only where a picture would draw.
 */
import { labelText } from './sequence-lanes'
import type { ArrivalRow, Row, Rows } from './sequence-rows'
import { milliseconds } from './words'

export interface Steps {
  /** The last step's number; the first is 0. */
  last: number
  /** The step in which an event of the history (by its index) happens. */
  at(index: number): number
  /** What happens in each step, from 0 to `last`. */
  words: StepWords[]
}

export interface StepWords {
  /** `step 3 of 20, 341 ms` */
  title: string
  text: string
}

/**
 * @param rows those that are drawn
 * @param all every row: what lies behind the last drawn row belongs to the end
 */
export function stepsOf(rows: readonly Row[], all: Rows): Steps {
  const starts = rows.map(({ index }) => index)
  const cutAt = all.rows[rows.length]?.index ?? Infinity
  const last = rows.length + 1
  const at = (index: number): number =>
    index >= cutAt ? last : starts.filter((start) => start <= index).length
  const words = rows.map((row, position) => ({
    title: `step ${position + 1} of ${last}, ${milliseconds(Math.round(row.timeMs))} ms`,
    text: rowWords(row, all.rows),
  }))
  const rest = all.rows.length - rows.length
  const end = 'The end: logs, marks and committed offsets as they were read when all apps had ended'
  const skipped = rest === 0 ? '' : `; ${rest} rows were skipped`
  return {
    last,
    at,
    words: [
      { title: `step 0 of ${last}`, text: 'Before the first event' },
      ...words,
      { title: `step ${last} of ${last}`, text: `${end}${skipped}` },
    ],
  }
}

function rowWords(row: Row, all: readonly Row[]): string {
  switch (row.type) {
    case 'frame':
      return `${row.from} → ${row.to}: ${labelText(row)}`
    case 'arrival':
      return arrivalWords(row, all)
    case 'note':
      return `${row.lane}: ${row.text}`
  }
}

function arrivalWords(arrival: ArrivalRow, all: readonly Row[]): string {
  for (const row of all) {
    if (row.type === 'frame' && row.arrival === arrival) return `${row.to} receives: ${row.text}`
  }
  throw new Error(`no frame arrives at event ${arrival.index}`)
}
