/** Titles name the messages that fared worst, so that nobody takes one for another. */
import assert from 'node:assert/strict'
import { deliveryFinding } from '../../../lib/src/charts/findings'
import { batch, message, partitionLog, Recording, runOf } from '../../support/runs/recording'

const shop = { app: 'shop', client: 'producer-1' }
const ids = { producerId: 7, producerEpoch: 0, transactional: true }

/** A transaction over two topics that ends with `abort()`, or is never ended. */
function sentToBoth(ended: boolean) {
  const run = new Recording()
  const transactionalId = 'shop'
  const begun = run.call(shop, 'transaction', { transactionalId })
  begun.ok()
  for (const topic of ['orders', 'ledger']) {
    const messages = [message(topic, 'order-1')]
    run.call(shop, 'send', { acks: -1, messages, transaction: begun.call }).ok()
  }
  const value = { transactionalId, transaction: begun.call }
  if (ended) run.call(shop, 'abortTransaction', value).ok()
  const records = batch(0, ['order-1'], ids)
  const marker = batch(1, [], { ...ids, control: 'abort' })
  const logs = ['ledger', 'orders'].map((topic) =>
    ended
      ? partitionLog(topic, [records, marker])
      : partitionLog(topic, [records], { lastStableOffset: 0 }),
  )
  return runOf(run, { topics: { orders: {}, ledger: {} }, logs })
}

describe('the finding on delivery', () => {
  it('says aborted of what was aborted, and tells one value in two topics apart', () => {
    const text = '2 of 2 messages aborted: order-1 (orders) and order-1 (ledger)'
    assert.equal(deliveryFinding(sentToBoth(true)), text)
  })

  it('names an aborted copy of a message that counts once', () => {
    const run = new Recording()
    const messages = [message('orders', 'order-1'), message('orders', 'order-2')]
    run.call(shop, 'send', { acks: -1, messages }).ok()
    const logs = [
      partitionLog('orders', [
        batch(0, ['order-1'], ids),
        batch(1, [], { ...ids, control: 'abort' }),
        batch(2, ['order-1', 'order-2'], { ...ids, producerEpoch: 1 }),
        batch(4, [], { ...ids, producerEpoch: 1, control: 'commit' }),
      ]),
    ]
    const text = 'Each of 2 messages counts once; an aborted copy: order-1'
    assert.equal(deliveryFinding(runOf(run, { topics: { orders: {} }, logs })), text)
  })

  it('does not say it of what nobody ended', () => {
    assert.match(deliveryFinding(sentToBoth(false)), /^2 of 2 messages missing: order-1 \(orders\)/)
  })
})
