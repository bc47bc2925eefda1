/**
 * Scenario A with idempotence: the copy bears the producerId and sequence of the first, so the
 * leader answers it with the first one's offset and appends nothing.
 */
import assert from 'node:assert/strict'
import { disconnect, on, response } from '../../../lib/src/faults'
import type { App } from '../../../lib/src/lab'
import type { Fact } from '../fact'
import { runDone } from '../run-done'
import { logText, requestCount, toldText } from '../run-text'

async function shop({ kafka }: App) {
  const producer = kafka.producer({ idempotent: true })
  await producer.connect()
  await producer.send({ topic: 'orders', messages: [{ key: 'ann', value: 'A' }] })
  await producer.disconnect()
}

export const fact: Fact = {
  claim: 'With idempotence the copy sent after a lost acknowledgement is not appended',
  about: 'Kafka',
  source: 'KIP-98; Kafka ProducerStateEntry.findDuplicateBatch',
  async run(lab) {
    const run = await runDone(lab, {
      topics: { orders: {} },
      apps: { shop },
      faults: [on(response('Produce', { nth: 1 }), disconnect())],
    })
    assert.equal(requestCount(run, 'Produce'), 2)
    assert.equal(logText(run, 'orders'), 'A(s0)')
    assert.equal(toldText(run), 'A @0')
    return { outcome: `${toldText(run)}; log ${logText(run, 'orders')}` }
  },
}
