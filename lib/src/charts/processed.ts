/**
 * When each message was processed, and by whom: for pictures over time. An effect that took place
 * is processing, known by the message being handled; apps of a run without effects have processed
 * what their handlers returned from. Effects at a crash point count: they took place before it.
 */
import type { HistoryEvent, MessageRef } from '../history/events'
import { remember } from '../history/remember'
import type { Run } from '../history/run'

/** A message processed once, at one place. */
export interface Processed {
  timeMs: number
  app: string
  attempt: number
  group: string
  topic: string
  partition: number
  offset: number
  value: string | null
  /** The same was done for this offset before, by whichever app of the group. */
  again: boolean
}

type Place = Required<Pick<MessageRef, 'topic' | 'partition' | 'offset'>>
type Happened = Extract<HistoryEvent, { operation: 'effect' | 'handle' }>

/** All of a run, in the order in which they happened. */
export const processedMessages: (run: Run) => readonly Processed[] = remember((run) => {
  const operations = run.history.filter(
    (event): event is Happened =>
      'operation' in event && (event.operation === 'effect' || event.operation === 'handle'),
  )
  const byEffect = operations.some(({ operation }) => operation === 'effect')
  const handled = new Map<string, { group: string; message: MessageRef }>()
  const before = new Set<string>()
  const found: Processed[] = []
  const add = (event: Happened, kind: string, value: string | null) => {
    const known = handled.get(keyOf(event, value))
    if (known === undefined || !hasPlace(known.message)) return
    const { group, message } = known
    const { topic, partition, offset } = message
    const name = JSON.stringify([group, kind, topic, partition, offset])
    const { timeMs, app, attempt } = event
    const again = before.has(name)
    before.add(name)
    found.push({ timeMs, app, attempt, group, topic, partition, offset, value, again })
  }
  for (const event of operations) {
    if (event.operation === 'handle') {
      const { group, messages } = event.value
      if (event.type === 'invoke') {
        for (const message of messages) handled.set(keyOf(event, message.value), { group, message })
      } else if (event.type === 'ok' && !byEffect) {
        for (const { value } of messages) add(event, 'handled', value)
      }
    } else if (event.type === 'ok') {
      add(event, event.value.kind, event.value.cause ?? event.value.id)
    }
  }
  return found
})

function keyOf({ app, attempt }: Happened, value: string | null): string {
  return JSON.stringify([app, attempt, value])
}

function hasPlace(message: MessageRef): message is MessageRef & Place {
  return message.partition !== undefined && message.offset !== undefined
}
