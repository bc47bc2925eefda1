/**
 * Two runs of one experiment side by side, as a table: guarantees, each message's row of the
 * ledger, anomalies, logs, what the apps were told. Its finding says whether the verdict is the
 * same, and else names the first difference.
 */
import { comparedEntries, essenceOf } from '../checker/agreement'
import type { ComparedEntry } from '../checker/agreement'
import { mayDiffer } from '../checker/may-differ'
import type { Run } from '../history/run'
import type { Cell, TableChart } from './chart'
import { cut, cutNote } from './checker-tables'
import { plural } from './words'

/** A table that knows what it found. */
export interface Comparison extends TableChart {
  /** `other details`: the verdict is the same, something else in the record is not. */
  outcome: 'same' | 'other details' | 'other verdict' | 'not recorded'
}

/** A run and the words for where and when it was. */
export interface NamedRun {
  run: Run
  /** Of its column: `embedded, now` */
  title: string
}

/** How the sections of a run's essence are called here, in the order of the rows. */
const sectionWords: Record<string, string> = {
  guarantees: 'guarantee:',
  delivery: 'message',
  processing: 'processed by',
  anomalies: 'anomalies',
  logs: 'log of',
  ends: 'offsets of',
  committed: 'committed:',
  told: 'told:',
  handled: 'handled:',
  ended: 'end of',
  acts: 'faults',
}

const verdictSections = ['guarantees', 'delivery', 'processing', 'anomalies']

/** @param recorded stands on the right; the finding speaks of it */
export function comparisonTable(here: NamedRun, recorded: NamedRun): Comparison {
  const unordered = comparedEntries(essenceOf(here.run), essenceOf(recorded.run))
  const entries = Object.keys(sectionWords).flatMap((section) =>
    unordered.filter((entry) => entry.section === section),
  )
  const kept = cut(entries, isOdd)
  const outcome = outcomeOf(entries)
  const note = [
    ...Object.values(cutNote(entries.length, kept.length, 'entries')),
    `not compared: ${mayDiffer.map(({ what }) => what).join('; ')}`,
  ]
  return {
    kind: 'table',
    outcome,
    finding: findingOf(outcome, entries, recorded.title),
    columns: ['', here.title, recorded.title].map((title) => ({ title, align: 'left' })),
    rows: kept.map((entry) => [{ text: labelOf(entry) }, ...cellsOf(entry)]),
    note: note.join('. '),
  }
}

function outcomeOf(entries: readonly ComparedEntry[]): Comparison['outcome'] {
  const different = entries.filter(({ outcome }) => outcome === 'differs')
  if (different.length === 0) return 'same'
  const isVerdict = different.some(({ section }) => verdictSections.includes(section))
  return isVerdict ? 'other verdict' : 'other details'
}

/** Rows without anything to tell go first when some must go. */
function isOdd({ section, left, outcome }: ComparedEntry): boolean {
  const ordinary = section === 'delivery' || section === 'processing'
  return outcome === 'differs' || !ordinary || !/\bonce\b/.test(String(left))
}

function labelOf({ section, entry }: ComparedEntry): string {
  const words = sectionWords[section]
  return entry === 'all' ? String(words) : `${words} ${entry}`
}

function findingOf(
  outcome: Comparison['outcome'],
  entries: readonly ComparedEntry[],
  recorded: string,
): string {
  const different = entries.filter((entry) => entry.outcome === 'differs')
  const [first] = different
  if (first === undefined) {
    const guarantees = entries.filter(({ section }) => section === 'guarantees')
    const seen = guarantees.map(({ entry, left }) => `, ${entry} ${String(left)}`).join('')
    return `The same verdict and logs as on ${recorded}${seen}`
  }
  const [here, there] = cellsOf(first).map(({ text }) => text)
  const what = `${labelOf(first)} is ${here} here, ${there} there`
  const more = different.length > 1 ? ` (${plural(different.length, 'difference')} in all)` : ''
  return outcome === 'other verdict'
    ? `Another verdict than on ${recorded}: ${what}${more}`
    : `The same verdict as on ${recorded}, but ${what}${more}`
}

function cellsOf({ left, right, outcome }: ComparedEntry): [Cell, Cell] {
  if (outcome === 'same') return [{ text: shortText(left) }, { text: shortText(right) }]
  const [a, b] =
    Array.isArray(left) && Array.isArray(right) ? fromDifference(left, right) : [left, right]
  return [
    { text: shortText(a), meaning: 'unknown' },
    { text: shortText(b), meaning: 'unknown' },
  ]
}

/** Where long lists part is what matters in them. */
function fromDifference(left: string[], right: string[]): [string[], string[]] {
  const length = Math.max(left.length, right.length)
  const places = Array.from({ length }, (_, index) => index)
  const first = places.find((index) => left[index] !== right[index]) ?? 0
  const rest = (list: string[]) => [...(first > 0 ? ['…'] : []), ...list.slice(first)]
  return [rest(left), rest(right)]
}

const itemsMax = 6

function shortText(value: string | string[] | undefined): string {
  if (value === undefined) return '–'
  if (!Array.isArray(value)) return value
  if (value.length === 0) return 'none'
  const more = value.length - itemsMax
  return value.slice(0, itemsMax).join(' · ') + (more > 0 ? ` · and ${more} more` : '')
}
