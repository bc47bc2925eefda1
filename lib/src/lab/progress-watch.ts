/**
 * Whether a run still gets anywhere. In virtual time an endless wait costs nothing, and heartbeats
 * and polls go on for ever: a run in which nothing else has happened for longer than the longest
 * timeout that anything in it waits for will not end by itself.
 */
import type { HistoryEvent } from '../history/events'

/** kafkajs's own defaults of `rebalanceTimeout` and `transactionTimeout`. */
const leastLongestMs = 60_000
/** What goes by as time does, whether or not an app gets on. */
const idleApis = ['Heartbeat', 'Metadata', 'Fetch']

export class ProgressWatch {
  private lastMs = 0
  private longest = leastLongestMs

  observe(event: HistoryEvent): void {
    if (isProgress(event)) this.lastMs = event.timeMs
  }

  /** Takes note of the durations among settings, such as `transactionTimeout` in a client's. */
  configured(settings: object): void {
    for (const [name, value] of Object.entries(settings)) {
      if (typeof value === 'object' && value !== null) this.configured(value as object)
      else if (/timeout|time$|ms$/i.test(name)) this.waited(Number(value))
    }
  }

  /** Takes note of a timer that an app has set. */
  waited(delayMs: number): void {
    if (Number.isFinite(delayMs) && delayMs > this.longest) this.longest = delayMs
  }

  /** The longest timeout known, in milliseconds. */
  get longestMs(): number {
    return this.longest
  }

  /** In so many milliseconds from `nowMs` the run has stalled, unless something happens. */
  leftMs(nowMs: number): number {
    return this.lastMs + this.longest - nowMs
  }
}

/** A Fetch's answer with records is progress; what else an idle client hears is not. */
function isProgress(event: HistoryEvent): boolean {
  if (event.type === 'fate') return false
  if (event.type !== 'frame' || !idleApis.includes(event.api)) return true
  if (event.direction === 'request' || event.api !== 'Fetch') return false
  return (event.fields.partitions ?? []).some(({ values = [] }) => values.length > 0)
}
