/**
 * What the shop's customers owe and what they were charged: the run in money. Every order costs the
 * same, is owed once unless its shop took it back, and is charged as often as the sink named
 * processed it.
 */
import type { Run } from '../history/run'
import { ledger } from './ledger'
import { sinks } from './sinks'

/** What one order costs, in euros. */
export const orderPrice = 10

export interface BillRow {
  order: string
  /** Euros, as in all columns. */
  owed: number
  charged: number
  /** Charged less owed: above zero the customer paid too much, below the shop lost money. */
  difference: number
}

export interface Bill {
  rows: BillRow[]
  total: Omit<BillRow, 'order'>
}

/**
 * The bill for the messages of the topic `orders`, as the sink `charged` processed them: the kind
 * of an effect, or a topic. Where no effect and no record was ever made, nobody was charged.
 * @throws Error when the run has sinks, and none of this name
 */
export function bill(run: Run, charged = 'charge', orders = 'orders'): Bill {
  const known = sinks(run).flatMap(({ name, kind }) => (kind === 'handler' ? [] : [name]))
  if (known.length > 0 && !known.includes(charged)) {
    throw new Error(`bill: this run has no sink '${charged}'; it has ${known.join(', ')}`)
  }
  const rows = ledger(run)
    .filter(({ topic, value }) => topic === orders && value !== null)
    .map(({ value, told, processed }) => ({
      order: value!,
      // Aborted or definitively refused: the shop told its customer that there is no such order.
      owed: told === 'fail' ? 0 : orderPrice,
      charged: (processed[charged] ?? 0) * orderPrice,
    }))
    .map((row) => ({ ...row, difference: row.charged - row.owed }))
  const sum = (column: keyof Bill['total']) => rows.reduce((all, each) => all + each[column], 0)
  return {
    rows,
    total: { owed: sum('owed'), charged: sum('charged'), difference: sum('difference') },
  }
}
