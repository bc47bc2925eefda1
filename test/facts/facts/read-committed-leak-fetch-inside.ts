/**
 * kafkajs activates at most one aborted transaction per record it looks at. A fetch that starts
 * inside two of them has both to activate at its first record, so that record's own transaction
 * may still be waiting; from the beginning of the log the same records are all hidden.
 */
import assert from 'node:assert/strict'
import type { App } from '../../../lib/src/lab'
import type { Fact } from '../fact'
import { markersWritten, stableUpTo } from '../last-stable-offset'
import { runDone } from '../run-done'
import { handledText, logText } from '../run-text'

async function shop({ kafka, caughtUp, params }: App) {
  const first = kafka.producer({ idempotent: true, transactionalId: 'first' })
  const second = kafka.producer({ idempotent: true, transactionalId: 'second' })
  for (const client of [first, second]) await client.connect()
  const x = await first.transaction()
  const y = await second.transaction()
  await x.send({ topic: 'orders', messages: [{ value: 'X1' }] })
  for (const value of ['Y1', 'Y2']) await y.send({ topic: 'orders', messages: [{ value }] })
  await x.send({ topic: 'orders', messages: [{ value: 'X2' }] })
  await x.abort()
  await markersWritten(kafka, 'first')
  await y.abort()
  await stableUpTo(kafka, { topic: 'orders', offset: 6 })

  const consumer = kafka.consumer({ groupId: 'billing' })
  await consumer.connect()
  await consumer.subscribe({ topic: 'orders', fromBeginning: true })
  // At this event the consumer has its partitions and has not fetched yet.
  consumer.on(consumer.events.GROUP_JOIN, () =>
    consumer.seek({ topic: 'orders', partition: 0, offset: params.from }),
  )
  await consumer.run({ eachMessage: async () => undefined })
  await caughtUp()
  for (const client of [consumer, first, second]) await client.disconnect()
}

export const fact: Fact = {
  claim: 'A read_committed fetch that starts inside two aborted transactions shows a record of one',
  about: 'kafkajs 2.2.4',
  source: 'kafkajs consumer/filterAbortedMessages.js',
  async run(lab) {
    const handled: string[] = []
    for (const from of ['0', '2']) {
      const run = await runDone(lab, {
        topics: { orders: {} },
        apps: { shop: { body: shop, params: { from } } },
      })
      assert.equal(
        logText(run, 'orders'),
        'X1(p1 s0) Y1(p2 s0) Y2(p2 s1) X2(p1 s1) <ABORT p1> <ABORT p2>',
      )
      handled.push(handledText(run))
    }
    assert.deepEqual(handled, ['', 'Y2'])
    return { outcome: `from 0 handled nothing, from 2 handled ${handled[1]}` }
  },
}
