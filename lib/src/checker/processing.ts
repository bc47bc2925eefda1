/**
 * Processing, per sink and message: a message that should have been processed is one that stands
 * visible in a topic its apps consume. Not processed is not yet lost: as long as the group has not
 * passed it, the next start brings it again. Only a message that was passed is lost.
 */
import { frames } from '../history/frames'
import { messageKey } from '../history/messages'
import { operationsNamed } from '../history/operations'
import { remember } from '../history/remember'
import type { Run } from '../history/run'
import { ledger, type LedgerOffset, type LedgerRow } from './ledger'
import { consumption, sinks, type Sink } from './sinks'

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

/** What an app's last attempt got hold of. */
interface LastAttempt {
  /** Highest offset asked for, by partition: everything below was passed. */
  positions: Map<string, number>
  /** Messages its handlers were entered with. */
  handled: Set<string>
}

/** Only for apps that ended well: what a crashed one left undone its next start would do. */
const lastAttempts = remember((run: Run) => {
  const found = new Map<string, LastAttempt>()
  for (const [app, { ended }] of Object.entries(run.apps)) {
    if (ended === 'done') found.set(app, { positions: new Map(), handled: new Set() })
  }
  const isLast = (app: string, attempt: number): boolean => run.apps[app]?.attempts === attempt
  for (const frame of frames(run.history)) {
    if (frame.api !== 'Fetch' || frame.direction !== 'request') continue
    const known = found.get(frame.app)
    if (known === undefined || !isLast(frame.app, frame.attempt)) continue
    for (const { topic, partition, offset } of frame.fields.partitions ?? []) {
      if (offset === undefined) continue
      const place = `${topic}-${partition}`
      known.positions.set(place, Math.max(offset, known.positions.get(place) ?? -1))
    }
  }
  for (const { app, attempt, value } of operationsNamed(run.history, 'handle')) {
    if (!isLast(app, attempt)) continue
    for (const message of value.messages) {
      found.get(app)?.handled.add(messageKey(message.topic, message.value))
    }
  }
  return found
})

const committedOffsets = remember((run: Run) => new Map(
  run.groups.map(({ group, topic, partition, offset }) => [`${group}/${topic}-${partition}`, offset])))

/** The groups that some app of a sink belongs to. */
export function groupsOf(run: Run, sink: Sink): string[] {
  return [...consumption(run).appsByGroup]
    .filter(([, apps]) => sink.apps.some((app) => apps.has(app)))
    .map(([group]) => group)
}

/** Whether a group's committed offset lies beyond one. */
export function committedBeyond(
  run: Run, group: string, { topic, partition, offset }:
    { topic: string; partition: number; offset: number },
): boolean {
  return (committedOffsets(run).get(`${group}/${topic}-${partition}`) ?? 0) > offset
}

function passed(run: Run, sink: Sink, groups: readonly string[], row: LedgerRow): boolean {
  const visible = row.offsets.filter((place) => place.visible)
  const everyCopy = (beyond: (place: LedgerOffset) => boolean): boolean => visible.every(beyond)
  if (groups.some((group) =>
    everyCopy((place) => committedBeyond(run, group, { topic: row.topic, ...place })))) return true
  return sink.apps.some((app) => {
    const last = lastAttempts(run).get(app)
    if (last === undefined) return false
    if (last.handled.has(messageKey(row.topic, row.value))) return true
    return everyCopy(({ partition, offset }) =>
      (last.positions.get(`${row.topic}-${partition}`) ?? 0) > offset)
  })
}

function stageOf(run: Run, sink: Sink): ProcessingStage {
  const groups = groupsOf(run, sink)
  const rows: ProcessedRow[] = []
  for (const row of ledger(run)) {
    if (row.visible === 0 || !sink.upstream.includes(row.topic)) continue
    const count = sink.count(row.topic, row.value)
    if (count > 0) rows.push({ row, count, cell: count === 1 ? 'once' : 'reprocessed' })
    else rows.push({ row, count, cell: passed(run, sink, groups, row) ? 'lost' : 'waiting' })
  }
  return { sink, rows }
}

/** What each sink did with the messages of the topics its apps consume. */
export const processing: (run: Run) => readonly ProcessingStage[] =
  remember((run) => sinks(run).map((sink) => stageOf(run, sink)))
