/**
 * kafkajs documents practically endless retries for an idempotent producer. The line that sets them
 * is never reached, because its caller always hands it a retry object: it makes 6 attempts, as
 * without idempotence. Only the pauses between them are shortened here.
 */
import assert from 'node:assert/strict'
import { disconnect, on, request } from '../../../lib/src/faults'
import type { App } from '../../../lib/src/lab'
import type { Fact } from '../fact'
import { runDone } from '../run-done'
import { logText, requestCount, toldText } from '../run-text'

async function shop({ kafka }: App) {
  const producer = kafka.producer({ idempotent: true, retry: { initialRetryTime: 5 } })
  await producer.connect()
  await Promise.allSettled([producer.send({ topic: 'orders', messages: [{ value: 'A' }] })])
  await producer.disconnect()
}

export const fact: Fact = {
  claim: 'An idempotent producer gives up after 5 retries',
  about: 'kafkajs 2.2.4',
  source: 'kafkajs index.js and producer/index.js (retry), retry/defaults.js',
  async run(lab) {
    const run = await runDone(lab, {
      topics: { orders: {} },
      apps: { shop },
      faults: [on(request('Produce'), disconnect())],
    })
    assert.equal(requestCount(run, 'Produce'), 6)
    assert.equal(toldText(run), 'A KafkaJSNumberOfRetriesExceeded')
    assert.equal(logText(run, 'orders'), '')
    return { outcome: `${toldText(run)} after 6 attempts` }
  },
}
