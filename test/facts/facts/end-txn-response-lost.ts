/**
 * kafkajs sends EndTxn once. When its response does not come in time the transaction is committed
 * in the log, the app does not know, and the producer stays in COMMITTING for good: only a new
 * producer gets on.
 */
import assert from 'node:assert/strict'
import { drop, on, response } from '../../../lib/src/faults'
import type { App } from '../../../lib/src/lab'
import { operationsNamed } from '../../../lib/src/history/operations'
import type { Fact } from '../fact'
import { stableUpTo } from '../last-stable-offset'
import { runDone } from '../run-done'
import { logText, requestCount, toldText } from '../run-text'

async function shop({ kafka }: App) {
  const settings = { idempotent: true, transactionalId: 'shop' }
  const producer = kafka.producer(settings)
  await producer.connect()
  const transaction = await producer.transaction()
  await transaction.send({ topic: 'orders', messages: [{ value: 'A' }] })
  await Promise.allSettled([transaction.commit()])
  await Promise.allSettled([transaction.commit()])
  await Promise.allSettled([transaction.abort()])
  await Promise.allSettled([producer.transaction()])
  await producer.disconnect()

  const successor = kafka.producer(settings)
  await successor.connect()
  const next = await successor.transaction()
  await next.send({ topic: 'orders', messages: [{ value: 'B' }] })
  await next.commit()
  await stableUpTo(kafka, { topic: 'orders', offset: 4 })
  await successor.disconnect()
}

export const fact: Fact = {
  claim:
    'A lost EndTxn response leaves the transaction committed in the log and the producer stuck ' +
    'in COMMITTING until a new one is built',
  about: 'kafkajs 2.2.4',
  source: 'kafkajs producer/eosManager (commit), transactionStateMachine; #1275, #1282',
  async run(lab) {
    const run = await runDone(lab, {
      topics: { orders: {} },
      apps: { shop: { body: shop, client: { requestTimeout: 500 } } },
      faults: [on(response('EndTxn', { nth: 1 }), drop())],
    })
    assert.equal(logText(run, 'orders'), 'A(e0 s0) <COMMIT e0> B(e1 s0) <COMMIT e1>')
    assert.equal(requestCount(run, 'EndTxn'), 2)
    const [committed, again] = operationsNamed(run.history, 'commitTransaction')
    const [aborted] = operationsNamed(run.history, 'abortTransaction')
    const [, stuck] = operationsNamed(run.history, 'transaction')
    assert.equal(committed?.error?.name, 'KafkaJSRequestTimeoutError')
    assert.equal(committed?.outcome, 'info')
    for (const { error } of [again!, aborted!]) {
      assert.match(error?.message ?? '', /Cannot continue to use transaction once ended/)
    }
    const refused = /Cannot call "beginTransaction" in state "COMMITTING"/
    assert.match(stuck?.error?.message ?? '', refused)
    return { outcome: `${toldText(run)}; log ${logText(run, 'orders')}` }
  },
}
