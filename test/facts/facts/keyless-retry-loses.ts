/**
 * Five keyless messages go to two brokers. One Produce is appended and acknowledged, the other
 * fails before its broker saw it; the retry deals all five out anew, starting at the other
 * partition, and sends only what now falls to the broker without an answer. What had been meant
 * for it and now falls to the other is never sent. Which partition comes first is random, so the
 * plan's seed decides it.
 */
import assert from 'node:assert/strict'
import { disconnect, holdUntil, on, request, response } from '../../../lib/src/faults'
import type { App } from '../../../lib/src/lab'
import type { Fact } from '../fact'
import { runDone } from '../run-done'
import { logText, toldText } from '../run-text'

async function shop({ kafka }: App) {
  const producer = kafka.producer()
  await producer.connect()
  const messages = ['m0', 'm1', 'm2', 'm3', 'm4'].map((value) => ({ value }))
  await producer.send({ topic: 'orders', messages })
  await producer.disconnect()
}

export const fact: Fact = {
  claim: 'The retry of keyless messages to one of two brokers loses some, and send() resolves',
  about: 'kafkajs 2.2.4',
  source: 'kafkajs producer/sendMessages.js (responsePerBroker outlives the partitioning)',
  async run(lab) {
    const run = await runDone(lab, {
      topics: { orders: { partitions: 2 } },
      seed: 3,
      apps: { shop },
      faults: [
        on(
          request('Produce', { partition: 1, nth: 1 }),
          holdUntil(response('Produce', { partition: 0, nth: 1 })),
          disconnect(),
        ),
      ],
    })
    const logs = [0, 1].map((partition) => logText(run, 'orders', partition))
    assert.deepEqual(logs, ['m0,m2,m4', 'm0,m2,m4'])
    assert.match(toldText(run), / @0 p1@0$/)
    return { outcome: `${toldText(run)}; p0 ${logs[0]}; p1 ${logs[1]}` }
  },
}
