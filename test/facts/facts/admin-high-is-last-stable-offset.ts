/**
 * kafkajs asks for offsets with isolation level read_committed, also as an admin: what it calls
 * `high` stops at the first open transaction, however many committed records lie behind it.
 */
import assert from 'node:assert/strict'
import type { App } from '../../../lib/src/lab'
import type { Fact } from '../fact'
import { stableUpTo } from '../last-stable-offset'
import { runDone } from '../run-done'
import { logText } from '../run-text'

async function shop({ kafka, store }: App) {
  const admin = kafka.admin()
  const plain = kafka.producer()
  const transactional = kafka.producer({ idempotent: true, transactionalId: 'shop' })
  for (const client of [admin, plain, transactional]) await client.connect()
  const transaction = await transactional.transaction()
  await transaction.send({ topic: 'orders', messages: [{ value: 'A' }] })
  await plain.send({ topic: 'orders', messages: [{ value: 'B' }] })
  const [offsets] = await admin.fetchTopicOffsets('orders')
  await store.set('high', offsets?.high)
  await transaction.commit()
  await stableUpTo(kafka, { topic: 'orders', offset: 3 })
  for (const client of [admin, plain, transactional]) await client.disconnect()
}

export const fact: Fact = {
  claim: 'What admin.fetchTopicOffsets() calls high is the last stable offset',
  about: 'kafkajs 2.2.4',
  source: 'kafkajs admin/index.js, broker/index.js (listOffsets: isolationLevel 1)',
  async run(lab) {
    const run = await runDone(lab, { topics: { orders: {} }, apps: { shop } })
    const stored = run.history.find((event) => 'operation' in event && event.operation === 'store')
    assert.deepEqual(stored && 'value' in stored && stored.value, { key: 'high', value: '0' })
    assert.equal(logText(run, 'orders'), 'A(s0) B <COMMIT>')
    return { outcome: `high 0 while the log held A(open) B; log ${logText(run, 'orders')}` }
  },
}
