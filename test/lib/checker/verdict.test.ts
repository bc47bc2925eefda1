/** Guarantees, witnesses and sentences of both stages; what is a sink and who belongs to it. */
import assert from 'node:assert/strict'
import { checkExpectation, processing, sinks, verdict } from '../../../lib/src/checker/index'
import { HistoryBuilder } from '../../support/history-builder'

function delivered(log: string[], values = ['order-1', 'order-2', 'order-3']) {
  const history = new HistoryBuilder()
  for (const value of values) history.send([value]).ok()
  return verdict(history.log(log).build()).delivery['orders']!
}

describe('the verdict on delivery', () => {
  it('is exactly once when each message stands once', () => {
    const stage = delivered(['order-1', 'order-2', 'order-3'])
    assert.equal(stage.guarantee, 'exactly once')
    assert.deepEqual(stage.counts, { once: 3 })
    assert.deepEqual(stage.sentences, ['exactly once: seen (3 messages)'])
  })

  it('is at least once when a message stands twice, and names both offsets', () => {
    const stage = delivered(['order-1', 'order-2', 'order-3', 'order-3'])
    assert.equal(stage.guarantee, 'at least once')
    assert.deepEqual(stage.sentences, [
      'at most once: refuted by order-3 at offsets orders-0@2 and orders-0@3',
      'at least once: seen (3 messages)',
    ])
    assert.deepEqual(
      stage.witnesses.map(({ refutes, value }) => [refutes, value]),
      [['at most once', 'order-3']],
    )
  })

  it('is at most once when an acknowledged message is gone', () => {
    const stage = delivered(['order-1', 'order-3'])
    assert.equal(stage.guarantee, 'at most once')
    assert.equal(
      stage.sentences[0],
      'at least once: refuted by order-2 (acknowledged) at no offset of orders',
    )
  })

  it('is none when one message is gone and another one doubled', () => {
    const stage = delivered(['order-1', 'order-3', 'order-3'])
    assert.equal(stage.guarantee, 'none')
    assert.deepEqual(
      stage.witnesses.map(({ value }) => value),
      ['order-2', 'order-3'],
    )
  })

  it('is at most once when an intended message was never sent', () => {
    const history = new HistoryBuilder({ orders: {} }, { intended: { orders: ['a', 'b'] } })
    history.send(['a']).ok()
    const stage = verdict(history.log(['a']).build()).delivery['orders']!
    assert.equal(stage.guarantee, 'at most once')
    assert.deepEqual(stage.counts, { once: 1, missing: 1 })
  })

  it('is exactly once when a message was refused and its app knows, and says so', () => {
    const history = new HistoryBuilder()
    history.send(['a']).ok()
    history.send(['b']).reject()
    const stage = verdict(history.log(['a']).build()).delivery['orders']!
    assert.equal(stage.guarantee, 'exactly once')
    assert.deepEqual(stage.counts, { once: 1, refused: 1 })
    assert.deepEqual(stage.sentences, ['exactly once: seen (2 messages, 1 refused)'])
  })

  it('is at least once when a refused message stands twice', () => {
    const history = new HistoryBuilder()
    history.send(['b']).reject()
    const stage = verdict(history.log(['b', 'b']).build()).delivery['orders']!
    assert.equal(stage.guarantee, 'at least once')
  })

  it('names three witnesses and counts the others', () => {
    const stage = delivered([], ['a', 'b', 'c', 'd', 'e'])
    assert.equal(stage.witnesses.length, 3)
    assert.match(stage.sentences[0]!, /and 2 more$/)
  })

  it('leaves out topics without a message', () => {
    assert.deepEqual(verdict(new HistoryBuilder().build()).delivery, {})
  })
})

function orders(): HistoryBuilder {
  return new HistoryBuilder({ orders: { records: ['order-1', 'order-2'] }, charges: {} }).log([
    'order-1',
    'order-2',
  ])
}

