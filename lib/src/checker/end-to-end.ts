/**
 * End to end: how often each message of a topic came out at the far end, whatever stages lie
 * between. The verdict judges delivery and processing apart, since each can be mended apart; the
 * customer sees only what both together did. A message that never came into its topic counts as one
 * that came out zero times.
 */
import type { Run } from '../history/run'
import { ledger } from './ledger'
import { sinks } from './sinks'
import { guaranteeOf, type Guarantee } from './verdict'

export interface Way {
  /** The topic whose messages are meant, those never sent and those lost among them. */
  from: string
  /** The last sink: a topic or the kind of an effect. */
  into: string
}

export interface EndToEnd extends Way {
  guarantee: Guarantee
  /** In the ledger's order. `copies` that a read_committed reader of `into` gets. */
  messages: { value: string | null; copies: number }[]
}

/**
 * What came out at the end of a way, e.g. from `orders` into `charges`. A record counts for the
 * message it was made from: the one of the same value, or the one its header `cause` names.
 * @throws Error when nothing in the run is called like the ends of the way
 */
export function endToEnd(run: Run, { from, into }: Way): EndToEnd {
  const sink = sinks(run).find(({ name }) => name === into)
  const topics = Object.keys(run.plan.topics)
  if (sink === undefined && !topics.includes(into)) {
    throw new Error(`endToEnd: this run has no topic and no effect '${into}'`)
  }
  if (!topics.includes(from)) throw new Error(`endToEnd: this run has no topic '${from}'`)
  const messages = ledger(run)
    .filter(({ topic }) => topic === from)
    .map(({ value }) => ({ value, copies: sink?.count(from, value) ?? 0 }))
  const absent = messages.filter(({ copies }) => copies === 0).length
  const doubled = messages.filter(({ copies }) => copies > 1).length
  return { from, into, guarantee: guaranteeOf(absent, doubled), messages }
}
