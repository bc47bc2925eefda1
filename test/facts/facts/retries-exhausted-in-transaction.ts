/**
 * The hidden write of retries-exhausted-swallows-next inside a transaction: the app is told that A
 * failed and B arrived, and commits. The log holds the reverse: A is committed, B is nowhere.
 */
import assert from 'node:assert/strict'
import { disconnect, on, response } from '../../../lib/src/faults'
import type { App } from '../../../lib/src/lab'
import type { Fact } from '../fact'
import { stableUpTo } from '../last-stable-offset'
import { runDone } from '../run-done'
import { logText, toldText } from '../run-text'

async function shop({ kafka }: App) {
  const retry = { initialRetryTime: 50, retries: 1 }
  const producer = kafka.producer({ idempotent: true, transactionalId: 'shop', retry })
  await producer.connect()
  const transaction = await producer.transaction()
  const send = (value: string) => transaction.send({ topic: 'orders', messages: [{ value }] })
  await Promise.allSettled([send('A')])
  await send('B')
  await transaction.commit()
  await stableUpTo(kafka, { topic: 'orders', offset: 2 })
  await producer.disconnect()
}

export const fact: Fact = {
  claim: 'After a hidden write in a transaction, commit keeps what failed and loses what succeeded',
  about: 'kafkajs 2.2.4',
  source: 'kafkajs producer/sendMessages.js, producer/eosManager',
  async run(lab) {
    const run = await runDone(lab, {
      topics: { orders: {} },
      apps: { shop },
      faults: [on(response('Produce', { value: 'A' }), disconnect())],
    })
    assert.equal(logText(run, 'orders'), 'A(s0) <COMMIT>')
    assert.match(toldText(run), /^begin ok, A KafkaJS\w+, B @0, commit ok$/)
    return { outcome: `${toldText(run)}; log ${logText(run, 'orders')}` }
  },
}
