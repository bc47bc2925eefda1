/**
 * Both attempts of A are appended once and never acknowledged: the send is rejected and kafkajs
 * gives the sequence back. B takes it, the leader takes B for another copy of A and answers with
 * A's offset: B is acknowledged and lost, and the "failed" A is in the log.
 */
import assert from 'node:assert/strict'
import { disconnect, on, response } from '../../../lib/src/faults'
import type { App } from '../../../lib/src/lab'
import type { Fact } from '../fact'
import { runDone } from '../run-done'
import { logText, toldText } from '../run-text'

async function shop({ kafka }: App) {
  const retry = { initialRetryTime: 50, retries: 1 }
  const producer = kafka.producer({ idempotent: true, retry })
  await producer.connect()
  const send = (value: string) => producer.send({ topic: 'orders', messages: [{ value }] })
  await Promise.allSettled([send('A')])
  await send('B')
  await send('C')
  await producer.disconnect()
}

export const fact: Fact = {
  claim: 'After retries ran out on a hidden write, the next send is acknowledged and lost',
  about: 'kafkajs 2.2.4',
  source: 'kafkajs producer/sendMessages.js (the counter goes back on failure)',
  async run(lab) {
    const run = await runDone(lab, {
      topics: { orders: {} },
      apps: { shop },
      faults: [on(response('Produce', { value: 'A' }), disconnect())],
    })
    assert.equal(logText(run, 'orders'), 'A(s0) C(s1)')
    assert.match(toldText(run), /^A KafkaJS\w+, B @0, C @1$/)
    return { outcome: `${toldText(run)}; log ${logText(run, 'orders')}` }
  },
}