describe('the verdict on processing', () => {
  it('is exactly once when each message had its effect once', () => {
    const run = orders().charge('order-1').charge('order-2').build()
    const stage = verdict(run).processing['charge']!
    assert.equal(stage.guarantee, 'exactly once')
    assert.deepEqual(stage.counts, { once: 2 })
  })

  it('is at least once when an effect took place twice', () => {
    const run = orders().charge('order-1').charge('order-1').charge('order-2').build()
    const stage = verdict(run).processing['charge']!
    assert.equal(stage.guarantee, 'at least once')
    assert.equal(
      stage.sentences[0],
      'at most once: refuted by order-1 (orders-0@0) processed 2 times',
    )
  })

  it('is at most once when the group committed beyond an unprocessed message', () => {
    const run = orders().charge('order-1').committed(2).crash('billing').build()
    const stage = verdict(run).processing['charge']!
    assert.equal(stage.guarantee, 'at most once')
    assert.deepEqual(stage.counts, { once: 1, lost: 1 })
    assert.match(stage.sentences[0]!, /^at least once: refuted by order-2 \(orders-0@1\)/)
  })

  it('is none when one message was passed and another one processed twice', () => {
    const run = orders().charge('order-1').charge('order-1').committed(2).build()
    assert.equal(verdict(run).processing['charge']!.guarantee, 'none')
  })

  it('refutes nothing by a message that still waits, but does not show at-least-once', () => {
    const run = orders().charge('order-1').committed(1).crash('billing').build()
    const stage = verdict(run).processing['charge']!
    assert.deepEqual(stage.counts, { once: 1, waiting: 1 })
    assert.deepEqual(stage.witnesses, [])
    assert.equal(stage.guarantee, 'at most once')
    assert.equal(
      stage.sentences[0],
      'at least once: not shown, order-2 (orders-0@1) still waits to be processed',
    )
  })

  it('calls a message lost that an app which ended well had fetched beyond', () => {
    const run = orders().charge('order-1').fetch(2).build()
    assert.deepEqual(verdict(run).processing['charge']!.counts, { once: 1, lost: 1 })
  })

  it('calls the same message waiting when the app crashed there', () => {
    const run = orders().charge('order-1').fetch(2).crash('billing').build()
    assert.deepEqual(verdict(run).processing['charge']!.counts, { once: 1, waiting: 1 })
  })

  it('calls it waiting when only an earlier attempt had fetched beyond', () => {
    const run = orders().charge('order-1').fetch(2).crash('billing').restart('billing').build()
    assert.deepEqual(verdict(run).processing['charge']!.counts, { once: 1, waiting: 1 })
  })

  it('calls a message waiting while one of its copies lies ahead', () => {
    const run = new HistoryBuilder({ orders: { records: ['order-1', 'order-2'] } })
      .log(['order-1', 'order-2', 'order-1'])
      .charge('order-2')
      .committed(2)
      .build()
    assert.deepEqual(verdict(run).processing['charge']!.counts, { once: 1, waiting: 1 })
  })

  it('calls a message lost whose handler did nothing in an app that ended well', () => {
    const history = orders().charge('order-1')
    history.handle('order-2').ok()
    assert.deepEqual(verdict(history.build()).processing['charge']!.counts, { once: 1, lost: 1 })
  })

  it('looks only at visible messages', () => {
    const history = new HistoryBuilder({ orders: { records: ['order-1'] } })
      .log(['order-1', { value: 'order-2', transaction: 7 }, { marker: 'abort', transaction: 7 }])
      .charge('order-1')
      .committed(3)
    assert.deepEqual(verdict(history.build()).processing['charge']!.counts, { once: 1 })
  })
})

