/**
 * What the staircases picture draws, per group and partition: the messages processed, the highest
 * of them and the committed offset as they became over time, and between them what a crash would
 * repeat or lose, offset by offset.
 */
import { processing } from '../checker/processing'
import { groupsOf } from '../checker/sinks'
import type { AppEvent } from '../history/events'
import { remember } from '../history/remember'
import type { Run } from '../history/run'
import { offsetChanges } from './player-offsets'
import { processedMessages, type Processed } from './processed'
import { breaks } from './time-axis'

/** From this time on the offset holds. */
export interface Step {
  timeMs: number
  offset: number
}

/** From one time to another, for the offsets `low` ≤ offset < `high`: what a crash would do. */
export interface Shade {
  fromMs: number
  toMs: number
  low: number
  high: number
  kind: 'would repeat' | 'would lose'
}

export interface Stairs {
  group: string
  topic: string
  partition: number
  processed: readonly Processed[]
  /** One above the highest offset processed. */
  highest: Step[]
  committed: Step[]
  shades: Shade[]
  /** Passed and never processed. */
  lost: { offset: number; value: string | null }[]
  /** The highest offset that is drawn, plus one. */
  end: number
  /** Crashes of the group's apps, and their new starts. */
  marks: AppEvent[]
  untilMs: number
}

interface Place {
  group: string
  topic: string
  partition: number
}

/** One per group and partition that was read, in the order in which reading began. */
export const stairsOf: (run: Run) => readonly Stairs[] = remember((run) =>
  placesOf(run).map(({ place, first, apps }) => {
    const processed = processedMessages(run).filter((one) => samePlace(one, place))
    const changes = offsetChanges(run).filter((one) => samePlace(one, place))
    const committed = stepsOf(
      first,
      changes.map(({ index, offset }) => ({ timeMs: timeOf(run, index), offset })),
    )
    const marks = breaks(run, apps)
    const lost = lostAt(run, place)
    const offsets = [...processed, ...lost].map(({ offset }) => offset + 1)
    const end = Math.max(first, ...offsets, ...committed.map(({ offset }) => offset))
    const times = [...processed, ...committed, ...marks].map(({ timeMs }) => timeMs)
    const untilMs = Math.max(1, ...times) * 1.03
    const shades = shadesOf({ processed, committed, first, end, untilMs })
    const highest = processedSteps(first, processed)
    return { ...place, processed, highest, committed, shades, lost, end, marks, untilMs }
  }),
)

/** Where each group began to read, and who read. */
function placesOf(run: Run): { place: Place; first: number; apps: Set<string> }[] {
  const found = new Map<string, { place: Place; first: number; apps: Set<string> }>()
  for (const event of run.history) {
    if (!('operation' in event) || event.operation !== 'poll') continue
    const { group, topic, partition, firstOffset } = event.value
    const place = { group, topic, partition }
    const key = JSON.stringify(Object.values(place))
    const known = found.get(key) ?? { place, first: firstOffset, apps: new Set() }
    known.apps.add(event.app)
    found.set(key, known)
  }
  return [...found.values()]
}

function samePlace(one: Place, { group, topic, partition }: Place): boolean {
  return one.group === group && one.topic === topic && one.partition === partition
}

const timeOf = ({ history }: Run, index: number): number => history[index]?.timeMs ?? 0

function processedSteps(first: number, processed: readonly Processed[]): Step[] {
  let offset = first
  const changes = processed.map(({ timeMs, offset: one }) => {
    offset = Math.max(offset, one + 1)
    return { timeMs, offset }
  })
  return stepsOf(first, changes)
}

/** The offset that holds at a time. */
export function offsetAt(steps: readonly Step[], timeMs: number): number {
  return steps.filter((step) => step.timeMs <= timeMs).pop()?.offset ?? 0
}

type Read = Pick<Stairs, 'processed' | 'committed' | 'end' | 'untilMs'> & { first: number }

/** Offset by offset: what is processed and not committed, or committed and not processed. */
function shadesOf({ processed, committed, first, end, untilMs }: Read): Shade[] {
  const times = [...new Set([...processed, ...committed].map(({ timeMs }) => timeMs))]
  times.sort((one, other) => one - other)
  const done = new Set<number>()
  const found: Shade[] = []
  times.forEach((fromMs, i) => {
    for (const one of processed) if (one.timeMs === fromMs) done.add(one.offset)
    const saved = offsetAt(committed, fromMs)
    const toMs = times[i + 1] ?? untilMs
    for (let offset = first; offset < end; offset += 1) {
      if (done.has(offset) === offset < saved) continue
      const kind = done.has(offset) ? 'would repeat' : 'would lose'
      const below = found[found.length - 1]
      if (below?.fromMs === fromMs && below.kind === kind && below.high === offset) below.high += 1
      else found.push({ fromMs, toMs, low: offset, high: offset + 1, kind })
    }
  })
  return joined(found)
}

/** Shades that go on where one ended, over the same offsets, are one. */
function joined(shades: readonly Shade[]): Shade[] {
  const found: Shade[] = []
  for (const shade of shades) {
    const before = found.find(
      ({ toMs, low, high, kind }) =>
        toMs === shade.fromMs && low === shade.low && high === shade.high && kind === shade.kind,
    )
    if (before === undefined) found.push({ ...shade })
    else before.toMs = shade.toMs
  }
  return found
}

/** Only where the offset changes, from the offset at which the group began. */
function stepsOf(first: number, changes: readonly Step[]): Step[] {
  const steps: Step[] = [{ timeMs: 0, offset: first }]
  for (const change of changes) {
    if (change.offset !== steps[steps.length - 1]?.offset) steps.push(change)
  }
  return steps
}

/** What the checker calls lost, of the sinks that this group's apps write. */
function lostAt(run: Run, { group, topic, partition }: Place): Stairs['lost'] {
  const lost = new Map<number, string | null>()
  for (const { sink, rows } of processing(run)) {
    if (!groupsOf(run, sink).includes(group)) continue
    for (const { row, cell } of rows) {
      if (cell !== 'lost' || row.topic !== topic) continue
      const places = row.offsets.filter((one) => one.visible && one.partition === partition)
      for (const { offset } of places) lost.set(offset, row.value)
    }
  }
  return [...lost].map(([offset, value]) => ({ offset, value }))
}
