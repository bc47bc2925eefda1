/**
 * The key of an abort marker is four zero bytes (version 0, type 0). kafkajs looks at the key and
 * not at whether the batch is a control batch, so a record of the app's own with that key ends the
 * aborted transaction for it, and what follows is shown.
 */
import assert from 'node:assert/strict'
import type { App } from '../../../lib/src/lab'
import type { Fact } from '../fact'
import { stableUpTo } from '../last-stable-offset'
import { runDone } from '../run-done'
import { handledText, logText } from '../run-text'

async function shop({ kafka, caughtUp }: App) {
  const producer = kafka.producer({ idempotent: true, transactionalId: 'shop' })
  await producer.connect()
  const transaction = await producer.transaction()
  await transaction.send({ topic: 'orders', messages: [{ value: 'X1' }] })
  await transaction.send({ topic: 'orders', messages: [{ key: Buffer.alloc(4), value: 'K0' }] })
  await transaction.send({ topic: 'orders', messages: [{ value: 'X2' }] })
  await transaction.abort()
  await stableUpTo(kafka, { topic: 'orders', offset: 4 })

  const consumer = kafka.consumer({ groupId: 'billing' })
  await consumer.connect()
  await consumer.subscribe({ topic: 'orders', fromBeginning: true })
  await consumer.run({ eachMessage: async () => undefined })
  await caughtUp()
  for (const client of [consumer, producer]) await client.disconnect()
}

export const fact: Fact = {
  claim: 'An aborted record keyed with four zero bytes shows itself and those behind it',
  about: 'kafkajs 2.2.4',
  source: 'kafkajs consumer/filterAbortedMessages.js (isAbortMarker)',
  async run(lab) {
    const run = await runDone(lab, { topics: { orders: {} }, apps: { shop } })
    assert.equal(logText(run, 'orders'), 'X1(s0) K0(s1) X2(s2) <ABORT>')
    assert.equal(handledText(run), 'K0 X2')
    return { outcome: `handled ${handledText(run)}; log ${logText(run, 'orders')}` }
  },
}
