/**
 * As retries-exhausted-swallows-next, but the next send holds two messages: its sequences 0 to 1
 * match no earlier batch, so the leader refuses it, and kafkajs does not retry that. The
 * one-message send after it is taken for A again.
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
  const send = (...values: string[]) =>
    producer.send({ topic: 'orders', messages: values.map((value) => ({ value })) })
  await Promise.allSettled([send('A')])
  await Promise.allSettled([send('B', 'C')])
  await send('D')
  await producer.disconnect()
}

export const fact: Fact = {
  claim:
    'After retries ran out on a hidden write, a send of another size is refused as out of order, ' +
    'and the one after it is acknowledged and lost',
  about: 'kafkajs 2.2.4',
  source: 'kafkajs producer/sendMessages.js; Kafka ProducerAppendInfo.checkSequence',
  async run(lab) {
    const run = await runDone(lab, {
      topics: { orders: {} },
      apps: { shop },
      faults: [on(response('Produce', { value: 'A' }), disconnect())],
    })
    assert.equal(logText(run, 'orders'), 'A(s0)')
    assert.match(toldText(run), /^A KafkaJS\w+, B,C OUT_OF_ORDER_SEQUENCE_NUMBER, D @0$/)
    return { outcome: `${toldText(run)}; log ${logText(run, 'orders')}` }
  },
}
