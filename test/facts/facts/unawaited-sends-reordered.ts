/**
 * Nothing is broken here. A send awaits the locks and metadata behind it in turns of its own, so of
 * four sends that nobody awaits the last overtakes the third, idempotent or not.
 */
import assert from 'node:assert/strict'
import type { App } from '../../../lib/src/lab'
import type { Fact } from '../fact'
import { runDone } from '../run-done'
import { logText } from '../run-text'

async function shop({ kafka, params }: App) {
  const producer = kafka.producer({ idempotent: params.idempotent, maxInFlightRequests: 1 })
  await producer.connect()
  const send = (value: string) => producer.send({ topic: 'orders', messages: [{ value }] })
  await send('W')
  await Promise.all(['A', 'B', 'C', 'D'].map(send))
  await producer.disconnect()
}

export const fact: Fact = {
  claim: 'Sends that are not awaited are reordered without any fault',
  about: 'kafkajs 2.2.4',
  source: 'kafkajs producer/sendMessages.js, producer/eosManager (acquireBrokerLock)',
  async run(lab) {
    const topics = { orders: {} }
    const plain = await runDone(lab, {
      topics,
      apps: { shop: { body: shop, params: { idempotent: false } } },
    })
    const idempotent = await runDone(lab, {
      topics,
      apps: { shop: { body: shop, params: { idempotent: true } } },
    })
    assert.equal(logText(plain, 'orders'), 'W A B D C')
    assert.equal(logText(idempotent, 'orders'), 'W(s0) A(s1) B(s2) D(s3) C(s4)')
    return { outcome: `log ${logText(plain, 'orders')}; log ${logText(idempotent, 'orders')}` }
  },
}
