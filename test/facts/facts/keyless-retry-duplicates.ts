/**
 * Every retry asks the partitioner again, and a message without key or partition goes round robin.
 * So the copy lands in the other partition, where no sequence can know of the first.
 */
import assert from 'node:assert/strict'
import { disconnect, on, response } from '../../../lib/src/faults'
import type { App } from '../../../lib/src/lab'
import type { Fact } from '../fact'
import { runDone } from '../run-done'
import { logText } from '../run-text'

async function shop({ kafka, params }: App) {
  const producer = kafka.producer({ idempotent: params.idempotent })
  await producer.connect()
  await producer.send({ topic: 'orders', messages: [{ value: 'A' }] })
  await producer.disconnect()
}

export const fact: Fact = {
  claim: 'The retry of a keyless message doubles it in another partition, idempotent or not',
  about: 'kafkajs 2.2.4',
  source: 'kafkajs producer/sendMessages.js (groupMessagesPerPartition inside the retrier)',
  async run(lab) {
    const outcomes: string[] = []
    for (const [idempotent, record] of [
      [false, 'A'],
      [true, 'A(s0)'],
    ] as const) {
      const run = await runDone(lab, {
        topics: { orders: { partitions: 2 } },
        apps: { shop: { body: shop, params: { idempotent } } },
        faults: [on(response('Produce', { nth: 1 }), disconnect())],
      })
      const logs = `p0 ${logText(run, 'orders', 0)}; p1 ${logText(run, 'orders', 1)}`
      assert.equal(logs, `p0 ${record}; p1 ${record}`)
      outcomes.push(logs)
    }
    return { outcome: outcomes.join(' | ') }
  },
}
