/**
 * Latencies out of a history: from the call of `send` to its acknowledgement, and to the first
 * effect of each kind that the message caused. Only what completed is counted: a message that was
 * rejected, or never charged, has no latency, and how many those are belongs to the counts.
 */
import { messageKey } from '../history/messages'
import { operationsNamed } from '../history/operations'
import type { Run } from '../history/run'

export interface Latencies {
  /** `send → ack`, `send → charge` */
  name: string
  /** In milliseconds, ascending. */
  valuesMs: number[]
}

/** By kind: acknowledgements first, then effects in order of appearance. */
export function measuredLatencies(run: Run): Latencies[] {
  const acknowledged: number[] = []
  const sentAt = new Map<string, number>()
  for (const send of operationsNamed(run.history, 'send')) {
    for (const { topic, value } of send.value.messages) {
      const key = messageKey(topic, value)
      if (!sentAt.has(key)) sentAt.set(key, send.start.timeMs)
      if (send.outcome === 'ok' && send.end !== undefined && send.value.acks !== 0) {
        acknowledged.push(send.end.timeMs - send.start.timeMs)
      }
    }
  }
  const found = [{ name: 'send → ack', valuesMs: acknowledged }, ...effectLatencies(run, sentAt)]
  return found
    .filter(({ valuesMs }) => valuesMs.length > 0)
    .map(({ name, valuesMs }) => ({ name, valuesMs: valuesMs.sort((a, b) => a - b) }))
}

/** An effect names its message by `cause`, else by `id`; of several topics the first counts. */
function effectLatencies(run: Run, sentAt: ReadonlyMap<string, number>): Latencies[] {
  const topics = Object.keys(run.plan.topics)
  const kinds = new Map<string, Map<string, number>>()
  for (const effect of operationsNamed(run.history, 'effect')) {
    if (effect.outcome !== 'ok' || effect.end === undefined) continue
    const { kind, id, cause = id } = effect.value
    const sent = topics.map((topic) => sentAt.get(messageKey(topic, cause))).find(isNumber)
    const own = kinds.get(kind) ?? new Map<string, number>()
    kinds.set(kind, own)
    if (sent !== undefined && !own.has(id)) own.set(id, effect.end.timeMs - sent)
  }
  return [...kinds].map(([kind, own]) => ({ name: `send → ${kind}`, valuesMs: [...own.values()] }))
}

function isNumber(value: number | undefined): value is number {
  return value !== undefined
}

/** The smallest value that at least `percent` % of the values do not exceed. */
export function percentile(ascending: readonly number[], percent: number): number {
  const rank = Math.max(1, Math.ceil((percent / 100) * ascending.length))
  const value = ascending[rank - 1]
  if (value === undefined) throw new RangeError(`percentile ${percent} of no values`)
  return value
}
