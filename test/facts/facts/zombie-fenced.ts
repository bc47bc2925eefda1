/**
 * A successor with the same transactional id does not fence the old producer by connecting: kafkajs
 * sends InitProducerId with its first transaction(). From then on every call of the old one that
 * reaches a broker is refused, and its open transaction has been aborted.
 */
import assert from 'node:assert/strict'
import type { App } from '../../../lib/src/lab'
import type { Fact } from '../fact'
import { stableUpTo } from '../last-stable-offset'
import { runDone } from '../run-done'
import { logText, toldText } from '../run-text'

async function shop({ kafka }: App) {
  const settings = { idempotent: true, transactionalId: 'shop' }
  const zombie = kafka.producer(settings)
  const successor = kafka.producer(settings)
  const record = (value: string) => ({ topic: 'orders', messages: [{ value }] })
  await zombie.connect()
  const old = await zombie.transaction()
  await old.send(record('A'))
  await successor.connect()
  await old.send(record('B'))
  const next = await successor.transaction()
  const topics = [{ topic: 'orders', partitions: [{ partition: 0, offset: '1' }] }]
  await Promise.allSettled([old.send(record('C'))])
  await Promise.allSettled([old.sendOffsets({ consumerGroupId: 'billing', topics })])
  await Promise.allSettled([old.commit()])
  await next.send(record('D'))
  await next.commit()
  await stableUpTo(kafka, { topic: 'orders', offset: 5 })
  for (const producer of [zombie, successor]) await producer.disconnect()
}

export const fact: Fact = {
  claim: 'A zombie is fenced by the first transaction() of its successor, not by its connect()',
  about: 'kafkajs 2.2.4',
  source: 'kafkajs producer/index.js (transaction); Kafka TransactionCoordinator.initProducerId',
  async run(lab) {
    const run = await runDone(lab, { topics: { orders: {} }, apps: { shop } })
    const log = logText(run, 'orders')
    assert.equal(
      toldText(run),
      'begin ok, A @0, B @1, begin ok, C INVALID_PRODUCER_EPOCH, ' +
        'sendOffsets INVALID_PRODUCER_EPOCH, commit INVALID_PRODUCER_EPOCH, D @3, commit ok',
    )
    assert.equal(log, 'A(e0 s0) B(e0 s1) <ABORT e1> D(e2 s0) <COMMIT e2>')
    assert.deepEqual(run.groups, [])
    return { outcome: `${toldText(run)}; log ${log}` }
  },
}
