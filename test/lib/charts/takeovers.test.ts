/** The takeover picture: who was in which generation when, and who processed what again. */
import assert from 'node:assert/strict'
import { takeovers } from '../../../lib/src/charts'
import { generationSpans } from '../../../lib/src/charts/generation-spans'
import { chargedTwice } from '../../support/runs/charged-twice'
import { takenOver } from '../../support/runs/taken-over'
import { items, texts } from './drawn'

const spansOf = (run: ReturnType<typeof takenOver>) =>
  generationSpans(run).map(({ app, generation, fromMs, toMs, partitions }) =>
    [app, generation, fromMs, toMs, partitions.join()].join(' '),
  )

describe('takeovers', () => {
  it('lets the span of an evicted member go on until it asks to join again', () => {
    assert.deepEqual(spansOf(takenOver()), [
      'billing-1 1 10 4210 orders-0',
      'billing-2 2 2230 2700 orders-0',
      'billing-1 3 4210 4300 ',
    ])
  })

  it('ends a span where its app crashes', () => {
    assert.equal(spansOf(takenOver('crashes'))[0], 'billing-1 1 10 4200 orders-0')
  })

  it('names what was processed again and by whom, or says that nothing was', () => {
    const finding = '1 message was processed again: order-2, by billing-1'
    assert.equal(takeovers(takenOver()).finding, finding)
    const none = '3 messages processed by billing-1 and billing-2, none of them again'
    assert.equal(takeovers(takenOver('crashes')).finding, none)
    assert.equal(
      takeovers(chargedTwice()).finding,
      '1 message was processed again: order-1, by billing',
    )
  })

  it('has a row per app and partition in the order of the plan, and one for having none', () => {
    const labels = texts(takeovers(takenOver()))
    const rows = labels.filter((text) => /^(billing-\d|orders-0|no partition)$/.test(text))
    assert.deepEqual(rows, ['billing-1', 'orders-0', 'no partition', 'billing-2', 'orders-0'])
  })

  it('draws a tick per message, and says of the second one that it is again', () => {
    const ticks = items(takeovers(takenOver()), 'x2').filter(({ tip }) => tip?.offset !== undefined)
    assert.deepEqual(
      ticks.map(({ tip }) => [tip?.title, tip?.again ?? 'no']),
      [
        ['order-1', 'no'],
        ['order-2', 'yes'],
        ['order-2', 'no'],
        ['order-3', 'no'],
      ],
    )
  })

  it('refuses what is no run', () => {
    assert.throws(() => takeovers({} as never), /takeovers: give it a run/)
  })
})
