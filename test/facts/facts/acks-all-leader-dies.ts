/**
 * The fate of acks-1-leader-dies with acks=all: the leader alone does not acknowledge. It answers
 * REQUEST_TIMED_OUT after the send's `timeout`, which proves that it has appended A and that nobody
 * else has; then it dies. kafkajs sends A again, the next leader appends it, and send() resolves.
 *
 * The wait of 300 ms is explained in acks-1-leader-dies.ts; with the 200 ms of `timeout` it leaves
 * the followers in the ISR.
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
  await producer.send({ topic: 'orders', acks: -1, timeout: 200, messages: [{ value: 'A' }] })
  await producer.disconnect()
}

export const fact: Fact = {
  claim: 'With acks=all the leader that dies before replication has acknowledged nothing',
  about: 'Kafka',
  source: 'Kafka DelayedProduce, Partition.checkEnoughReplicasReachOffset',
  async run(lab) {
    // Broker 1 leads orders-0, brokers 2 and 3 follow.
    const run = await runDone(lab, {
      topics: { orders: {} },
      apps: { shop },
      faults: [
        on(request('Produce', { value: 'A', nth: 1 }), pause(2), pause(3), sleep(300)),
        on(response('Produce', { value: 'A', nth: 1 }), kill(1), resume(2), resume(3)),
      ],
    })
    const refused = run.history.find(
      (event) =>
        event.type === 'frame' &&
        event.direction === 'response' &&
        event.fields.partitions?.some(({ error }) => error === 'REQUEST_TIMED_OUT'),
    )
    assert.ok(refused, 'the leader answered A otherwise than with REQUEST_TIMED_OUT')
    assert.equal(toldText(run), 'W @0, A @1')
    assert.equal(replicaText(run, 'orders', 1), 'W A')
    assert.equal(logText(run, 'orders'), 'W A')
    const [log] = run.logs
    const epochs = log?.batches.map(({ leaderEpoch }) => leaderEpoch) ?? []
    assert.ok(epochs[1]! > epochs[0]!, `A was appended under the leader epoch ${epochs[1]}`)
    return { outcome: `${toldText(run)}; log ${logText(run, 'orders')}, A by the next leader` }
  },
}
