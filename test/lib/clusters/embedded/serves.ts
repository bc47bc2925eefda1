/** Whether a cluster is well: it takes a new topic, and keeps a record on all of its replicas. */
import assert from 'node:assert/strict'
import { BrokerConnection } from '../../../../lib/src/clusters/embedded/broker-connection'
import { createTopics } from '../../../../lib/src/protocol/apis/create-topics'
import { produce } from '../../../../lib/src/protocol/apis/produce'
import { decodeResponse, encodeRequest } from '../../../../lib/src/protocol/frame'
import type { SimulatedCluster } from '../../../../lib/src/simulation/cluster'
import { send } from './clients'

const topic = 'orders'

/** @param nowMs the cluster's time, which goes on from there */
export function assertServes(cluster: SimulatedCluster, nowMs: number): void {
  let atMs = nowMs
  const ask = (broker: number, request: Buffer): Buffer => {
    const answers: Buffer[] = []
    const session = cluster.connect(broker)
    assert.ok(session !== 'refused')
    const closed = () => assert.fail('the connection was closed')
    const client = {
      write: (bytes: Buffer) => void answers.push(bytes),
      end: closed,
      reset: closed,
    }
    new BrokerConnection(session, client, 100_000).receive(request)
    cluster.advanceTo((atMs += 5_000))
    const [answer] = answers
    assert.ok(answer, `broker ${broker} does not answer`)
    return answer
  }
  const assignments = [{ partition: 0, brokerIds: [1, 2, 3] }]
  const creation = encodeRequest(
    createTopics,
    { correlationId: 1, clientId: 'test' },
    {
      topics: [{ topic, numPartitions: -1, replicationFactor: -1, assignments, configs: [] }],
      timeoutMs: 1000,
      validateOnly: false,
    },
  )
  const created = decodeResponse(createTopics, ask(1, creation)).response.topics
  assert.deepEqual(
    created.map(({ errorCode }) => errorCode),
    [0],
  )
  const produced = decodeResponse(produce, ask(1, send(2, 'order-1'))).response.topics
  assert.deepEqual(
    produced.flatMap(({ partitions }) => partitions.map(({ errorCode }) => errorCode)),
    [0],
  )
  const replicas = cluster.replicaLogs(topic, 0)
  assert.deepEqual(
    replicas.map(({ broker, batches }) => [broker, batches.length]),
    [
      [1, 1],
      [2, 1],
      [3, 1],
    ],
  )
}
