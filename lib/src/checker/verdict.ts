/**
 * The verdict: which guarantee a run showed, per topic for delivery and per sink for processing.
 * One run can refute a guarantee, with a witness, or show it; it never proves one. A message that
 * is lost or missing refutes at-least-once, a duplicate refutes at-most-once, both together leave
 * none. A refused message refutes nothing: its app knows. Nor does one that still waits to be
 * processed, but with it at-least-once was not seen.
 */
import { nameOf, placeOf } from '../history/messages'
import { remember } from '../history/remember'
import type { Run } from '../history/run'
import { ledger, type DeliveryCell, type LedgerRow } from './ledger'
import {
  processing,
  type ProcessedRow,
  type ProcessingCell,
  type ProcessingStage,
} from './processing'

export type Guarantee = 'exactly once' | 'at least once' | 'at most once' | 'none'

export interface Witness {
  refutes: 'at least once' | 'at most once'
  value: string | null
  /** `order-3 at offsets orders-0@2 and orders-0@5` */
  text: string
}

export interface StageVerdict<Cell extends string> {
  /** The topic or the sink. */
  name: string
  /** How many messages fell in each cell; cells without a message are left out. */
  counts: Partial<Record<Cell, number>>
  guarantee: Guarantee
  /** The first messages that refute a guarantee, at most three of each kind. */
  witnesses: Witness[]
  /** `at most once: refuted by …`, `at least once: seen` */
  sentences: string[]
}

export interface Verdict {
  /** By topic; a topic that no message belongs to is left out. */
  delivery: Record<string, StageVerdict<DeliveryCell>>
  /** By sink. */
  processing: Record<string, StageVerdict<ProcessingCell>>
}

/** What a cell refutes; the other cells refute nothing. */
const refutedBy: Partial<Record<DeliveryCell | ProcessingCell, Witness['refutes']>> = {
  lost: 'at least once',
  missing: 'at least once',
  duplicated: 'at most once',
  'false failure, duplicated': 'at most once',
  reprocessed: 'at most once',
}

const witnessesMax = 3

/** `a`, `a and b`, `a, b and c` */
function list(words: readonly string[]): string {
  if (words.length < 2) return words.join('')
  return `${words.slice(0, -1).join(', ')} and ${words[words.length - 1]!}`
}

/** What is left of exactly once when so many messages were absent and so many doubled. */
export function guaranteeOf(absent: number, doubled: number): Guarantee {
  if (absent > 0) return doubled > 0 ? 'none' : 'at most once'
  return doubled > 0 ? 'at least once' : 'exactly once'
}

/** What was found against one half of exactly once. */
interface Doubts {
  refuting: number
  /** Waiting messages: the half is not refuted, but not shown either. */
  waiting: number
  witnesses: Witness[]
  waits: string[]
}

function atMost(texts: readonly string[], total: number): string {
  const more = total - texts.length
  return `${texts.join('; ')}${more > 0 ? ` and ${more} more` : ''}`
}

function sentencesOf(
  guarantee: Guarantee,
  counts: Partial<Record<string, number>>,
  doubts: Record<Witness['refutes'], Doubts>,
): string[] {
  const sentences: string[] = []
  for (const half of ['at least once', 'at most once'] as const) {
    const { refuting, waiting, witnesses, waits } = doubts[half]
    const texts = witnesses.map(({ text }) => text)
    if (refuting > 0) sentences.push(`${half}: refuted by ${atMost(texts, refuting)}`)
    else if (waiting > 0) sentences.push(`${half}: not shown, ${atMost(waits, waiting)}`)
  }
  const count = Object.values(counts).reduce<number>((sum, number = 0) => sum + number, 0)
  const { refused = 0 } = counts
  const messages = count === 1 ? '1 message' : `${count} messages`
  const seen = refused > 0 ? `${messages}, ${refused} refused` : messages
  sentences.push(
    guarantee === 'none'
      ? `none: neither half of exactly once was seen (${seen})`
      : `${guarantee}: seen (${seen})`,
  )
  return sentences
}

