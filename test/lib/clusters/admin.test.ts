import assert from 'node:assert/strict'
import { createTopics, kafkaVersion } from '../../../lib/src/clusters/admin'
import { deleteGroups, findCoordinator } from '../../../lib/src/clusters/admin-groups'
import { produce } from '../../../lib/src/clusters/admin-produce'
import { readPartition } from '../../../lib/src/clusters/observe'
import { errorCode } from '../../../lib/src/protocol/errors'
import { encodeRecordBatch } from '../../../lib/src/protocol/record-batch-encode'
import { scriptedClient } from './wire-client-stub'

const throttleTimeMs = 0

const partition = { partition: 0, leaderId: 1, replicas: [1], isr: [1], offlineReplicas: [] }
const metadataAnswer = {
  throttleTimeMs,
  brokers: [{ nodeId: 1, host: 'stub', port: 1, rack: null }],
  clusterId: null,
  controllerId: 1,
  topics: [
    {
      errorCode: 0,
      topic: 'orders',
      isInternal: false,
      partitions: [{ ...partition, errorCode: 0 }],
    },
  ],
}

const offsetAnswer = (offset: number) => ({
  throttleTimeMs,
  topics: [
    { topic: 'orders', partitions: [{ partition: 0, errorCode: 0, timestamp: -1, offset }] },
  ],
})

const created = (name: Parameters<typeof errorCode>[0]) => ({
  throttleTimeMs,
  topics: [{ topic: 'orders', errorCode: errorCode(name), errorMessage: null }],
})

const coordinator = (name: Parameters<typeof errorCode>[0]) => ({
  throttleTimeMs,
  errorCode: errorCode(name),
  errorMessage: null,
  nodeId: 1,
  host: 'stub',
  port: 1,
})

const produced = (name: Parameters<typeof errorCode>[0]) => {
  const offsets = { baseOffset: 4, logAppendTimeMs: -1, logStartOffset: 0 }
  const partitions = [{ partition: 0, errorCode: errorCode(name), ...offsets }]
  return { topics: [{ topic: 'orders', partitions }], throttleTimeMs }
}

const orders = [{ name: 'orders', assignment: [[1]], config: {} }]
const place = { topic: 'orders', partition: 0 }

/** Runs with a clock that is an hour further at every look: every limit is passed at once. */
async function impatiently(action: () => Promise<void>): Promise<void> {
  const { now } = performance
  let hours = 0
  performance.now = () => 3_600_000 * hours++
  try {
    await action()
  } finally {
    performance.now = now
  }
}

