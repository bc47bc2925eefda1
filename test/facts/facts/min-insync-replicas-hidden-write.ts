/**
 * min.insync.replicas is asked twice: before the append and before the acknowledgement. The
 * follower dies as A leaves: A is appended while the ISR is still full, and cannot be acknowledged
 * afterwards. The retry meets the small ISR and is refused, and that is all send() tells. When the
 * follower is back, A is there.
 */
import assert from 'node:assert/strict'
import { kill, on, request } from '../../../lib/src/faults'
import { frames } from '../../../lib/src/history/frames'
import type { App } from '../../../lib/src/lab'
import type { Fact } from '../fact'
import { runDone } from '../run-done'
import { logText, toldText } from '../run-text'

async function shop({ kafka }: App) {
  const producer = kafka.producer({ retry: { initialRetryTime: 50, retries: 1 } })
  await producer.connect()
  await producer.send({ topic: 'orders', acks: -1, messages: [{ value: 'W' }] })
  // Longer than it takes the controller to notice that a broker is gone (1000 ms).
  const send = { topic: 'orders', acks: -1, timeout: 2500, messages: [{ value: 'A' }] }
  await Promise.allSettled([producer.send(send)])
  await producer.disconnect()
}

export const fact: Fact = {
  claim: 'A send rejected with NOT_ENOUGH_REPLICAS may have written its record',
  about: 'Kafka',
  source: 'Kafka ReplicaManager.appendRecords, DelayedProduce; KAFKA-15583',
  async run(lab) {
    const run = await runDone(lab, {
      topics: { orders: { replicationFactor: 2, config: { 'min.insync.replicas': 2 } } },
      apps: { shop: { body: shop, client: { requestTimeout: 10_000 } } },
      faults: [on(request('Produce', { value: 'A', nth: 1 }), kill(2))],
    })
    const answers = frames(run.history)
      .filter(({ api, direction }) => api === 'Produce' && direction === 'response')
      .map(({ fields }) => fields.partitions?.[0]?.error ?? 'NONE')
    assert.deepEqual(answers, ['NONE', 'REQUEST_TIMED_OUT', 'NOT_ENOUGH_REPLICAS'])
    assert.equal(toldText(run), 'W @0, A NOT_ENOUGH_REPLICAS')
    assert.equal(logText(run, 'orders'), 'W A')
    return { outcome: `${toldText(run)}; log ${logText(run, 'orders')}` }
  },
}
