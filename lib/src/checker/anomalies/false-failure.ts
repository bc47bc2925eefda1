/**
 * false-failure: an app was told that a message is certainly not there, and it is. For its readers
 * this is Jepsen's G1a: they read a write that failed.
 *
 * Sound because `fail` is given only when every request that carried the message was refused with
 * an error after which nothing can have been appended, or when its transaction was told to be
 * aborted; a timeout or a lost connection is `info` and never comes here.
 */
import { nameOf } from '../../history/messages'
import type { Run } from '../../history/run'
import { places, standingPlaces, type Anomaly } from '../anomaly'
import { ledger } from '../ledger'

export function falseFailures(run: Run): Anomaly[] {
  return ledger(run)
    .filter(({ told, copies }) => told === 'fail' && copies > 0)
    .map((row) => {
      const offsets = standingPlaces(row)
      return {
        name: 'false-failure',
        topic: row.topic,
        values: [row.value],
        offsets,
        message:
          `${nameOf(row.value)} was refused for certain, ` + `yet it stands at ${places(offsets)}`,
      }
    })
}
