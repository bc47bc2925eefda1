/**
 * Where an app was told that its messages stand. A send's answer names one base offset per
 * partition. Where the recorder did not say which message went to which partition, the place is
 * known only if all messages of the topic went to a single one: they stand there in their order.
 */
import type { TopicPartitionOffset } from '../history/events'
import type { Send } from './told'

/** The place of a send's message, by its position in the send; undefined where nobody was told. */
export function acknowledgedPlace(send: Send, position: number): TopicPartitionOffset | undefined {
  if (send.outcome !== 'ok' || send.result === undefined) return undefined
  const named = send.result.messages[position]
  if (named?.partition !== undefined && named.offset !== undefined) {
    return { topic: named.topic, partition: named.partition, offset: named.offset }
  }
  const topic = send.value.messages[position]?.topic
  const results = send.result.results?.filter((result) => result.topic === topic) ?? []
  const [only] = results
  if (only === undefined || results.length > 1 || only.offset < 0) return undefined
  const before = send.value.messages.slice(0, position).filter((one) => one.topic === topic).length
  return { ...only, offset: only.offset + before }
}
