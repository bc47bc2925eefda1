/**
 * unknown-outcome: nobody told the app whether its message is there.
 *
 * Sound by construction: each send of it ended in a timeout, a disconnect, an error that may come
 * after the append, a crash, or in a transaction whose end is unknown. The log knows better than
 * the app, and the sentence says what it holds.
 */
import { nameOf } from '../../history/messages'
import type { Run } from '../../history/run'
import { places, standingPlaces, type Anomaly } from '../anomaly'
import { ledger } from '../ledger'

export function unknownOutcomes(run: Run): Anomaly[] {
  return ledger(run)
    .filter(({ told }) => told === 'info')
    .map((row) => {
      const offsets = standingPlaces(row)
      const truth =
        offsets.length === 0
          ? `no log of ${row.topic} holds it for its readers`
          : `it stands at ${places(offsets)}`
      return {
        name: 'unknown-outcome',
        topic: row.topic,
        values: [row.value],
        offsets,
        message: `nobody knows what became of ${nameOf(row.value)}; in fact ${truth}`,
      }
    })
}
