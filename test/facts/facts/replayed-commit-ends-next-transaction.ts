/**
 * In the first version of the transaction protocol (the only one that kafkajs speaks) an EndTxn
 * names the producer and its epoch, and the next transaction has the same ones. A copy of the
 * first transaction's EndTxn, as a client that retries would send it, arrives in the second one
 * and ends it; what the app sends next to another partition opens a third one that the app knows
 * nothing of.
 */
import assert from 'node:assert/strict'
import { on, request, resendAt, response } from '../../../lib/src/faults'
import type { App } from '../../../lib/src/lab'
import type { Fact } from '../fact'
import { stableUpTo } from '../last-stable-offset'
import { runDone } from '../run-done'
import { logText, toldText } from '../run-text'

async function shop({ kafka }: App) {
  const producer = kafka.producer({ idempotent: true, transactionalId: 'shop' })
  await producer.connect()
  const record = (value: string, partition: number) => ({
    topic: 'orders',
    messages: [{ value, partition }],
  })
  const first = await producer.transaction()
  await first.send(record('A', 0))
  await first.commit()
  const second = await producer.transaction()
  await second.send(record('B', 0))
  // Until the copy's marker stands behind A, its marker and B.
  await stableUpTo(kafka, { topic: 'orders', offset: 4 })
  await second.send(record('C', 1))
  await second.abort()
  await stableUpTo(kafka, { topic: 'orders', partition: 1, offset: 2 })
  await producer.disconnect()
}

export const fact: Fact = {
  claim: 'A replayed commit tears the next transaction: B committed, C aborted by its abort()',
  about: 'protocol',
  source: 'KAFKA-17754; Jepsen, Bufstream 0.1.0; KIP-890 (the second version ends it)',
  async run(lab) {
    const run = await runDone(lab, {
      topics: { orders: { partitions: 2 } },
      apps: { shop },
      faults: [
        on(request('EndTxn', { nth: 1 }), resendAt(response('Produce', { value: 'B', nth: 1 }))),
      ],
    })
    const logs = [0, 1].map((partition) => logText(run, 'orders', partition))
    assert.deepEqual(logs, ['A(s0) <COMMIT> B(s1) <COMMIT>', 'C(s0) <ABORT>'])
    assert.equal(toldText(run), 'begin ok, A @0, commit ok, begin ok, B @2, C p1@0, abort ok')
    return { outcome: `${toldText(run)}; p0 ${logs[0]}; p1 ${logs[1]}` }
  },
}
