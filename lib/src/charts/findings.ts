/**
 * A run's findings in one sentence, for titles and plain text: which message fared worst, and where
 * it stands. The ledger judges; this only puts its rows into words, worst first.
 */
import { ledger, type LedgerRow } from '../checker/ledger'
import { processing, type ProcessedRow } from '../checker/processing'
import type { Sink } from '../checker/sinks'
import type { Run } from '../history/run'
import { list, plural, valueText } from './words'

const toldWords: Record<LedgerRow['told'], string> = {
  ok: 'the producer was told ok',
  sent: 'the producer waited for no answer',
  info: 'the producer was never told',
  fail: 'the producer was refused',
  seeded: 'it was there before',
  'never sent': 'it was never sent',
}

/** From the worst that can befall a message to nothing at all. */
const order: LedgerRow['delivery'][] = [
  'lost',
  'duplicated',
  'false failure, duplicated',
  'false failure',
  'missing',
  'refused',
]

const severalWords: Record<LedgerRow['delivery'], string> = {
  lost: 'lost',
  duplicated: 'written more than once',
  'false failure, duplicated': 'refused, yet written more than once',
  'false failure': 'refused, yet written',
  missing: 'missing',
  refused: 'refused',
  once: 'written once',
}

function chosenRows(run: Run, messages: readonly string[] | undefined): readonly LedgerRow[] {
  if (messages === undefined) return ledger(run)
  return ledger(run).filter(({ value }) => messages.includes(String(value)))
}

/** What happened to the messages of a run, or to those of the given values. */
export function deliveryFinding(run: Run, messages?: readonly string[]): string {
  const rows = chosenRows(run, messages)
  if (rows.length === 0) return 'No message was sent'
  const parts = order.flatMap((delivery) => {
    const hit = rows.filter((row) => row.delivery === delivery)
    return hit.length === 0 ? [] : [hitText(run, hit, rows.length)]
  })
  if (parts.length === 0) {
    const [only] = rows
    const aborted = rows.filter(hasAborted)
    if (aborted.length > 0 && rows.length > 1) {
      const names = list(aborted.map((row) => nameAmong(row, rows)))
      return `Each of ${plural(rows.length, 'message')} counts once; an aborted copy: ${names}`
    }
    return rows.length === 1 && only !== undefined
      ? `${valueText(only.value)} was written once: ${offsetsText(only)}`
      : `Each of ${plural(rows.length, 'message')} was written once`
  }
  return parts.join('; ')
}

function hitText(run: Run, hit: LedgerRow[], total: number): string {
  const [first] = hit as [LedgerRow]
  if (hit.length > 1) {
    const names = list(hit.map((row) => nameAmong(row, hit)))
    const word = hit.every(isAborted) ? 'aborted' : severalWords[first.delivery]
    return `${hit.length} of ${plural(total, 'message')} ${word}: ${names}`
  }
  const name = valueText(first.value)
  const told = toldWords[first.told]
  switch (first.delivery) {
    case 'lost':
      return `${name} is lost: ${told}, and ${whereItIs(run, first)}`
    case 'duplicated':
      return `${name} was written ${times(first.copies)}: ${offsetsText(first)}; ${told}`
    case 'missing':
      return `${name} is missing: ${told}, and ${whereItIs(run, first)}`
    case 'refused':
      return `${name} was ${isAborted(first) ? 'aborted' : 'refused and is not in the log'}`
    default:
      return `${name} was refused, yet stands at ${offsetsText(first)}`
  }
}

function isAborted(row: LedgerRow): boolean {
  return row.delivery === 'refused' && hasAborted(row)
}

function hasAborted({ offsets }: LedgerRow): boolean {
  return offsets.some(({ state }) => state === 'aborted')
}

/** A value that several topics hold is told apart by its topic. */
function nameAmong({ topic, value }: LedgerRow, rows: readonly LedgerRow[]): string {
  const alone = rows.every((other) => other.value !== value || other.topic === topic)
  return alone ? valueText(value) : `${valueText(value)} (${topic})`
}

/** Where a message is that its topic's log does not hold. */
function whereItIs(run: Run, { topic, value, offsets }: LedgerRow): string {
  if (offsets.length > 0) return 'no reader of committed records gets it'
  const disks = run.replicaLogs.filter(
    (replica) =>
      replica.topic === topic &&
      replica.batches.some(({ records }) => records.some((record) => record.value === value)),
  )
  if (disks.length === 0) return 'no log holds it'
  const names = disks.map(({ broker, alive }) => `broker ${broker}${alive ? '' : ' (dead)'}`)
  return `only the disk of ${list(names)} held it`
}

/** `once`, `twice`, `3 times` */
export function times(number: number): string {
  return number === 1 ? 'once' : number === 2 ? 'twice' : `${number} times`
}

/** `@0 and @1`; with partitions where the copies stand in several. */
function offsetsText({ topic, offsets }: LedgerRow): string {
  const several = new Set(offsets.map(({ partition }) => partition)).size > 1
  return list(
    offsets.map(({ partition, offset }) => `${several ? `${topic}-${partition} ` : ''}@${offset}`),
    4,
  )
}

/** What each sink did with the messages, where it was not once each; else nothing. */
export function processingFinding(run: Run, messages?: readonly string[]): string {
  const parts = processing(run).flatMap(({ sink, rows }) => {
    const own = rows.filter(
      ({ row }) => messages === undefined || messages.includes(String(row.value)),
    )
    return [
      cellText(
        sink,
        own.filter(({ cell }) => cell === 'reprocessed'),
      ),
      cellText(
        sink,
        own.filter(({ cell }) => cell === 'lost'),
      ),
      cellText(
        sink,
        own.filter(({ cell }) => cell === 'waiting'),
      ),
    ]
  })
  return parts.filter((part) => part !== '').join('; ')
}

function cellText({ name }: Sink, rows: ProcessedRow[]): string {
  const [first] = rows
  if (first === undefined) return ''
  const { cell, count } = first
  const messages = list(rows.map(({ row }) => valueText(row.value)))
  const [were, wait] = rows.length === 1 ? ['was', 'waits'] : ['were', 'wait']
  if (cell === 'lost') return `${messages} ${were} never processed (${name})`
  if (cell === 'waiting') return `${messages} still ${wait} (${name})`
  const often = rows.length === 1 ? times(count) : 'more than once'
  return `${messages} ${were} processed ${often} (${name})`
}

/** Delivery and processing in one sentence: what sequence pictures and tables are titled with. */
export function runFinding(run: Run, messages?: readonly string[]): string {
  const delivery = deliveryFinding(run, messages)
  const processed = processingFinding(run, messages)
  if (processed === '') return delivery
  const fine = chosenRows(run, messages).every((row) => row.delivery === 'once')
  return fine ? `${processed}, though written once` : `${delivery}; ${processed}`
}
