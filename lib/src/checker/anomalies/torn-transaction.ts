/**
 * torn-transaction: of one transaction a part is visible and a part is not.
 *
 * Sound for messages that were sent in this transaction only and whose send was acknowledged (or
 * that are visible, whatever their send was told): a transaction is all or nothing, so one visible
 * message means that it committed, and then every acknowledged one must be there. Messages sent
 * again in a later transaction are left out: their copies do not say which of the two they are
 * from. Jepsen has no name for it; Kafka promises its absence.
 */
import { messageKey, nameOf } from '../../history/messages'
import { remember } from '../../history/remember'
import type { Run } from '../../history/run'
import { places, standingPlaces, type Anomaly } from '../anomaly'
import { ledger, type LedgerRow } from '../ledger'
import { toldSends } from '../told'

interface Parts {
  there: LedgerRow[]
  absent: LedgerRow[]
}

const rowsByMessage = remember(
  (run: Run) => new Map(ledger(run).map((row) => [messageKey(row.topic, row.value), row])),
)

function partsOf(run: Run): Parts[] {
  const times = new Map<string, number>()
  const sends = toldSends(run)
  for (const { topic, value } of sends.flatMap(({ send }) => send.value.messages)) {
    const key = messageKey(topic, value)
    times.set(key, (times.get(key) ?? 0) + 1)
  }
  const byCall = new Map<number, Parts>()
  for (const { send, appended } of sends) {
    const { transaction, messages } = send.value
    if (transaction === undefined) continue
    const parts = byCall.get(transaction) ?? { there: [], absent: [] }
    byCall.set(transaction, parts)
    messages.forEach(({ topic, value }, i) => {
      const key = messageKey(topic, value)
      const row = rowsByMessage(run).get(key)
      if (row === undefined || times.get(key) !== 1) return
      if (standingPlaces(row).length > 0) parts.there.push(row)
      else if (appended[i] === 'ok' && !onlyOpen(row)) parts.absent.push(row)
    })
  }
  return [...byCall.values()]
}

/** A record whose marker has not been written yet is not torn off: it waits. */
function onlyOpen(row: LedgerRow): boolean {
  return row.offsets.length > 0 && row.offsets.every(({ state }) => state === 'open')
}

export function tornTransactions(run: Run): Anomaly[] {
  return partsOf(run)
    .filter(({ there, absent }) => there.length > 0 && absent.length > 0)
    .map(({ there, absent }) => {
      const offsets = there.flatMap(standingPlaces)
      const hidden = absent.flatMap(({ topic, offsets: all }) =>
        all.map(({ partition, offset }) => ({ topic, partition, offset })),
      )
      const names = (rows: LedgerRow[]): string => rows.map(({ value }) => nameOf(value)).join(', ')
      const where = hidden.length === 0 ? 'in no log' : `aborted at ${places(hidden)}`
      return {
        name: 'torn-transaction',
        topic: there[0]!.topic,
        values: [...there, ...absent].map(({ value }) => value),
        offsets: [...offsets, ...hidden],
        message:
          `one transaction is visible in part: ${names(there)} at ${places(offsets)},` +
          ` but ${names(absent)} ${where}`,
      }
    })
}
