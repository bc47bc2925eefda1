/**
 * acks=1 is the leader's word alone. The followers stand still, the leader appends and acknowledges
 * A and dies, the followers go on, one of them leads: A is on the dead leader's disk only, and is
 * cut off when that broker comes back.
 *
 * Why a wait by time: when the followers stop, a Fetch of theirs may be waiting at the leader, and
 * the answer to it would carry A into their sockets. The leader answers it after
 * replica.fetch.wait.max.ms (50 here) at the latest; nothing tells a client that it has. 300 ms are
 * six times that, and leave the followers in the ISR (broker.session.timeout.ms is 1000).
 */
import assert from 'node:assert/strict'
import { kill, on, pause, request, response, resume, sleep } from '../../../lib/src/faults'
import type { App } from '../../../lib/src/lab'
import type { Fact } from '../fact'
import { runDone } from '../run-done'
import { logText, replicaText, toldText } from '../run-text'

async function shop({ kafka }: App) {
  const producer = kafka.producer()
  await producer.connect()
  await producer.send({ topic: 'orders', acks: -1, messages: [{ value: 'W' }] })
  await producer.send({ topic: 'orders', acks: 1, messages: [{ value: 'A' }] })
  await producer.disconnect()
}

export const fact: Fact = {
  claim: 'A record acknowledged with acks=1 is lost when the leader dies before it is replicated',
  about: 'Kafka',
  source: 'Kafka Partition.appendRecordsToLeader; AbstractFetcherThread (truncation)',
  async run(lab) {
    // Broker 1 leads orders-0, brokers 2 and 3 follow.
    const run = await runDone(lab, {
      topics: { orders: {} },
      apps: { shop },
      faults: [
        on(request('Produce', { value: 'A' }), pause(2), pause(3), sleep(300)),
        on(response('Produce', { value: 'A' }), kill(1), resume(2), resume(3)),
      ],
    })
    assert.equal(toldText(run), 'W @0, A @1')
    const replicas = [1, 2, 3].map((broker) => replicaText(run, 'orders', broker))
    assert.deepEqual(replicas, ['W A', 'W', 'W'])
    const log = logText(run, 'orders')
    assert.equal(log, 'W')
    return { outcome: `${toldText(run)}; dead leader ${replicas[0]}; log ${log}` }
  },
}
