/**
 * The broker lists aborted transactions in the order of their abort markers. kafkajs takes the list
 * to be sorted by first offset: it looks at its head only, so the record before that head's first
 * offset counts as committed.
 */
import assert from 'node:assert/strict'
import type { App } from '../../../lib/src/lab'
import type { Fact } from '../fact'
import { markersWritten, stableUpTo } from '../last-stable-offset'
import { runDone } from '../run-done'
import { handledText, logText } from '../run-text'

async function shop({ kafka, caughtUp }: App) {
  const first = kafka.producer({ idempotent: true, transactionalId: 'first' })
  const second = kafka.producer({ idempotent: true, transactionalId: 'second' })
  for (const client of [first, second]) await client.connect()
  const x = await first.transaction()
  const y = await second.transaction()
  await x.send({ topic: 'orders', messages: [{ value: 'X1' }] })
  await y.send({ topic: 'orders', messages: [{ value: 'Y1' }] })
  await x.send({ topic: 'orders', messages: [{ value: 'X2' }] })
  await y.abort()
  await markersWritten(kafka, 'second')
  await x.abort()
  await stableUpTo(kafka, { topic: 'orders', offset: 5 })

  const consumer = kafka.consumer({ groupId: 'billing' })
  await consumer.connect()
  await consumer.subscribe({ topic: 'orders', fromBeginning: true })
  await consumer.run({ eachMessage: async () => undefined })
  await caughtUp()
  for (const client of [consumer, first, second]) await client.disconnect()
}

export const fact: Fact = {
  claim: 'Of overlapping aborted transactions, a read_committed consumer shows an aborted record',
  about: 'kafkajs 2.2.4',
  source:
    'kafkajs consumer/filterAbortedMessages.js; Kafka LocalLog.collectAbortedTransactions; ' +
    'the right rule: CompletedFetch.java',
  async run(lab) {
    const run = await runDone(lab, { topics: { orders: {} }, apps: { shop } })
    const log = logText(run, 'orders')
    assert.equal(log, 'X1(p1 s0) Y1(p2 s0) X2(p1 s1) <ABORT p2> <ABORT p1>')
    assert.equal(handledText(run), 'X1')
    return { outcome: `handled ${handledText(run)}; log ${log}` }
  },
}
