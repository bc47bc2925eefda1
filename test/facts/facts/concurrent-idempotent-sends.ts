/**
 * kafkajs takes the sequence when a request leaves and gives it back when the request fails. Of
 * two concurrent sends the second is sent first; its response is lost; the other one takes the
 * same sequence and is answered as its duplicate, and the retry is appended under the next
 * sequence. Both sends resolve. One warm-up send fixes which of the two overtakes.
 */
import assert from 'node:assert/strict'
import { disconnect, on, response } from '../../../lib/src/faults'
import type { App } from '../../../lib/src/lab'
import type { Fact } from '../fact'
import { runDone } from '../run-done'
import { logText, toldText } from '../run-text'

async function shop({ kafka }: App) {
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 })
  await producer.connect()
  const send = (value: string) => producer.send({ topic: 'orders', messages: [{ value }] })
  await send('W')
  await Promise.all([send('A'), send('B')])
  await producer.disconnect()
}

export const fact: Fact = {
  claim:
    'Of two concurrent idempotent sends with one lost response, one is lost and one doubled, ' +
    'and both resolve',
  about: 'kafkajs 2.2.4',
  source: 'kafkajs producer/eosManager (updateSequence); tulios/kafkajs #598, #1005, PR #1050',
  async run(lab) {
    const run = await runDone(lab, {
      topics: { orders: {} },
      apps: { shop },
      faults: [on(response('Produce', { nth: 2 }), disconnect())],
    })
    assert.equal(logText(run, 'orders'), 'W(s0) B(s1) B(s2)')
    assert.equal(toldText(run), 'W @0, A @1, B @2')
    return { outcome: `${toldText(run)}; log ${logText(run, 'orders')}` }
  },
}
