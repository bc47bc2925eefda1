/**
 * The checker's findings as tables: the ledger with a row per message, the verdict with a row per
 * stage, anomalies with a row each. What is wrong with a row is said in words and in the colour
 * that it has in every chart.
 */
import type { Anomaly, Bill, LedgerRow, Verdict } from '../checker'
import type { Cell, TableChart } from './chart'
import { count, list, plural, valueText } from './words'

/** Rows of one table at the most; odd rows are kept before ordinary ones. */
export const mostTableRows = 60

const left = (title: string) => ({ title, align: 'left' as const })
const right = (title: string) => ({ title, align: 'right' as const })

const deliveryMeanings: Partial<Record<LedgerRow['delivery'], Cell['meaning']>> = {
  lost: 'lost',
  missing: 'lost',
  duplicated: 'repeated',
  'false failure': 'repeated',
  'false failure, duplicated': 'repeated',
}

const toldTexts: Record<LedgerRow['told'], string> = {
  ok: 'ok',
  sent: 'sent, no ack asked',
  info: 'unknown',
  fail: 'refused',
  seeded: '(there before)',
  'never sent': '(never sent)',
}

/** One row per message: what its app was told, where it stands, who processed it how often. */
export function ledgerTable(rows: readonly LedgerRow[]): TableChart {
  const sinks = [...new Set(rows.flatMap(({ processed }) => Object.keys(processed)))]
  const kept = cut(rows, isOdd)
  const topics = new Set(rows.map(({ topic }) => topic))
  const handedOver = sinks.length > 0 || rows.some(({ delivered }) => delivered > 0)
  return {
    kind: 'table',
    finding: ledgerFinding(rows, sinks),
    columns: [
      left('message'),
      ...(topics.size > 1 ? [left('topic')] : []),
      left('told'),
      left('stands at'),
      right('visible'),
      ...(handedOver ? [right('handed over')] : []),
      ...sinks.map((sink) => right(`processed: ${sink}`)),
      left('delivery'),
    ],
    rows: kept.map((row) => [
      { text: valueText(row.value) },
      ...(topics.size > 1 ? [{ text: row.topic }] : []),
      meant(toldTexts[row.told], row.told === 'info' ? 'unknown' : undefined),
      { text: placesText(row) },
      { text: String(row.visible) },
      ...(handedOver ? [{ text: String(row.delivered) }] : []),
      ...sinks.map((sink) => processedCell(row, sink)),
      meant(row.delivery, deliveryMeanings[row.delivery]),
    ]),
    ...cutNote(rows.length, kept.length, 'messages'),
  }
}

function meant(text: string, meaning: Cell['meaning']): Cell {
  return meaning === undefined ? { text } : { text, meaning }
}

function isOdd(row: LedgerRow): boolean {
  return row.delivery !== 'once' || Object.values(row.processed).some((number) => number !== 1)
}

/** `100 messages: 78 once, 13 duplicated, 9 lost; charge: 13 more than once` */
function ledgerFinding(rows: readonly LedgerRow[], sinks: readonly string[]): string {
  const number = (delivery: LedgerRow['delivery']) =>
    rows.filter((row) => row.delivery === delivery).length
  const cells = [...new Set(rows.map(({ delivery }) => delivery))]
  const counted = cells.map((delivery) => `${count(number(delivery))} ${delivery}`)
  const processed = sinks.flatMap((sink) => {
    const more = rows.filter((row) => (row.processed[sink] ?? 1) > 1).length
    const never = rows.filter((row) => row.visible > 0 && row.processed[sink] === 0).length
    const words = [
      ...(more > 0 ? [`${count(more)} more than once`] : []),
      ...(never > 0 ? [`${count(never)} never`] : []),
    ]
    return words.length === 0 ? [] : [`; ${sink}: ${words.join(', ')}`]
  })
  return `${plural(rows.length, 'message')}: ${counted.join(', ')}${processed.join('')}`
}

function placesText({ topic, offsets }: LedgerRow): string {
  if (offsets.length === 0) return 'nowhere'
  const texts = offsets.map(({ partition, offset, state }) => {
    const hidden = state === 'aborted' || state === 'open' ? ` (${state})` : ''
    return `${topic}-${partition}@${offset}${hidden}`
  })
  return texts.join(', ')
}

