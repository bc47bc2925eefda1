/**
 * missing: a message that should have arrived did not, and nobody had promised that it would.
 *
 * Sound as an anomaly of the whole path only: the producer reported an unknown outcome, or never
 * got to send, so no broker broke a promise. What it breaks is at-least-once, which asks somebody
 * to try again until there is an ack.
 */
import { nameOf, placeOf } from '../../history/messages'
import type { Run } from '../../history/run'
import type { Anomaly } from '../anomaly'
import { ledger } from '../ledger'

export function missing(run: Run): Anomaly[] {
  return ledger(run)
    .filter(({ delivery }) => delivery === 'missing')
    .map((row) => {
      const { topic, value, told } = row
      const offsets = row.offsets.map(({ partition, offset }) => ({ topic, partition, offset }))
      const why =
        told === 'never sent' ? 'was intended but never sent' : 'was sent, outcome unknown'
      const where = row.offsets.map((place) =>
        place.state === 'aborted'
          ? `its record at ${placeOf({ topic, ...place })} was aborted`
          : `its record at ${placeOf({ topic, ...place })} is in a transaction nobody ended`,
      )
      return {
        name: 'missing',
        topic,
        values: [value],
        offsets,
        message:
          `${nameOf(value)} ${why}, and ` +
          (where.length === 0 ? `no log of ${topic} holds it` : where.join(', ')),
      }
    })
}
