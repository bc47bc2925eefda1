import assert from 'node:assert/strict'
import { bill, ledger } from '../../../lib/src/checker'
import { billTable } from '../../../lib/src/charts/checker-tables'
import { embeddedLab } from '../../../lib/src/lab'
import type { App } from '../../../lib/src/lab'
import { abortedTransaction } from '../../support/runs/aborted-transaction'
import { chargedTwice } from '../../support/runs/charged-twice'

describe('the bill', () => {
  it('charges an order as often as the effect happened, and the customer pays the difference', () => {
    const { rows, total } = bill(chargedTwice())
    assert.deepEqual(
      rows.map(({ order, charged }) => [order, charged]),
      ledger(chargedTwice()).map(({ value, processed }) => [value, 10 * processed['charge']!]),
    )
    assert.equal(total.difference, total.charged - total.owed)
    assert.match(billTable(bill(chargedTwice())).finding, /^Owed \d+ €, charged \d+ €: 1 order of/)
  })

  it('owes the shop what nobody was charged for', async () => {
    const idle = async ({ kafka }: App) => kafka.admin().connect()
    const topics = { orders: { records: ['order-1', 'order-2'] } }
    const run = await embeddedLab().run({ topics, apps: { idle } })
    assert.deepEqual(bill(run).total, { owed: 20, charged: 0, difference: -20 })
    assert.equal(
      billTable(bill(run)).finding,
      'Owed 20 €, charged 0 €: 2 orders of 2 charged wrongly',
    )
  })

  it('lets nobody owe an order that its shop aborted', () => {
    const { rows } = bill(abortedTransaction(), 'charge', 'charges')
    assert.deepEqual(
      rows.map(({ order, owed }) => [order, owed]),
      [
        ['charge-1', 0],
        ['charge-2', 10],
        ['charge-3', 10],
      ],
    )
    const asOwed = [{ order: 'order-1', owed: 0, charged: 0, difference: 0 }]
    const total = { owed: 0, charged: 0, difference: 0 }
    assert.match(billTable({ rows: asOwed, total }).finding, /every order is charged as it is owed/)
  })

  it('refuses a sink that the run does not have, and names those it has', () => {
    assert.throws(() => bill(chargedTwice(), 'chrage'), /no sink 'chrage'; it has charge/)
  })
})
