/**
 * unseen: a group has passed a message without any of its handlers ever getting it.
 *
 * Sound because the message is visible in the final log at an offset below the group's position
 * (committed, or fetched from by an app that ended well), and no handler entry of the group names
 * it. It is not lost: another group, or a seek, finds it. A message in front of the offset where a
 * group began is unseen as well; beginning at `latest` is how that happens.
 */
import { messageKey, nameOf, placeOf } from '../../history/messages'
import { operationsNamed } from '../../history/operations'
import type { Run } from '../../history/run'
import type { Anomaly } from '../anomaly'
import { ledger } from '../ledger'
import { positionOf } from '../positions'

function deliveredByGroup(run: Run): Map<string, Set<string>> {
  const groups = new Map<string, Set<string>>(run.groups.map(({ group }) => [group, new Set()]))
  for (const {
    value: { group },
  } of operationsNamed(run.history, 'poll')) {
    if (!groups.has(group)) groups.set(group, new Set())
  }
  for (const {
    value: { group, messages },
  } of operationsNamed(run.history, 'handle')) {
    const seen = groups.get(group) ?? new Set()
    groups.set(group, seen)
    for (const { topic, value } of messages) seen.add(messageKey(topic, value))
  }
  return groups
}

export function unseen(run: Run): Anomaly[] {
  const found: Anomaly[] = []
  for (const [group, seen] of deliveredByGroup(run)) {
    for (const { topic, value, offsets } of ledger(run)) {
      if (seen.has(messageKey(topic, value))) continue
      const visible = offsets
        .filter((place) => place.visible)
        .map(({ partition, offset }) => ({ topic, partition, offset }))
      const beyond =
        visible.length > 0 && visible.every((place) => positionOf(run, group, place) > place.offset)
      if (!beyond) continue
      const place = visible[0]!
      found.push({
        name: 'unseen',
        topic,
        values: [value],
        offsets: visible,
        group,
        message:
          `${nameOf(value)} at ${placeOf(place)} was never handed to a handler of` +
          ` ${group}, which stands at ${positionOf(run, group, place)}`,
      })
    }
  }
  return found
}
