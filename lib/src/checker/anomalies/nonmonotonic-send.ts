/**
 * nonmonotonic-send: two messages of one client stand in a partition in another order than the one
 * in which they were sent.
 *
 * Sound for the order of *calls*: sends are compared by their invocation, messages of one send by
 * their place in it, and each partition by the first offset at which a message stands. A message
 * that was sent twice by its app has no single place in that order and is left out; a client's
 * own retry is not a second send. Sends that overlapped are reported too and said to: Kafka orders
 * what it receives, and a client that does not wait may reorder before that.
 */
import type { TopicPartitionOffset } from '../../history/events'
import { messageKey, nameOf, placeOf } from '../../history/messages'
import type { Run } from '../../history/run'
import type { Anomaly } from '../anomaly'
import { recordsOfMessage } from '../log-records'
import { toldSends, type Send } from '../told'

interface Sent {
  send: Send
  value: string | null
  place: TopicPartitionOffset
}

/** Where a message first stands, per partition. */
function firstPlaces(run: Run, topic: string, value: string | null): TopicPartitionOffset[] {
  const first = new Map<number, TopicPartitionOffset>()
  for (const { partition, offset, state } of recordsOfMessage(run, topic, value)) {
    if (state === 'aborted' || state === 'open' || first.has(partition)) continue
    first.set(partition, { topic, partition, offset })
  }
  return [...first.values()]
}

function sentOnce(run: Run): Set<string> {
  const times = new Map<string, number>()
  for (const { send } of toldSends(run)) {
    for (const { topic, value } of send.value.messages) {
      const key = messageKey(topic, value)
      times.set(key, (times.get(key) ?? 0) + 1)
    }
  }
  return new Set([...times].filter(([, count]) => count === 1).map(([key]) => key))
}

function describe(earlier: Sent, later: Sent): Anomaly {
  const waited = earlier.send.end !== undefined && earlier.send.end.index < later.send.start.index
  const how =
    earlier.send === later.send
      ? 'in the same send'
      : waited
        ? 'and its send had returned'
        : 'but its send had not returned'
  return {
    name: 'nonmonotonic-send',
    topic: earlier.place.topic,
    values: [earlier.value, later.value],
    offsets: [earlier.place, later.place],
    message:
      `${nameOf(earlier.value)} was sent before ${nameOf(later.value)}, ${how},` +
      ` yet stands behind it: ${placeOf(earlier.place)} after ${placeOf(later.place)}`,
  }
}

export function nonmonotonicSends(run: Run): Anomaly[] {
  const found: Anomaly[] = []
  const once = sentOnce(run)
  const highest = new Map<string, Sent>()
  for (const { send } of toldSends(run)) {
    for (const { topic, value } of send.value.messages) {
      if (!once.has(messageKey(topic, value))) continue
      for (const place of firstPlaces(run, topic, value)) {
        const key = `${send.app}/${send.attempt}/${send.client}/${topic}-${place.partition}`
        const before = highest.get(key)
        const sent = { send, value, place }
        if (before !== undefined && before.place.offset > place.offset) {
          found.push(describe(before, sent))
        } else highest.set(key, sent)
      }
    }
  }
  return found
}