/** The verdict on one stage from its messages' cells. */
function judge<Cell extends DeliveryCell | ProcessingCell>(
  name: string,
  rows: readonly { value: string | null; cell: Cell; text: () => string }[],
): StageVerdict<Cell> {
  const counts: Partial<Record<Cell, number>> = {}
  const doubts: Record<Witness['refutes'], Doubts> = {
    'at least once': { refuting: 0, waiting: 0, witnesses: [], waits: [] },
    'at most once': { refuting: 0, waiting: 0, witnesses: [], waits: [] },
  }
  for (const { value, cell, text } of rows) {
    counts[cell] = (counts[cell] ?? 0) + 1
    const refutes = refutedBy[cell]
    if (refutes !== undefined) {
      const against = doubts[refutes]
      against.refuting += 1
      if (against.refuting <= witnessesMax) against.witnesses.push({ refutes, value, text: text() })
    } else if (cell === 'waiting') {
      const against = doubts['at least once']
      against.waiting += 1
      if (against.waiting <= witnessesMax) against.waits.push(text())
    }
  }
  const { 'at least once': least, 'at most once': most } = doubts
  const guarantee = guaranteeOf(least.refuting + least.waiting, most.refuting)
  return {
    name,
    counts,
    guarantee,
    witnesses: [...least.witnesses, ...most.witnesses],
    sentences: sentencesOf(guarantee, counts, doubts),
  }
}

const toldWords: Record<LedgerRow['told'], string> = {
  ok: 'acknowledged',
  sent: 'sent without waiting for an ack',
  seeded: 'written before the start',
  info: 'outcome unknown',
  fail: 'refused',
  'never sent': 'never sent',
}

/** Where a message counts as standing: `orders-0@2`. */
function standing({ topic, offsets }: LedgerRow): string[] {
  return offsets
    .filter(({ state }) => state === 'plain' || state === 'committed')
    .map((place) => placeOf({ topic, ...place }))
}

function deliveryText(row: LedgerRow): string {
  const places = standing(row)
  if (places.length > 1) return `${nameOf(row.value)} at offsets ${list(places)}`
  if (places.length === 1) return `${nameOf(row.value)} at offset ${places[0]!}`
  const hidden = row.offsets.map((place) => {
    const what = place.state === 'aborted' ? 'aborted' : 'in a transaction nobody ended'
    return `${what} at ${placeOf({ topic: row.topic, ...place })}`
  })
  const where = hidden.length > 0 ? list(hidden) : `at no offset of ${row.topic}`
  return `${nameOf(row.value)} (${toldWords[row.told]}) ${where}`
}

function processingText({ row, count, cell }: ProcessedRow): string {
  const places = list(standing(row))
  const what = {
    once: 'processed once',
    reprocessed: `processed ${count} times`,
    lost: 'passed and never processed',
    waiting: 'still waits to be processed',
  }
  return `${nameOf(row.value)} (${places}) ${what[cell]}`
}

/** The verdict of a run. */
export const verdict: (run: Run) => Verdict = remember((run) => {
  const topics = new Map<string, LedgerRow[]>()
  for (const row of ledger(run)) {
    const rows = topics.get(row.topic)
    if (rows === undefined) topics.set(row.topic, [row])
    else rows.push(row)
  }
  const found: Verdict = { delivery: {}, processing: {} }
  for (const [topic, rows] of topics) {
    found.delivery[topic] = judge(
      topic,
      rows.map((row) => ({ value: row.value, cell: row.delivery, text: () => deliveryText(row) })),
    )
  }
  for (const stage of processing(run)) {
    found.processing[stage.sink.name] = processingVerdict(stage)
  }
  return found
})

/** The verdict on one sink. */
export function processingVerdict({ sink, rows }: ProcessingStage): StageVerdict<ProcessingCell> {
  return judge(
    sink.name,
    rows.map((one) => ({
      value: one.row.value,
      cell: one.cell,
      text: () => processingText(one),
    })),
  )
}
