/** The delivery table cell by cell, and what counts as a copy. */
import assert from 'node:assert/strict'
import { ledger, type DeliveryCell, type LedgerRow } from '../../../lib/src/checker/index'
import { HistoryBuilder, type Entry } from '../../support/history-builder'

function only(history: HistoryBuilder): LedgerRow {
  const rows = ledger(history.build())
  assert.equal(rows.length, 1)
  return rows[0]!
}

const ways: Record<string, () => HistoryBuilder> = {
  ok() {
    const history = new HistoryBuilder()
    history.send(['order-1']).ok()
    return history
  },
  sent() {
    const history = new HistoryBuilder()
    history.send(['order-1'], { acks: 0 }).ok()
    return history
  },
  seeded: () => new HistoryBuilder({ orders: { records: ['order-1'] } }),
  info() {
    const history = new HistoryBuilder()
    history.send(['order-1'])
    return history.crash('shop')
  },
  fail() {
    const history = new HistoryBuilder()
    history.send(['order-1']).reject()
    return history
  },
}

describe('the delivery table', () => {
  const table: Record<string, [DeliveryCell, DeliveryCell, DeliveryCell]> = {
    ok: ['lost', 'once', 'duplicated'],
    sent: ['lost', 'once', 'duplicated'],
    seeded: ['lost', 'once', 'duplicated'],
    info: ['missing', 'once', 'duplicated'],
    fail: ['refused', 'false failure', 'false failure, duplicated'],
  }
  for (const [told, cells] of Object.entries(table)) {
    cells.forEach((cell, copies) => {
      it(`calls a message told ${told} with ${copies} copies ${cell}`, () => {
        const entries: Entry[] = Array.from({ length: copies }, () => 'order-1')
        const row = only(ways[told]!().log(entries))
        assert.equal(row.told, told)
        assert.equal(row.delivery, cell)
        assert.equal(row.copies, copies)
      })
    })
  }

  it('calls three copies duplicated', () => {
    assert.equal(only(ways['ok']!().log(['order-1', 'order-1', 'order-1'])).delivery, 'duplicated')
  })

  it('calls an intended message that was never sent missing', () => {
    const history = new HistoryBuilder({ orders: {} }, { intended: { orders: ['order-1'] } })
    assert.equal(only(history.log([])).delivery, 'missing')
  })
})

describe('a copy', () => {
  it('is not a record of an aborted transaction', () => {
    const entries: Entry[] = [
      { value: 'order-1', transaction: 7 },
      { marker: 'abort', transaction: 7 },
    ]
    const row = only(ways['ok']!().log(entries))
    assert.equal(row.delivery, 'lost')
    assert.deepEqual(row.offsets, [{ partition: 0, offset: 0, visible: false, state: 'aborted' }])
  })

  it('is a record of a committed transaction', () => {
    const entries: Entry[] = [
      { value: 'order-1', transaction: 7 },
      { marker: 'commit', transaction: 7 },
    ]
    const row = only(ways['ok']!().log(entries))
    assert.equal(row.delivery, 'once')
    assert.equal(row.visible, 1)
  })

  it("is decided by its own producer's next marker, not by another one", () => {
    const history = new HistoryBuilder()
    history.send(['X1', 'Y1', 'X2']).ok()
    history.log([
      { value: 'X1', transaction: 1 },
      { value: 'Y1', transaction: 2 },
      { marker: 'abort', transaction: 2 },
      { marker: 'commit', transaction: 1 },
      { value: 'X2', transaction: 1 },
      { marker: 'abort', transaction: 1 },
    ])
    history.log(
      [
        { value: 'Z1', transaction: 3 },
        { value: 'X3', transaction: 1 },
        { marker: 'commit', transaction: 1 },
      ],
      { partition: 1 },
    )
    const states = ledger(history.build()).map(({ value, offsets }) => [value, offsets[0]?.state])
    assert.deepEqual(states, [
      ['X1', 'committed'],
      ['Y1', 'aborted'],
      ['X2', 'aborted'],
      ['Z1', 'open'],
      ['X3', 'committed'],
    ])
  })

  it('is a plain record behind an open transaction, though nobody may see it yet', () => {
    const history = new HistoryBuilder()
    history.send(['order-1']).ok()
    history.log([{ value: 'other', transaction: 7 }, 'order-1'])
    const row = ledger(history.build()).find(({ value }) => value === 'order-1')!
    assert.equal(row.delivery, 'once')
    assert.equal(row.visible, 0)
  })

  it('is not a record above the high watermark to a reader, but to the log', () => {
    const row = only(ways['ok']!().log(['order-1'], { highWatermark: 0 }))
    assert.equal(row.visible, 0)
    assert.equal(row.copies, 1)
  })

  it("is not visible below the log's start, where records were deleted", () => {
    const row = only(ways['ok']!().log(['order-1'], { logStartOffset: 1 }))
    assert.equal(row.visible, 0)
  })

  it('is not an open record of an app that was not told of a commit', () => {
    const history = new HistoryBuilder()
    history.send(['order-1'], { transaction: history.begin() }).ok()
    history.crash('shop').log([{ value: 'order-1', transaction: 7 }])
    assert.equal(only(history).delivery, 'missing')
  })

  it('is an open record whose commit was acknowledged: the marker is on its way', () => {
    const history = new HistoryBuilder()
    const transaction = history.begin()
    history.send(['order-1'], { transaction }).ok()
    history.commit(transaction).ok()
    history.log([{ value: 'order-1', transaction: 7 }])
    assert.equal(only(history).delivery, 'once')
  })
})

describe('the ledger', () => {
  it("lists topics in the plan's order, then messages as they were first named", () => {
    const history = new HistoryBuilder(
      { orders: { records: ['seed'] }, charges: {} },
      { intended: { orders: ['late', 'b'] } },
    )
    history.send(['z'], { topic: 'charges' }).ok()
    history.send(['b']).ok()
    history.send(['a']).ok()
    const names = ledger(history.build()).map(({ topic, value }) => `${topic} ${value}`)
    assert.deepEqual(names, ['orders seed', 'orders b', 'orders a', 'orders late', 'charges z'])
  })

  it('keeps messages of one value in two topics apart', () => {
    const history = new HistoryBuilder({ orders: {}, charges: {} })
    history.send(['1']).ok()
    history.send(['1'], { topic: 'charges' }).ok()
    history.log(['1']).log([], { topic: 'charges' })
    assert.deepEqual(
      ledger(history.build()).map(({ delivery }) => delivery),
      ['once', 'lost'],
    )
  })

  it('counts the handlers that were entered with a message, returned or not', () => {
    const history = new HistoryBuilder({ orders: { records: ['order-1'] } }).log(['order-1'])
    history.handle('order-1')
    history.crash('billing').restart('billing')
    history.handle('order-1').ok()
    assert.equal(only(history).delivered, 2)
  })

  it('counts what each sink downstream of the topic processed', () => {
    const history = new HistoryBuilder({ orders: { records: ['order-1'] } }).log(['order-1'])
    history.charge('order-1').charge('order-1')
    assert.deepEqual(only(history).processed, { charge: 2 })
  })

  it('says nothing of sinks that do not lie downstream', () => {
    const history = new HistoryBuilder({ orders: { records: ['a'] }, other: { records: ['b'] } })
    const rows = ledger(history.log(['a']).charge('a').build())
    assert.deepEqual(
      rows.map(({ processed }) => processed),
      [{ charge: 1 }, {}],
    )
  })
})
