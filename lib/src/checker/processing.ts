/**
 * Processing, per sink and message: a message that should have been processed is one that stands
 * visible in a topic its apps consume. Not processed is not yet lost: as long as the group has not
 * passed it, the next start brings it again. Only a message that was passed is lost.
 */
import { remember } from '../history/remember'
import type { Run } from '../history/run'
import { ledger, type LedgerRow } from './ledger'
import { hadInLastAttempt, positionOf } from './positions'
import { groupsOf, sinks, type Sink } from './sinks'

/**
 * - `lost`: never processed and passed: a group committed an offset beyond it, or an app that ended
 *   well had it or had read beyond it in its last attempt
 * - `waiting`: never processed, and nobody has passed it; no guarantee is refuted by it
 */
export type ProcessingCell = 'once' | 'reprocessed' | 'lost' | 'waiting'

export interface ProcessedRow {
  row: LedgerRow
  /** How often the sink processed it. */
  count: number
  cell: ProcessingCell
}

export interface ProcessingStage {
  sink: Sink
  rows: ProcessedRow[]
}

function passed(run: Run, groups: readonly string[], row: LedgerRow): boolean {
  const visible = row.offsets.filter((place) => place.visible)
  return groups.some(
    (group) =>
      hadInLastAttempt(run, group, row.topic, row.value) ||
      visible.every(
        (place) => positionOf(run, group, { topic: row.topic, ...place }) > place.offset,
      ),
  )
}

/** What one sink did, also one that this run never reached and another one did. */
export function stageOf(run: Run, sink: Sink): ProcessingStage {
  const groups = groupsOf(run, sink)
  const rows: ProcessedRow[] = []
  for (const row of ledger(run)) {
    if (row.visible === 0 || !sink.upstream.includes(row.topic)) continue
    const count = sink.count(row.topic, row.value)
    if (count > 0) rows.push({ row, count, cell: count === 1 ? 'once' : 'reprocessed' })
    else rows.push({ row, count, cell: passed(run, groups, row) ? 'lost' : 'waiting' })
  }
  return { sink, rows }
}

/** What each sink did with the messages of the topics its apps consume. */
export const processing: (run: Run) => readonly ProcessingStage[] = remember((run) =>
  sinks(run).map((sink) => stageOf(run, sink)),
)
