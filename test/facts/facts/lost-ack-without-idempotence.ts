/**
 * Scenario A, the everyday duplicate: the broker has appended the record, the acknowledgement is
 * lost with its connection, kafkajs sends the message again, and nothing tells the copies apart.
 */
import assert from 'node:assert/strict'
import { disconnect, on, response } from '../../../lib/src/faults'
import type { App } from '../../../lib/src/lab'
import type { Fact } from '../fact'
import { runDone } from '../run-done'
import { logText, toldText } from '../run-text'

async function shop({ kafka }: App) {
  const producer = kafka.producer({ idempotent: false })
  await producer.connect()
  await producer.send({ topic: 'orders', acks: -1, messages: [{ key: 'ann', value: 'A' }] })
  await producer.disconnect()
}

export const fact: Fact = {
  claim: 'A lost acknowledgement doubles the record of a producer without idempotence',
  about: 'Kafka',
  source: 'kafkajs producer/sendMessages.js; Kafka ProducerAppendInfo (no producerId, no check)',
  async run(lab) {
    const run = await runDone(lab, {
      topics: { orders: {} },
      apps: { shop },
      faults: [on(response('Produce', { nth: 1 }), disconnect())],
    })
    assert.equal(logText(run, 'orders'), 'A A')
    assert.equal(toldText(run), 'A @1')
    return { outcome: `${toldText(run)}; log ${logText(run, 'orders')}` }
  },
}
