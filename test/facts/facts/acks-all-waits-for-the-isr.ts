/**
 * "All" means the replicas that are in sync at the moment, not all there are. The follower dies as
 * A leaves; the leader waits for it until the controller has taken it out of the ISR, and then
 * acknowledges A alone, since min.insync.replicas is 1 by default. Two replicas say this as well
 * as three, and take one broker's restart less.
 */
import assert from 'node:assert/strict'
import { kill, on, request } from '../../../lib/src/faults'
import type { App } from '../../../lib/src/lab'
import type { Fact } from '../fact'
import { runDone } from '../run-done'
import { logText, replicaText, toldText } from '../run-text'

async function shop({ kafka, store }: App) {
  const producer = kafka.producer()
  const admin = kafka.admin()
  for (const client of [producer, admin]) await client.connect()
  await producer.send({ topic: 'orders', acks: -1, messages: [{ value: 'W' }] })
  await producer.send({ topic: 'orders', acks: -1, messages: [{ value: 'A' }] })
  const { topics } = await admin.fetchTopicMetadata({ topics: ['orders'] })
  await store.set('isr', topics[0]?.partitions[0]?.isr)
  for (const client of [producer, admin]) await client.disconnect()
}

export const fact: Fact = {
  claim: 'acks=all is acknowledged by the leader alone once the follower has left the ISR',
  about: 'Kafka',
  source: 'Kafka Partition.checkEnoughReplicasReachOffset; min.insync.replicas',
  async run(lab) {
    const run = await runDone(lab, {
      topics: { orders: { replicationFactor: 2 } },
      // The leader answers as soon as the ISR has shrunk: after broker.session.timeout.ms, 1000.
      apps: { shop: { body: shop, client: { requestTimeout: 10_000 } } },
      faults: [on(request('Produce', { value: 'A', nth: 1 }), kill(2))],
    })
    const stored = run.history.find((event) => 'operation' in event && event.operation === 'store')
    assert.deepEqual(stored && 'value' in stored && stored.value, { key: 'isr', value: [1] })
    assert.equal(toldText(run), 'W @0, A @1')
    const replicas = [1, 2].map((broker) => replicaText(run, 'orders', broker))
    assert.deepEqual(replicas, ['W A', 'W'])
    assert.equal(logText(run, 'orders'), 'W A')
    return { outcome: `${toldText(run)} with ISR [1]; log ${logText(run, 'orders')}` }
  },
}
