/**
 * skipped: a group committed an offset beyond a message that its sink never processed. Jepsen has
 * no name for it; this is how commit-before-processing loses.
 *
 * Sound because a committed offset is where the next start begins: whatever lies below it and was
 * not processed by the end of the run never will be. A message that is merely unprocessed, with
 * the committed offset still in front of it, waits and is no anomaly.
 */
import { nameOf, placeOf } from '../../history/messages'
import type { Run } from '../../history/run'
import type { Anomaly } from '../anomaly'
import { committedBy } from '../positions'
import { processing } from '../processing'
import { groupsOf } from '../sinks'

export function skipped(run: Run): Anomaly[] {
  const found: Anomaly[] = []
  for (const { sink, rows } of processing(run)) {
    const groups = groupsOf(run, sink)
    for (const {
      row: { topic, value, offsets },
      count,
    } of rows) {
      if (count > 0) continue
      const visible = offsets
        .filter((place) => place.visible)
        .map(({ partition, offset }) => ({ topic, partition, offset }))
      const group = groups.find((one) =>
        visible.every((place) => committedBy(run, one, place) > place.offset),
      )
      if (group === undefined) continue
      const place = visible[0]!
      found.push({
        name: 'skipped',
        topic,
        values: [value],
        offsets: visible,
        sink: sink.name,
        group,
        message:
          `${nameOf(value)} at ${placeOf(place)} was never processed by ${sink.name},` +
          ` though ${group} committed ${committedBy(run, group, place)}`,
      })
    }
  }
  return found
}
