/**
 * The Java client turns acks=1 with idempotence down when it is configured. kafkajs sets acks per
 * send and neither changes nor overrides it: any other value than -1 is refused before a frame
 * leaves.
 */
import assert from 'node:assert/strict'
import type { App } from '../../../lib/src/lab'
import type { Fact } from '../fact'
import { runDone } from '../run-done'
import { requestCount, toldText } from '../run-text'

async function shop({ kafka }: App) {
  const producer = kafka.producer({ idempotent: true })
  await producer.connect()
  for (const acks of [0, 1]) {
    const messages = [{ value: `acks ${acks}` }]
    await Promise.allSettled([producer.send({ topic: 'orders', acks, messages })])
  }
  await producer.disconnect()
}

export const fact: Fact = {
  claim: 'An idempotent producer throws for acks other than -1',
  about: 'kafkajs 2.2.4',
  source: 'kafkajs producer/messageProducer.js',
  async run(lab) {
    const run = await runDone(lab, { topics: { orders: {} }, apps: { shop } })
    assert.equal(toldText(run), 'acks 0 KafkaJSNonRetriableError, acks 1 KafkaJSNonRetriableError')
    assert.equal(requestCount(run, 'Produce'), 0)
    return { outcome: toldText(run) }
  },
}
