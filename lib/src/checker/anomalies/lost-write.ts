/**
 * lost-write: an app was told that a message is there, and it is nowhere.
 *
 * Sound because the logs are read when the cluster is healed and every partition has its full ISR:
 * what no leader has then, no consumer will ever get. (Jepsen must infer the same from the highest
 * offset polled.) An aborted record does not count as there. A message whose commit was
 * acknowledged but whose marker is still missing counts as there. With acks 0 nobody promised
 * anything; the message is lost all the same, and the sentence says what its app was told.
 */
import type { TopicPartitionOffset } from '../../history/events'
import { messageKey, nameOf, placeOf } from '../../history/messages'
import { remember } from '../../history/remember'
import type { Run } from '../../history/run'
import { acknowledgedPlace } from '../acknowledged'
import type { Anomaly } from '../anomaly'
import { ledger, type LedgerRow } from '../ledger'
import { toldSends } from '../told'

const acknowledged = remember((run: Run) => {
  const found = new Map<string, TopicPartitionOffset>()
  for (const { send } of toldSends(run)) {
    send.value.messages.forEach(({ topic, value }, position) => {
      const place = acknowledgedPlace(send, position)
      if (place !== undefined) found.set(messageKey(topic, value), place)
    })
  }
  return found
})

/** The lost messages that a broker's disk still held before the cluster was healed. */
function onDisks(run: Run, lost: ReadonlySet<string>): Map<string, string> {
  const found = new Map<string, string>()
  for (const { topic, partition, broker, batches } of run.replicaLogs) {
    for (const { offset, value } of batches.flatMap(({ records }) => records)) {
      const key = messageKey(topic, value)
      if (!lost.has(key) || found.has(key)) continue
      found.set(key, `broker ${broker} had it on disk at ${placeOf({ topic, partition, offset })}`)
    }
  }
  return found
}

function told(row: LedgerRow, place: TopicPartitionOffset | undefined): string {
  if (row.told === 'seeded') return 'written before the start'
  if (row.told === 'sent') return 'sent with acks 0'
  return place === undefined ? 'acknowledged' : `acknowledged at ${placeOf(place)}`
}

export function lostWrites(run: Run): Anomaly[] {
  const rows = ledger(run).filter(({ delivery }) => delivery === 'lost')
  if (rows.length === 0) return []
  const disks = onDisks(run, new Set(rows.map(({ topic, value }) => messageKey(topic, value))))
  return rows.map((row) => {
    const key = messageKey(row.topic, row.value)
    const place = acknowledged(run).get(key)
    const disk = disks.get(key)
    return {
      name: 'lost-write',
      topic: row.topic,
      values: [row.value],
      offsets: place === undefined ? [] : [place],
      message:
        `${nameOf(row.value)} was ${told(row, place)}, but no log of ${row.topic} holds it` +
        (disk === undefined ? '' : `; ${disk}`),
    }
  })
}
