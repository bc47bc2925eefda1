/**
 * reprocessed: a sink processed one message twice or more.
 *
 * Sound because effects and visible records are counted where they took place, and each names the
 * message it was made from. It does not matter whether the message was delivered twice, stood
 * twice in its topic, or was processed by two apps: the outside world has it twice.
 */
import { nameOf } from '../../history/messages'
import type { Run } from '../../history/run'
import { places, standingPlaces, type Anomaly } from '../anomaly'
import { processing } from '../processing'

export function reprocessed(run: Run): Anomaly[] {
  return processing(run).flatMap(({ sink, rows }) =>
    rows
      .filter(({ cell }) => cell === 'reprocessed')
      .map(({ row, count }) => {
        const offsets = standingPlaces(row)
        return {
          name: 'reprocessed',
          topic: row.topic,
          values: [row.value],
          offsets,
          sink: sink.name,
          message:
            `${nameOf(row.value)} (${places(offsets)}) was processed ${count} times` +
            ` by ${sink.name}; ${row.delivered} handlers were entered with it`,
        }
      }),
  )
}
