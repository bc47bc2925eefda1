/**
 * Messages that belong together in several topics and are not all there: an order without its
 * ledger entry, or the entry without the order. It asks what a read_committed reader gets, so an
 * aborted or an open transaction that hides all parts of a message leaves nothing unpaired.
 */
import type { Run } from '../history/run'
import { ledger } from './ledger'

export interface Unpaired {
  value: string
  /** How many copies a read_committed reader gets, by topic. */
  visible: Record<string, number>
}

/**
 * The values that a read_committed reader gets more often from one of the topics than from another.
 * Parts belong together by their value; the header `cause` is not asked.
 */
export function unpaired(run: Run, topics: readonly string[]): Unpaired[] {
  const rows = ledger(run).filter(({ topic, value }) => value !== null && topics.includes(topic))
  const values = new Set(rows.map(({ value }) => value!))
  return [...values].flatMap((value) => {
    const visible = Object.fromEntries(
      topics.map((topic) => {
        const row = rows.find((each) => each.topic === topic && each.value === value)
        return [topic, row?.visible ?? 0]
      }),
    )
    return new Set(Object.values(visible)).size === 1 ? [] : [{ value, visible }]
  })
}
