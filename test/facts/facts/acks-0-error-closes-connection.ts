/**
 * acks=0 has no answer that could carry an error. send() resolves with an empty list as soon as
 * the bytes are handed over; a broker that refuses the record closes the connection, and all the
 * app could see is that its next request has to connect anew.
 */
import assert from 'node:assert/strict'
import type { App } from '../../../lib/src/lab'
import type { Fact } from '../fact'
import { runDone } from '../run-done'
import { logText, toldText } from '../run-text'

async function shop({ kafka, store }: App) {
  const producer = kafka.producer({ retry: { initialRetryTime: 50 } })
  await producer.connect()
  const tooLarge = 'A'.repeat(2000)
  const sent = await producer.send({ topic: 'orders', acks: 0, messages: [{ value: tooLarge }] })
  await store.set('sent', sent)
  await producer.send({ topic: 'orders', acks: -1, messages: [{ value: 'B' }] })
  await producer.disconnect()
}

export const fact: Fact = {
  claim: 'A send with acks=0 resolves [] though refused; the broker closes the connection',
  about: 'Kafka',
  source: 'Kafka KafkaApis.handleProduceRequest; kafkajs network/requestQueue',
  async run(lab) {
    const run = await runDone(lab, {
      topics: { orders: { config: { 'max.message.bytes': 1000 } } },
      apps: { shop },
    })
    const closed = run.history.filter(
      (event) => event.type === 'connection' && event.state === 'closed' && event.by === 'broker',
    )
    const stored = run.history.find((event) => 'operation' in event && event.operation === 'store')
    assert.deepEqual(stored && 'value' in stored && stored.value, { key: 'sent', value: [] })
    assert.equal(closed.length, 1)
    assert.equal(logText(run, 'orders'), 'B')
    const told = toldText(run).replace(/A{2000}/, 'A')
    assert.equal(told, 'A sent, B @0')
    return { outcome: `${told}; log ${logText(run, 'orders')}; closed by the broker` }
  },
}
