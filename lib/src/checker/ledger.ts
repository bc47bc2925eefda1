/**
 * The ledger: one row per message, from what its app was told to how often each sink processed it.
 * Rows come from everything that ever named a message: records written before the start, sends,
 * values that should have arrived, and the logs themselves. The final leader logs decide what is
 * there; what a broker's disk still held is for the anomalies to tell.
 */
import { messageKey } from '../history/messages'
import { operationsNamed } from '../history/operations'
import { remember } from '../history/remember'
import type { Run } from '../history/run'
import { logRecords, recordsOfMessage, type TransactionState } from './log-records'
import { sinks } from './sinks'
import { better, toldSends, type SendTold } from './told'

/**
 * `seeded`: written before the apps started. `never sent`: intended, but no app sent it. A message
 * that stands in a log or a frame though no send of it was recorded is `info`: nobody knows what
 * its app was told.
 */
export type Told = SendTold | 'seeded' | 'never sent'

/** The cell of the delivery table that a message falls in. */
export type DeliveryCell =
  | 'once'
  | 'duplicated'
  | 'lost'
  | 'missing'
  | 'refused'
  | 'false failure'
  | 'false failure, duplicated'

export interface LedgerOffset {
  partition: number
  offset: number
  /** Whether a read_committed reader gets it: decided, kept, below the last stable offset. */
  visible: boolean
  /** What its transaction became; `plain` without one. */
  state: TransactionState
}

export interface LedgerRow {
  topic: string
  value: string | null
  key: string | null
  told: Told
  /** Everywhere it stands in the final leader logs, aborted records too. */
  offsets: LedgerOffset[]
  /** How many of the offsets count as the message being there; see `copiesOf`. */
  copies: number
  /** How many of the offsets a read_committed reader gets. */
  visible: number
  /** How many handlers were entered with it. */
  delivered: number
  /** How often each sink processed it; only the sinks downstream of its topic. */
  processed: Record<string, number>
  delivery: DeliveryCell
}

/** The delivery table: what was told × copies in the log (0, 1, 2 or more). */
const deliveryTable: Record<Told, readonly [DeliveryCell, DeliveryCell, DeliveryCell]> = {
  ok: ['lost', 'once', 'duplicated'],
  seeded: ['lost', 'once', 'duplicated'],
  sent: ['lost', 'once', 'duplicated'],
  info: ['missing', 'once', 'duplicated'],
  'never sent': ['missing', 'once', 'duplicated'],
  fail: ['refused', 'false failure', 'false failure, duplicated'],
}

interface Known {
  topic: string
  value: string | null
  key: string | null
  told: Told
}

/** Messages in the order in which they were first named. */
class Messages {
  readonly byKey = new Map<string, Known>()

  /** Adds a message, or tells a known one again. Seeds stay seeds: they were acknowledged. */
  add(topic: string, value: string | null, key: string | null, told: Told): void {
    const name = messageKey(topic, value)
    const known = this.byKey.get(name)
    if (known === undefined) this.byKey.set(name, { topic, value, key, told })
    else if (
      known.told !== 'seeded' &&
      known.told !== 'never sent' &&
      told !== 'seeded' &&
      told !== 'never sent'
    )
      known.told = better(known.told, told)
  }

  has(topic: string, value: string | null): boolean {
    return this.byKey.has(messageKey(topic, value))
  }
}

function collect(run: Run): Messages {
  const messages = new Messages()
  for (const [topic, { records }] of Object.entries(run.plan.topics)) {
    for (const record of records ?? []) {
      if (typeof record === 'string') messages.add(topic, record, null, 'seeded')
      else messages.add(topic, record.value, record.key ?? null, 'seeded')
    }
  }
  for (const { send, told } of toldSends(run)) {
    send.value.messages.forEach(({ topic, value, key }, i) => {
      messages.add(topic, value, key ?? null, told[i]!)
    })
  }
  for (const { topic, record } of logRecords(run)) {
    if (!messages.has(topic, record.value)) messages.add(topic, record.value, record.key, 'info')
  }
  for (const [topic, values] of Object.entries(run.plan.intended ?? {})) {
    for (const value of values) {
      if (!messages.has(topic, value)) messages.add(topic, value, null, 'never sent')
    }
  }
  return messages
}

/**
 * The copies that count: records outside transactions and in committed ones, also above the last
 * stable offset, where they stand and only wait to be seen. Aborted records never count. Open ones
 * do not either, since nobody was promised them; but where the app was told that the transaction
 * committed and the message stands nowhere else, the marker is still on its way (EndTxn is answered
 * before the markers are written), and calling the message lost would be wrong.
 */
function copiesOf(told: Told, offsets: readonly LedgerOffset[]): number {
  const decided = offsets.filter(({ state }) => state === 'plain' || state === 'committed').length
  const promised = told === 'ok' || told === 'sent'
  if (decided > 0 || !promised) return decided
  return offsets.some(({ state }) => state === 'open') ? 1 : 0
}

function deliveries(run: Run): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { value } of operationsNamed(run.history, 'handle')) {
    for (const message of value.messages) {
      const key = messageKey(message.topic, message.value)
      counts.set(key, (counts.get(key) ?? 0) + 1)
    }
  }
  return counts
}

/** Planned topics first, in the plan's order; then others as they were first named. */
function byTopic(run: Run, rows: LedgerRow[]): LedgerRow[] {
  const groups = new Map<string, LedgerRow[]>(
    Object.keys(run.plan.topics).map((topic) => [topic, []]),
  )
  for (const row of rows) {
    const group = groups.get(row.topic)
    if (group === undefined) groups.set(row.topic, [row])
    else group.push(row)
  }
  return [...groups.values()].flat()
}

/** The ledger of a run: by topic, then in the order in which the messages were first named. */
export const ledger: (run: Run) => readonly LedgerRow[] = remember((run) => {
  const delivered = deliveries(run)
  const downstream = sinks(run)
  const rows: LedgerRow[] = []
  for (const { topic, value, key, told } of collect(run).byKey.values()) {
    const offsets = recordsOfMessage(run, topic, value).map(
      ({ partition, offset, visible, state }) => ({ partition, offset, visible, state }),
    )
    const copies = copiesOf(told, offsets)
    const processed: Record<string, number> = {}
    for (const sink of downstream) {
      if (sink.upstream.includes(topic)) processed[sink.name] = sink.count(topic, value)
    }
    rows.push({
      topic,
      value,
      key,
      told,
      offsets,
      copies,
      visible: offsets.filter((place) => place.visible).length,
      delivered: delivered.get(messageKey(topic, value)) ?? 0,
      processed,
      delivery: deliveryTable[told][Math.min(copies, 2) as 0 | 1 | 2],
    })
  }
  return byTopic(run, rows)
})
