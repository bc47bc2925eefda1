/**
 * aborted-read (G1a): a handler that asked for committed records was given an aborted one.
 *
 * Sound because the log's own markers say which records are aborted, and a record never changes
 * its place: what was handed over at that offset is the aborted record. Handlers of consumers that
 * fetched with read_uncommitted are left out, since they asked for it. What the handler did with
 * the message does not matter.
 */
import { frames } from '../../history/frames'
import { nameOf, placeOf } from '../../history/messages'
import { operationsNamed } from '../../history/operations'
import type { Run } from '../../history/run'
import type { Anomaly } from '../anomaly'
import { recordAt } from '../log-records'

/** Clients that fetched with read_uncommitted, as `app/attempt/client`. */
function uncommittedReaders(run: Run): Set<string> {
  const found = new Set<string>()
  for (const { app, attempt, client, fields } of frames(run.history)) {
    if (fields.isolationLevel === 'read_uncommitted') found.add(`${app}/${attempt}/${client}`)
  }
  return found
}

export function abortedReads(run: Run): Anomaly[] {
  const found = new Map<string, Anomaly>()
  const uncommitted = uncommittedReaders(run)
  for (const { app, attempt, client, value } of operationsNamed(run.history, 'handle')) {
    if (uncommitted.has(`${app}/${attempt}/${client}`)) continue
    const { group } = value
    for (const { topic, partition, offset } of value.messages) {
      if (partition === undefined || offset === undefined) continue
      const place = { topic, partition, offset }
      const logged = recordAt(run, place)
      if (logged?.state !== 'aborted') continue
      found.set(`${group}/${placeOf(place)}`, {
        name: 'aborted-read',
        topic,
        values: [logged.record.value],
        offsets: [place],
        group,
        message:
          `a handler of ${group} got ${nameOf(logged.record.value)} at ${placeOf(place)},` +
          ' the record of an aborted transaction',
      })
    }
  }
  return [...found.values()]
}
