/** What a job says of each order: its store holds a word per order, `store.set(order, 'ok')`. */
import { operationsNamed } from '../../history/operations'
import type { Run } from '../../history/run'

export interface Report {
  /** What was stored last; undefined when nothing was. */
  word: unknown
  /** From the first `send()` with the order to the first report, in milliseconds. */
  afterMs: number
}

export function reportOf(run: Run, order: string): Report {
  const stores = operationsNamed(run.history, 'store').filter(({ value }) => value.key === order)
  const send = operationsNamed(run.history, 'send').find(({ value }) =>
    value.messages.some((message) => message.value === order),
  )
  const afterMs = (stores[0]?.start.timeMs ?? Infinity) - (send?.start.timeMs ?? 0)
  return { word: stores.at(-1)?.value.value, afterMs }
}
