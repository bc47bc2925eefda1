/**
 * What each group had committed at each step. A commit counts from where its request reached the
 * coordinator, if the coordinator answered it well, be the answer lost on its way or not; offsets
 * of a transaction count from the answer to its EndTxn. What an OffsetFetch was told counts too,
 * and at the last step what was read at the end.
 */
import type { TopicPartitionOffset } from '../history/events'
import { frames, responses, type Frame } from '../history/frames'
import type { GroupOffset, Run } from '../history/run'
import { samePlace } from './player-appends'
import type { Steps } from './player-steps'

/** A group's offset as it became with the event of this index. */
export interface OffsetChange extends GroupOffset {
  index: number
}

/** The groups' offsets at every step, 0 to last, in the order in which groups first committed. */
export function offsetsByStep(run: Run, steps: Steps): GroupOffset[][] {
  const changes = offsetChanges(run).map((change) => ({ ...change, step: steps.at(change.index) }))
  const found: GroupOffset[][] = []
  for (let step = 0; step <= steps.last; step += 1) {
    const known = new Map<string, GroupOffset>()
    const told = changes.filter((change) => change.step <= step)
    const final = step === steps.last ? run.groups : []
    for (const { group, topic, partition, offset } of [...told, ...final]) {
      known.set(JSON.stringify([group, topic, partition]), { group, topic, partition, offset })
    }
    found.push([...known.values()])
  }
  return found
}

/** Every change of a group's offset that the record shows, in the order in which they happened. */
export function offsetChanges(run: Run): OffsetChange[] {
  const answers = responses(run.history)
  const changes: OffsetChange[] = []
  const pending = new Map<number, GroupOffset[]>()
  for (const frame of frames(run.history)) {
    const { api, direction, fields } = frame
    if (api === 'OffsetFetch' && direction === 'response') {
      changes.push(...toldOffsets(run, frame))
    }
    const answer = direction === 'request' ? answers.get(frame.frame) : undefined
    if (answer === undefined || answer.fields.error !== undefined) continue
    const producerId = fields.producerId ?? -1
    if (api === 'OffsetCommit') {
      const index = frame.met?.index ?? answer.index
      changes.push(...accepted(frame, answer).map((offset) => ({ ...offset, index })))
    } else if (api === 'TxnOffsetCommit') {
      const before = pending.get(producerId) ?? []
      pending.set(producerId, [...before, ...accepted(frame, answer)])
    } else if (api === 'EndTxn') {
      const { index } = answer
      const decided = fields.verdict === 'commit' ? (pending.get(producerId) ?? []) : []
      changes.push(...decided.map((offset) => ({ ...offset, index })))
      pending.delete(producerId)
    }
  }
  return changes.sort((one, other) => one.index - other.index)
}

/** The offsets of a commit that the coordinator took. */
function accepted({ fields }: Frame, answer: Frame): GroupOffset[] {
  const { group } = fields
  if (group === undefined) return []
  return (fields.partitions ?? []).flatMap((part) => {
    const told = answer.fields.partitions?.find(samePlace(part))
    return told?.error === undefined ? offsetOf(group, part) : []
  })
}

function toldOffsets(run: Run, response: Frame): OffsetChange[] {
  const request = frames(run.history).find(({ frame }) => frame === response.request)
  const group = request?.fields.group
  if (group === undefined) return []
  const { index } = response
  const told = (response.fields.partitions ?? []).flatMap((part) => offsetOf(group, part))
  return told.map((offset) => ({ ...offset, index }))
}

/** Nothing for the -1 by which a coordinator says that no offset was committed. */
function offsetOf(
  group: string,
  {
    topic,
    partition,
    offset,
  }: Partial<TopicPartitionOffset> & { topic: string; partition: number },
): GroupOffset[] {
  return offset === undefined || offset < 0 ? [] : [{ group, topic, partition, offset }]
}