describe('a sink', () => {
  it('is each effect kind of an app that consumes', () => {
    const history = orders().charge('order-1')
    history.effect('order-1', { kind: 'mail' }).ok()
    history.effect('order-1', { kind: 'alarm', app: 'shop' }).ok()
    const found = sinks(history.build()).map(({ name, kind }) => [name, kind])
    assert.deepEqual(found, [
      ['charge', 'effect'],
      ['mail', 'effect'],
    ])
  })

  it('counts an effect by its cause where it has one', () => {
    const history = orders()
    const handler = history.handle('order-1')
    history.effect('charge-77', { cause: 'order-1' }).ok()
    handler.ok()
    assert.equal(processing(history.build())[0]?.rows[0]?.cell, 'once')
  })

  it('does not count an effect that was reached but never took place', () => {
    const history = orders()
    history.handle('order-1')
    history.effect('order-1')
    history.crash('billing').committed(2)
    assert.deepEqual(verdict(history.build()).processing['charge']!.counts, { lost: 2 })
  })

  it('is a topic with records made from consumed messages, linked by value', () => {
    const history = orders()
    for (const value of ['order-1', 'order-2']) {
      const handler = history.handle(value)
      history.send([value], { app: 'billing', topic: 'charges' }).ok()
      handler.ok()
    }
    history.log(['order-1', 'order-2', 'order-2'], { topic: 'charges' })
    const { processing: stages, delivery } = verdict(history.build())
    assert.deepEqual(stages['charges']!.counts, { once: 1, reprocessed: 1 })
    assert.equal(stages['billing'], undefined)
    assert.deepEqual(delivery['charges']!.counts, { once: 1, duplicated: 1 })
  })

  it('is a topic with records linked by the header cause', () => {
    const history = orders()
    const handler = history.handle('order-1')
    history.send(['charge-1'], { app: 'billing', topic: 'charges', causes: ['order-1'] }).ok()
    handler.ok()
    history.log([{ value: 'charge-1', cause: 'order-1' }], { topic: 'charges' }).committed(1)
    assert.deepEqual(verdict(history.build()).processing['charges']!.counts, {
      once: 1,
      waiting: 1,
    })
  })

  it('does not count records of an aborted transaction', () => {
    const history = orders()
    history.handle('order-1')
    history.send(['order-1'], { app: 'billing', topic: 'charges' }).ok()
    history
      .log(
        [
          { value: 'order-1', transaction: 3 },
          { marker: 'abort', transaction: 3 },
        ],
        { topic: 'charges' },
      )
      .crash('billing')
      .committed(0)
    assert.deepEqual(verdict(history.build()).processing['charges']!.counts, { waiting: 2 })
  })

  it('is not a topic to which an app sends something else', () => {
    const history = orders()
    history.handle('order-1').ok()
    history.send(['hello'], { app: 'billing', topic: 'charges' }).ok()
    assert.deepEqual(
      sinks(history.build()).map(({ name }) => name),
      ['billing'],
    )
  })

  it('is not the consumed topic itself, to which a handler sends a message again', () => {
    const history = orders()
    const handler = history.handle('order-1')
    history.send(['order-1'], { app: 'billing' }).ok()
    handler.ok()
    assert.deepEqual(
      sinks(history.build()).map(({ name }) => name),
      ['billing'],
    )
  })

  it("is the group by its handlers' returns where there is nothing else", () => {
    const history = orders()
    history.handle('order-1').ok()
    history.handle('order-2').reject('fail')
    history.handle('order-2').ok()
    const run = history.build()
    assert.deepEqual(
      sinks(run).map(({ name, kind }) => [name, kind]),
      [['billing', 'handler']],
    )
    assert.deepEqual(verdict(run).processing['billing']!.counts, { once: 2 })
  })

  it("stands in the order of the plan's apps, whoever was quicker", () => {
    const app = { body: '', params: {}, startAt: null, restart: null, client: {} }
    const history = new HistoryBuilder(
      { orders: {} },
      { apps: { billing: app, books: app } as never },
    )
    history.handle('order-1', { app: 'books', group: 'books' }).ok()
    history.effect('order-1', { app: 'books', kind: 'book' }).ok()
    history.handle('order-1').ok()
    history.effect('order-1', { kind: 'charge' }).ok()
    assert.deepEqual(
      sinks(history.build()).map(({ name }) => name),
      ['charge', 'book'],
    )
  })

  it('keeps two sinks of one name apart', () => {
    const history = orders()
    const handler = history.handle('order-1')
    history.send(['order-1'], { app: 'billing', topic: 'charges' }).ok()
    history.effect('order-1', { kind: 'charges' }).ok()
    handler.ok()
    const names = sinks(history.build()).map(({ name }) => name)
    assert.deepEqual(names, ['charges', 'charges (effect)'])
  })
})

describe('an expectation', () => {
  const run = orders().charge('order-1').charge('order-1').charge('order-2').build()

  it('has no problem where the run shows what was expected', () => {
    assert.deepEqual(
      checkExpectation(run, {
        delivery: { orders: 'exactly once' },
        processing: { charge: 'at least once' },
      }),
      [],
    )
  })

  it('names sink, expected, seen and the witness where it does not', () => {
    assert.deepEqual(checkExpectation(run, { processing: { charge: 'exactly once' } }), [
      'processing of charge: expected exactly once, seen at least once (at most once: refuted by' +
        ' order-1 (orders-0@0) processed 2 times; at least once: seen (2 messages))',
    ])
  })

  it('refuses names that the run does not have, and names those it has', () => {
    const problems = checkExpectation(run, {
      delivery: { order: 'exactly once' },
      processing: { charges: 'exactly once' },
    })
    assert.equal(problems.length, 2)
    assert.match(problems[0]!, /delivery of order: .*known: orders/)
    assert.match(problems[1]!, /processing of charges: .*known: charge/)
  })
})
