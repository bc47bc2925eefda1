/**
 * duplicate: one message at two or more offsets.
 *
 * Sound because a value names one message of its topic in a run (the lab refuses others), so a
 * second record with it is a second copy. Copies in aborted or open transactions do not count: no
 * reader that asks for committed records gets them.
 */
import { nameOf } from '../../history/messages'
import type { Run } from '../../history/run'
import { places, standingPlaces, type Anomaly } from '../anomaly'
import { ledger } from '../ledger'

export function duplicates(run: Run): Anomaly[] {
  return ledger(run)
    .filter(({ copies }) => copies > 1)
    .map((row) => {
      const offsets = standingPlaces(row)
      return {
        name: 'duplicate',
        topic: row.topic,
        values: [row.value],
        offsets,
        message: `${nameOf(row.value)} stands ${offsets.length} times: ${places(offsets)}`,
      }
    })
}
