/**
 * The counterpart of the replayed EndTxn: one that is only late, and arrives when a successor has
 * started, does no harm. The successor's InitProducerId has aborted the transaction and raised the
 * epoch, so the coordinator refuses the old one.
 */
import assert from 'node:assert/strict'
import { holdUntil, on, request, response } from '../../../lib/src/faults'
import { frames } from '../../../lib/src/history/frames'
import type { App } from '../../../lib/src/lab'
import type { Fact } from '../fact'
import { stableUpTo } from '../last-stable-offset'
import { runDone } from '../run-done'
import { logText, toldText } from '../run-text'

async function shop({ kafka }: App) {
  const settings = { idempotent: true, transactionalId: 'shop' }
  const producer = kafka.producer(settings)
  const successor = kafka.producer(settings)
  for (const client of [producer, successor]) await client.connect()
  const record = (value: string) => ({ topic: 'orders', messages: [{ value }] })
  const first = await producer.transaction()
  await first.send(record('A'))
  await Promise.allSettled([first.commit()])
  const second = await successor.transaction()
  await second.send(record('B'))
  await second.commit()
  await stableUpTo(kafka, { topic: 'orders', offset: 4 })
  for (const client of [producer, successor]) await client.disconnect()
}

export const fact: Fact = {
  claim: "An EndTxn that arrives after the successor's InitProducerId is refused",
  about: 'protocol',
  source: 'KIP-98; Kafka TransactionCoordinator.endTransaction',
  async run(lab) {
    const run = await runDone(lab, {
      topics: { orders: {} },
      apps: { shop: { body: shop, client: { requestTimeout: 500 } } },
      faults: [
        on(request('EndTxn', { nth: 1 }), holdUntil(request('AddPartitionsToTxn', { nth: 2 }))),
        on(request('Produce', { value: 'B' }), holdUntil(response('EndTxn', { nth: 1 }))),
      ],
    })
    const late = frames(run.history).find(
      ({ api, direction }) => api === 'EndTxn' && direction === 'response',
    )
    assert.equal(late?.fields.error, 'INVALID_PRODUCER_EPOCH')
    const log = logText(run, 'orders')
    assert.equal(log, 'A(e0 s0) <ABORT e1> B(e2 s0) <COMMIT e2>')
    assert.equal(
      toldText(run),
      'begin ok, A @0, commit KafkaJSRequestTimeoutError, begin ok, B @2, commit ok',
    )
    return { outcome: `${toldText(run)}; late EndTxn ${late?.fields.error}; log ${log}` }
  },
}
