/**
 * Committing before the handler does its work is meant to give at most once. But kafkajs goes on
 * from the offset it has resolved, not from the one committed: a handler that throws sees its
 * message again.
 */
import assert from 'node:assert/strict'
import type { App } from '../../../lib/src/lab'
import type { Fact } from '../fact'
import { commitsText, handledText } from '../run-text'
import { runDone } from '../run-done'

async function billing({ kafka, caughtUp }: App) {
  const consumer = kafka.consumer({ groupId: 'billing', retry: { initialRetryTime: 50 } })
  let thrown = false
  await consumer.connect()
  await consumer.subscribe({ topic: 'orders', fromBeginning: true })
  await consumer.run({
    autoCommit: false,
    eachMessage: async ({ topic, partition, message }) => {
      const offset = String(Number(message.offset) + 1)
      await consumer.commitOffsets([{ topic, partition, offset }])
      if (message.offset !== '1' || thrown) return
      thrown = true
      throw new Error('the card was declined')
    },
  })
  await caughtUp()
  await consumer.disconnect()
}

export const fact: Fact = {
  claim: 'A message whose offset was committed first is handled again when its handler throws',
  about: 'kafkajs 2.2.4',
  source: 'kafkajs consumer/runner.js (processEachMessage), consumer/offsetManager (nextOffset)',
  async run(lab) {
    const run = await runDone(lab, {
      topics: { orders: { records: ['m0', 'm1', 'm2'] } },
      apps: { billing },
    })
    assert.equal(handledText(run), 'm0 m1 m1 m2')
    assert.equal(commitsText(run), '1 2 2 3')
    return { outcome: `handled ${handledText(run)}; committed ${commitsText(run)}` }
  },
}
