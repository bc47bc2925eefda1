/**
 * How far a group got in each partition. What it committed counts. So does what an app that ended
 * well had asked for in its last attempt: a Fetch from an offset says that everything below was
 * passed. An app that crashed or failed counts only by what it committed, since its next start
 * would begin there again.
 */
import { frames, type Frame } from '../history/frames'
import { messageKey } from '../history/messages'
import { operationsNamed } from '../history/operations'
import { remember } from '../history/remember'
import type { Run } from '../history/run'

interface Place {
  topic: string
  partition: number
}

function placeKey(group: string, { topic, partition }: Place): string {
  return `${group}/${topic}-${partition}`
}

/** The group of each consuming client, as its handlers, batches and group requests name it. */
const groupOfClient = remember((run: Run) => {
  const found = new Map<string, string>()
  for (const name of ['poll', 'handle'] as const) {
    for (const { app, client, value } of operationsNamed(run.history, name)) {
      found.set(`${app}/${client}`, value.group)
    }
  }
  for (const { app, client, fields } of frames(run.history)) {
    if (fields.group !== undefined) found.set(`${app}/${client}`, fields.group)
  }
  return found
})

function endedWell(run: Run, { app, attempt }: { app: string; attempt: number }): boolean {
  const outcome = run.apps[app]
  return outcome?.ended === 'done' && outcome.attempts === attempt
}

const committedOffsets = remember(
  (run: Run) => new Map(run.groups.map((entry) => [placeKey(entry.group, entry), entry.offset])),
)

const positions = remember((run: Run) => {
  const found = new Map(committedOffsets(run))
  const isFetch = (frame: Frame): boolean => frame.api === 'Fetch' && frame.direction === 'request'
  for (const frame of frames(run.history)) {
    if (!isFetch(frame) || !endedWell(run, frame)) continue
    const group = groupOfClient(run).get(`${frame.app}/${frame.client}`)
    if (group === undefined) continue
    for (const entry of frame.fields.partitions ?? []) {
      if (entry.offset === undefined) continue
      const key = placeKey(group, entry)
      found.set(key, Math.max(entry.offset, found.get(key) ?? 0))
    }
  }
  return found
})

const handledLast = remember((run: Run) => {
  const found = new Set<string>()
  for (const operation of operationsNamed(run.history, 'handle')) {
    if (!endedWell(run, operation)) continue
    const { group, messages } = operation.value
    for (const { topic, value } of messages) found.add(`${group}/${messageKey(topic, value)}`)
  }
  return found
})

/** The offset that a group committed; 0 where it committed none. */
export function committedBy(run: Run, group: string, place: Place): number {
  return committedOffsets(run).get(placeKey(group, place)) ?? 0
}

/** The next offset that a group would read; everything below was passed. */
export function positionOf(run: Run, group: string, place: Place): number {
  return positions(run).get(placeKey(group, place)) ?? 0
}

/** Whether an app of a group that ended well had a message in its last attempt. */
export function hadInLastAttempt(
  run: Run,
  group: string,
  topic: string,
  value: string | null,
): boolean {
  return handledLast(run).has(`${group}/${messageKey(topic, value)}`)
}
