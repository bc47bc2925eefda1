/**
 * Kafka 4 speaks both versions of the transaction protocol and lets the client choose by the
 * versions of its requests. kafkajs knows only the old ones, so all it does is the first version,
 * whatever the cluster's `transaction.version` says. The group's offset shows that it works all
 * the same.
 */
import assert from 'node:assert/strict'
import type { App } from '../../../lib/src/lab'
import type { Fact } from '../fact'
import { markersWritten } from '../last-stable-offset'
import { runDone } from '../run-done'
import { logText } from '../run-text'

async function shop({ kafka }: App) {
  const producer = kafka.producer({ idempotent: true, transactionalId: 'shop' })
  await producer.connect()
  const transaction = await producer.transaction()
  await transaction.send({ topic: 'orders', messages: [{ value: 'A' }] })
  const topics = [{ topic: 'orders', partitions: [{ partition: 0, offset: '7' }] }]
  await transaction.sendOffsets({ consumerGroupId: 'billing', topics })
  await transaction.commit()
  await markersWritten(kafka, 'shop')
  await producer.disconnect()
}

const transactional = [
  'Produce',
  'InitProducerId',
  'AddPartitionsToTxn',
  'AddOffsetsToTxn',
  'TxnOffsetCommit',
  'EndTxn',
]

export const fact: Fact = {
  claim: 'kafkajs speaks the first version of transactions with Kafka 4',
  about: 'kafkajs 2.2.4',
  source: 'kafkajs protocol/requests; KIP-890 (EndTxn 5 and Produce 12 are the second version)',
  async run(lab) {
    const run = await runDone(lab, { topics: { orders: {} }, apps: { shop } })
    const versions = transactional.map((name) => {
      const used = run.history.flatMap((event) =>
        event.type === 'frame' && event.api === name ? [event.apiVersion] : [],
      )
      return `${name} ${[...new Set(used)].join(' and ')}`
    })
    assert.deepEqual(versions, [
      'Produce 7',
      'InitProducerId 1',
      'AddPartitionsToTxn 1',
      'AddOffsetsToTxn 1',
      'TxnOffsetCommit 1',
      'EndTxn 1',
    ])
    assert.equal(logText(run, 'orders'), 'A(s0) <COMMIT>')
    assert.deepEqual(run.groups, [{ group: 'billing', topic: 'orders', partition: 0, offset: 7 }])
    return { outcome: `${versions.join(', ')}; log ${logText(run, 'orders')}` }
  },
}