function processedCell({ processed, visible }: LedgerRow, sink: string): Cell {
  const times = processed[sink]
  if (times === undefined) return { text: '–' }
  if (times > 1) return { text: String(times), meaning: 'repeated' }
  return times === 0 && visible > 0 ? { text: '0', meaning: 'lost' } : { text: String(times) }
}

/** One row per stage: its guarantee, its counts, its sentences. */
export function verdictTable({ delivery, processing }: Verdict): TableChart {
  const stages = [
    ...Object.values(delivery).map((stage) => ({ ...stage, stage: 'delivery to' })),
    ...Object.values(processing).map((stage) => ({ ...stage, stage: 'processing' })),
  ]
  const parts = stages.map(({ stage, name, guarantee }) => `${stage} ${name}: ${guarantee}`)
  return {
    kind: 'table',
    finding: parts.length === 0 ? 'No message was sent: nothing to judge' : parts.join('; '),
    columns: [left('stage'), left('guarantee seen'), left('messages'), left('because')],
    rows: stages.map(({ stage, name, guarantee, counts, sentences }) => [
      { text: `${stage} ${name}` },
      { text: guarantee, meaning: guaranteeMeanings[guarantee] },
      {
        text: Object.entries(counts)
          .map(([cell, number]) => `${number} ${cell}`)
          .join(', '),
      },
      { text: sentences.join('; ') },
    ]),
  }
}

/** One row per order, and the sum; what was paid too much or too little stands out. */
export function billTable({ rows, total }: Bill): TableChart {
  const wrong = rows.filter(({ difference }) => difference !== 0)
  const kept = cut(rows, ({ difference }) => difference !== 0)
  return {
    kind: 'table',
    finding:
      `Owed ${count(total.owed)} €, charged ${count(total.charged)} €: ` +
      (wrong.length === 0
        ? rows.some(({ owed }) => owed === 0)
          ? 'every order is charged as it is owed'
          : 'every order is charged once'
        : `${plural(wrong.length, 'order')} of ${count(rows.length)} charged wrongly`),
    columns: [left('order'), right('owed (€)'), right('charged (€)'), right('difference (€)')],
    rows: [...kept, { order: 'all', ...total }].map(({ order, owed, charged, difference }) => [
      { text: valueText(order) },
      { text: count(owed) },
      { text: count(charged) },
      meant(
        difference > 0 ? `+${count(difference)}` : count(difference),
        difference === 0 ? undefined : difference > 0 ? 'repeated' : 'lost',
      ),
    ]),
    ...cutNote(rows.length, kept.length, 'orders'),
  }
}

export const guaranteeMeanings = {
  'exactly once': 'arrived',
  'at least once': 'repeated',
  'at most once': 'lost',
  none: 'lost',
} as const

/** One row per anomaly, in the order found. */
export function anomalyTable(anomalies: readonly Anomaly[]): TableChart {
  const kept = anomalies.slice(0, mostTableRows)
  const names = [...new Set(anomalies.map(({ name }) => name))]
  return {
    kind: 'table',
    finding: `${plural(anomalies.length, 'anomaly', 'anomalies')}: ${list(names, 6)}`,
    columns: [left('anomaly'), left('what happened')],
    rows: kept.map(({ name, message }) => [{ text: name }, { text: message }]),
    ...cutNote(anomalies.length, kept.length, 'anomalies'),
  }
}

/** At most `mostTableRows` rows in their order; those that `isOdd` go first when some must go. */
export function cut<Row>(rows: readonly Row[], isOdd: (row: Row) => boolean): readonly Row[] {
  if (rows.length <= mostTableRows) return rows
  const ordered = [...rows.filter(isOdd), ...rows.filter((row) => !isOdd(row))]
  const kept = new Set(ordered.slice(0, mostTableRows))
  return rows.filter((row) => kept.has(row))
}

export function cutNote(all: number, kept: number, what: string): { note?: string } {
  return kept === all ? {} : { note: `cut: ${kept} of ${plural(all, what, what)}` }
}
