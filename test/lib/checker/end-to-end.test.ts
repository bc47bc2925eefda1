import assert from 'node:assert/strict'
import { endToEnd } from '../../../lib/src/checker'
import { HistoryBuilder } from '../../support/history-builder'
import { crossed, halves } from '../../support/runs/halves'

const way = { from: 'orders', into: 'charge' }
const copies = (run: Parameters<typeof endToEnd>[0]) =>
  endToEnd(run, way).messages.map((message) => message.copies)

describe('end to end', () => {
  it('counts a message that never came into its topic as one that came out zero times', () => {
    assert.deepEqual(copies(halves('m', 'x')), [0, 1, 1])
    assert.equal(endToEnd(halves('m', 'x'), way).guarantee, 'at most once')
  })

  it('counts each of the two charges of an order that stands in its topic twice', () => {
    assert.deepEqual(copies(halves('l', 'x')), [1, 2, 1])
  })

  it('forbids only what both halves forbid', () => {
    const seen = Object.values(crossed()).map((row) =>
      Object.values(row).map((run) => endToEnd(run, way).guarantee),
    )
    assert.deepEqual(seen, [
      ['at most once', 'none', 'at most once'],
      ['none', 'at least once', 'at least once'],
      ['at most once', 'at least once', 'exactly once'],
    ])
  })

  it('follows a message over several topics by its value or its cause', () => {
    const history = new HistoryBuilder({ orders: {}, charges: {}, mails: {} })
    for (const value of ['a', 'b']) history.send([value]).ok()
    history.log(['a', 'b'])
    for (const value of ['a', 'b']) {
      history.handle(value).ok()
      history.send([value], { app: 'billing', topic: 'charges' }).ok()
    }
    history.log(['a', 'b'], { topic: 'charges' })
    history.handle('a', { app: 'mailer', topic: 'charges' }).ok()
    const mail = { app: 'mailer', topic: 'mails', causes: ['a'] }
    history.send(['mail-1'], mail).ok()
    history.log([{ value: 'mail-1', cause: 'a' }], { topic: 'mails' })
    const { messages } = endToEnd(history.build(), { from: 'orders', into: 'mails' })
    assert.deepEqual(messages, [
      { value: 'a', copies: 1 },
      { value: 'b', copies: 0 },
    ])
  })

  it('has zero copies of all where nobody ever wrote into the topic', () => {
    const history = new HistoryBuilder({ orders: {}, charges: {} })
    history.send(['a']).ok()
    const run = history.log(['a']).build()
    assert.equal(endToEnd(run, { from: 'orders', into: 'charges' }).guarantee, 'at most once')
  })

  it('refuses ends that the run does not have', () => {
    const run = halves('x', 'x')
    assert.throws(() => endToEnd(run, { from: 'orders', into: 'chrage' }), /no effect 'chrage'/)
    assert.throws(() => endToEnd(run, { from: 'order', into: 'charge' }), /no topic 'order'/)
  })
})
