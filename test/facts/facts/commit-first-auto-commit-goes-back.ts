/**
 * Commit first with autoCommit left on: when the handler throws, kafkajs commits what it has
 * resolved, which lies before what the app has committed. So the group's offset moves back, and a
 * consumer that starts from it would handle the message again.
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
  claim: 'With autoCommit on, a handler that throws moves the committed offset back',
  about: 'kafkajs 2.2.4',
  source: 'kafkajs consumer/runner.js (processEachMessage: autoCommitOffsets in the catch)',
  async run(lab) {
    const run = await runDone(lab, {
      topics: { orders: { records: ['m0', 'm1', 'm2'] } },
      apps: { billing },
    })
    assert.equal(handledText(run), 'm0 m1 m1 m2')
    assert.equal(commitsText(run), '1 2 1 2 3 3')
    return { outcome: `handled ${handledText(run)}; committed ${commitsText(run)}` }
  },
}