describe('what the lab does around a run, against a scripted broker', () => {
  it('a retriable error is tried again', async () => {
    const script = [coordinator('COORDINATOR_NOT_AVAILABLE'), coordinator('NONE')]
    const { client, asked } = scriptedClient({ FindCoordinator: script })
    assert.equal(await findCoordinator(client, { group: 'g' }), 1)
    assert.equal(asked.length, 2)
    await client.close()
  })

  it('another error is not', async () => {
    const script = [coordinator('GROUP_AUTHORIZATION_FAILED'), coordinator('NONE')]
    const { client, asked } = scriptedClient({ FindCoordinator: script })
    await assert.rejects(findCoordinator(client, { group: 'g' }), {
      name: 'KafkaProtocolError',
      kafkaError: 'GROUP_AUTHORIZATION_FAILED',
    })
    assert.equal(asked.length, 1)
    await client.close()
  })

  it('what does not come within the limit is an error that says what was seen', async () => {
    const script = [coordinator('COORDINATOR_LOAD_IN_PROGRESS')]
    const { client } = scriptedClient({ FindCoordinator: script })
    await impatiently(() =>
      assert.rejects(findCoordinator(client, { group: 'g' }), {
        message: /^Coordinator of 'g': not done after 30000 ms; .*COORDINATOR_LOAD_IN_PROGRESS$/,
      }),
    )
    await client.close()
  })

  it('a topic whose creation was not answered may exist at the second attempt', async () => {
    const { client } = scriptedClient({
      CreateTopics: ['hang up', created('TOPIC_ALREADY_EXISTS')],
      Metadata: [metadataAnswer],
      ListOffsets: [offsetAnswer(0)],
    })
    await createTopics(client, orders)
    await client.close()
  })

  it('a topic that exists at the first attempt is refused', async () => {
    const { client } = scriptedClient({ CreateTopics: [created('TOPIC_ALREADY_EXISTS')] })
    await assert.rejects(createTopics(client, orders), { kafkaError: 'TOPIC_ALREADY_EXISTS' })
    await client.close()
  })

  it('a seed that was surely not written is sent again', async () => {
    const script = [produced('NOT_LEADER_OR_FOLLOWER'), produced('NONE')]
    const { client } = scriptedClient({ Metadata: [metadataAnswer], Produce: script })
    assert.equal(await produce(client, place, [{ value: 'order-1' }]), 4)
    await client.close()
  })

  it('a seed that may have been written is never sent again', async () => {
    for (const outcome of [
      produced('REQUEST_TIMED_OUT'),
      produced('NOT_ENOUGH_REPLICAS_AFTER_APPEND'),
      'hang up',
    ]) {
      const script = [outcome, produced('NONE')]
      const { client, asked } = scriptedClient({ Metadata: [metadataAnswer], Produce: script })
      await assert.rejects(produce(client, place, [{ value: 'order-1' }]))
      assert.equal(asked.filter((api) => api === 'Produce').length, 1)
      await client.close()
    }
  })

  it('a group that is held names its members', async () => {
    const member = { memberId: 'shop-1', clientId: 'shop', clientHost: '' }
    const bytes = { memberMetadata: Buffer.alloc(0), memberAssignment: Buffer.alloc(0) }
    const group = { errorCode: 0, groupId: 'g', protocolType: '', protocolData: '' }
    const members = [{ ...member, ...bytes }]
    const { client } = scriptedClient({
      FindCoordinator: [coordinator('NONE')],
      DescribeGroups: [{ throttleTimeMs, groups: [{ ...group, groupState: 'Stable', members }] }],
    })
    await impatiently(() =>
      assert.rejects(deleteGroups(client, ['g'], 'wait'), {
        message: /^Deleting group g: .*its members are shop-1 \(client shop\)$/,
      }),
    )
    await client.close()
  })

  it('a release that is not known is unknown', async () => {
    for (const [level, release] of [
      [20, 'unknown'],
      [25, '4.0'],
      [31, '4.4'],
      [40, 'unknown'],
    ]) {
      const feature = { name: 'metadata.version', minVersion: 7, maxVersion: level }
      const answer = { errorCode: 0, apiKeys: [], throttleTimeMs, supportedFeatures: [feature] }
      const { client } = scriptedClient({ ApiVersions: [answer] })
      assert.equal(await kafkaVersion(client), release)
      await client.close()
    }
  })

  it('reading waits for a high watermark that is below the end of the log', async () => {
    const batch = encodeRecordBatch({ timestampMs: 0, records: [{ value: 'order-1' }] })
    const fetched = (highWatermark: number) => {
      const offsets = { highWatermark, lastStableOffset: highWatermark, logStartOffset: 0 }
      const none = { abortedTransactions: null, preferredReadReplica: -1 }
      const records = highWatermark === 0 ? null : batch
      const partitions = [{ partition: 0, errorCode: 0, ...offsets, ...none, records }]
      const topics = [{ topic: 'orders', partitions }]
      return { throttleTimeMs, errorCode: 0, sessionId: 0, topics }
    }
    const offsets = [0, 1, 0, 1].map(offsetAnswer)
    const { client } = scriptedClient({
      Metadata: [metadataAnswer],
      ListOffsets: offsets,
      Fetch: [fetched(0), fetched(1)],
    })
    const { batches, logEndOffset } = await readPartition(client, 'orders', 0)
    assert.deepEqual([logEndOffset, batches[0]?.records[0]?.value], [1, 'order-1'])
    await client.close()
  })
})
