/**
 * A zombie that had no transaction open learns nothing: its transaction() asks no broker, and after
 * its send was refused kafkajs counts no partition as part of the transaction, so commit() sends no
 * EndTxn and resolves.
 */
import assert from 'node:assert/strict'
import type { App } from '../../../lib/src/lab'
import type { Fact } from '../fact'
import { stableUpTo } from '../last-stable-offset'
import { runDone } from '../run-done'
import { logText, requestCount, toldText } from '../run-text'

async function shop({ kafka }: App) {
  const settings = { idempotent: true, transactionalId: 'shop' }
  const zombie = kafka.producer(settings)
  const successor = kafka.producer(settings)
  const record = (value: string) => ({ topic: 'orders', messages: [{ value }] })
  await zombie.connect()
  const first = await zombie.transaction()
  await first.send(record('A'))
  await first.commit()
  await successor.connect()
  const next = await successor.transaction()
  const old = await zombie.transaction()
  await Promise.allSettled([old.send(record('B'))])
  await old.commit()
  await next.send(record('C'))
  await next.commit()
  await stableUpTo(kafka, { topic: 'orders', offset: 4 })
  for (const producer of [zombie, successor]) await producer.disconnect()
}

export const fact: Fact = {
  claim: 'The commit() of a zombie that was idle resolves although its send was refused',
  about: 'kafkajs 2.2.4',
  source: 'kafkajs producer/eosManager (commit: "not sending EndTxn")',
  async run(lab) {
    const run = await runDone(lab, { topics: { orders: {} }, apps: { shop } })
    const log = logText(run, 'orders')
    assert.equal(
      toldText(run),
      'begin ok, A @0, commit ok, begin ok, begin ok, B INVALID_PRODUCER_EPOCH, commit ok, ' +
        'C @2, commit ok',
    )
    assert.equal(requestCount(run, 'EndTxn'), 2)
    assert.equal(log, 'A(e0 s0) <COMMIT e0> C(e1 s0) <COMMIT e1>')
    return { outcome: `${toldText(run)}; log ${log}` }
  },
}
