/** Transactions over the whole cluster: coordinator, markers, last stable offset, verification. */
import assert from 'node:assert/strict'
import { addOffsetsToTxn } from '../../../../lib/src/protocol/apis/add-offsets-to-txn'
import { addPartitionsToTxn } from '../../../../lib/src/protocol/apis/add-partitions-to-txn'
import { describeTransactions } from '../../../../lib/src/protocol/apis/describe-transactions'
import { endTxn } from '../../../../lib/src/protocol/apis/end-txn'
import { initProducerId } from '../../../../lib/src/protocol/apis/init-producer-id'
import { offsetFetch } from '../../../../lib/src/protocol/apis/offset-fetch'
import { txnOffsetCommit } from '../../../../lib/src/protocol/apis/txn-offset-commit'
import { errorName } from '../../../../lib/src/protocol/errors'
import type { SimulatedCluster } from '../../../../lib/src/simulation/cluster'
import {
  ask,
  coordinatorOf,
  createTopic,
  disks,
  fetchFrom,
  makeCluster,
  offsetOf,
  produceTo,
  stateOf,
  until,
} from './model-client'

const transactionalId = 'billing'

class TransactionalProducer {
  id = -1
  epoch = -1
  private sequence = 0

  constructor(
    private readonly cluster: SimulatedCluster,
    readonly transactionalId: string,
  ) {}

  get coordinator(): number {
    return coordinatorOf(this.cluster, 2, this.transactionalId, 1)
  }

  private get owner() {
    const { transactionalId, id: producerId, epoch: producerEpoch } = this
    return { transactionalId, producerId, producerEpoch }
  }

  init(): string {
    const request = { transactionalId: this.transactionalId, transactionTimeoutMs: 60_000 }
    const response = ask(this.cluster, this.coordinator, initProducerId, request)
    this.id = response.producerId
    this.epoch = response.producerEpoch
    this.sequence = 0
    return errorName(response.errorCode)
  }

  /** What is answered about the first topic. */
  add(topic: string, ...others: string[]): string {
    const named = [topic, ...others].map((name) => ({ topic: name, partitions: [0] }))
    const request = { ...this.owner, topics: named }
    const { topics } = ask(this.cluster, this.coordinator, addPartitionsToTxn, request)
    const result = topics.find((each) => each.topic === topic)?.partitions[0]
    assert.ok(result)
    return errorName(result.errorCode)
  }

  produce(topic: string, values: string[], broker = 1): string {
    const { id, epoch, sequence: baseSequence } = this
    const producer = { id, epoch, baseSequence, kind: 'transactional' } as const
    this.sequence += values.length
    return produceTo(this.cluster, broker, {
      topic,
      values,
      producer,
      transactionalId: this.transactionalId,
    })
  }

  end(verdict: 'commit' | 'abort'): string {
    const request = { ...this.owner, committed: verdict === 'commit' }
    return errorName(ask(this.cluster, this.coordinator, endTxn, request).errorCode)
  }

  addOffsets(groupId: string): string {
    const request = { ...this.owner, groupId }
    return errorName(ask(this.cluster, this.coordinator, addOffsetsToTxn, request).errorCode)
  }

  commitOffset(groupId: string, offset: number): string {
    const topics = [{ topic: 'orders', partitions: [{ partition: 0, offset, metadata: null }] }]
    const request = { ...this.owner, groupId, topics }
    const group = coordinatorOf(this.cluster, 2, groupId, 0)
    const [result] = ask(this.cluster, group, txnOffsetCommit, request).topics
    return errorName(result?.partitions[0]?.errorCode ?? -1)
  }

  get state(): string {
    const request = { transactionalIds: [this.transactionalId] }
    const response = ask(this.cluster, this.coordinator, describeTransactions, request)
    return response.transactionStates[0]?.transactionState ?? ''
  }
}

function begin(settings: Parameters<typeof makeCluster>[0] = {}) {
  const cluster = makeCluster(settings)
  createTopic(cluster, 'orders')
  const producer = new TransactionalProducer(cluster, transactionalId)
  assert.equal(producer.init(), 'NONE')
  return { cluster, producer }
}

function committedOffset(cluster: SimulatedCluster, groupId: string): number | undefined {
  const coordinator = coordinatorOf(cluster, 2, groupId, 0)
  const answer = ask(cluster, coordinator, offsetFetch, { groupId, topics: null })
  assert.equal(errorName(answer.errorCode), 'NONE')
  return answer.topics[0]?.partitions[0]?.offset
}

describe('Transactions on the simulated cluster', () => {
  it('show their records to read_committed once their commit markers stand', () => {
    const { cluster, producer } = begin()
    assert.equal(producer.add('orders'), 'NONE')
    assert.equal(producer.produce('orders', ['a']), 'NONE@0')
    assert.equal(produceTo(cluster, 1, { topic: 'orders', values: ['plain'] }), 'NONE@1')
    const open = fetchFrom(cluster, 1, 'orders', { isolationLevel: 1 })
    assert.deepEqual(open.values, [])
    assert.equal(open.lastStableOffset, 0)
    assert.equal(offsetOf(cluster, 1, 'orders', { isolationLevel: 1 }), 0)
    assert.deepEqual(fetchFrom(cluster, 1, 'orders').values, ['a', 'plain'])
    assert.equal(producer.end('commit'), 'NONE')
    assert.equal(producer.state, 'PrepareCommit')
    until(cluster, 'complete', () => producer.state === 'CompleteCommit')
    const after = fetchFrom(cluster, 1, 'orders', { isolationLevel: 1 })
    assert.deepEqual(after.values, ['a', 'plain', '<commit>'])
    assert.deepEqual(after.abortedTransactions, [])
    assert.equal(after.lastStableOffset, 3)
  })

  it('tell read_committed which records were aborted', () => {
    const { cluster, producer } = begin()
    producer.add('orders')
    producer.produce('orders', ['a'])
    assert.equal(producer.end('abort'), 'NONE')
    until(cluster, 'complete', () => producer.state === 'CompleteAbort')
    const fetched = fetchFrom(cluster, 1, 'orders', { isolationLevel: 1 })
    assert.deepEqual(fetched.values, ['a', '<abort>'])
    assert.deepEqual(fetched.abortedTransactions, [{ producerId: producer.id, firstOffset: 0 }])
    assert.equal(fetchFrom(cluster, 1, 'orders').abortedTransactions, null)
  })

  it('refuse a record for a partition that was not added (KIP-890)', () => {
    const { cluster, producer } = begin()
    assert.equal(producer.produce('orders', ['a']), 'INVALID_TXN_STATE')
    assert.deepEqual(disks(cluster, 'orders')[1], [])
  })

  it('have such a record sent again while their coordinator cannot be asked', () => {
    const { cluster, producer } = begin()
    producer.add('orders')
    cluster.kill(3)
    assert.equal(producer.produce('orders', ['a']), 'NOT_ENOUGH_REPLICAS')
  })

  it('take in no partition beside one that does not exist', () => {
    const { producer } = begin()
    assert.equal(producer.add('ordres'), 'UNKNOWN_TOPIC_OR_PARTITION')
    assert.equal(producer.add('orders', 'ordres'), 'OPERATION_NOT_ATTEMPTED')
    assert.equal(producer.add('ordres', 'orders'), 'UNKNOWN_TOPIC_OR_PARTITION')
    assert.equal(producer.state, 'Empty')
  })

  it('take that record where verification is off: it hangs', () => {
    const { cluster, producer } = begin({ 'transaction.partition.verification.enable': false })
    assert.equal(producer.produce('orders', ['a']), 'NONE@0')
    assert.deepEqual(fetchFrom(cluster, 1, 'orders', { isolationLevel: 1 }).values, [])
  })

  it('fence the producer that had the transactional id before', () => {
    const { cluster, producer } = begin()
    producer.add('orders')
    producer.produce('orders', ['a'])
    const successor = new TransactionalProducer(cluster, transactionalId)
    assert.equal(successor.init(), 'CONCURRENT_TRANSACTIONS')
    until(cluster, 'aborted', () => successor.state === 'CompleteAbort')
    assert.equal(successor.init(), 'NONE')
    assert.equal(successor.id, producer.id)
    assert.equal(producer.add('orders'), 'INVALID_PRODUCER_EPOCH')
    assert.equal(producer.produce('orders', ['b']), 'INVALID_PRODUCER_EPOCH')
    assert.equal(producer.end('commit'), 'INVALID_PRODUCER_EPOCH')
    assert.deepEqual(disks(cluster, 'orders')[1], ['a', '<abort>'])
  })

  it('go on under another coordinator, which writes the markers that were missing', () => {
    const { cluster, producer } = begin()
    producer.add('orders')
    producer.produce('orders', ['a'])
    assert.equal(producer.coordinator, 3)
    assert.equal(producer.end('commit'), 'NONE')
    cluster.cut(3, 1)
    cluster.kill(3)
    assert.deepEqual(disks(cluster, 'orders')[1], ['a'])
    until(cluster, 'another coordinator', () => producer.coordinator === 1)
    until(cluster, 'complete', () => producer.state === 'CompleteCommit')
    assert.deepEqual(disks(cluster, 'orders')[1], ['a', '<commit>'])
  })

  it('are aborted when their time is over', () => {
    const { cluster, producer } = begin()
    producer.add('orders')
    producer.produce('orders', ['a'])
    cluster.advanceTo(61_000)
    until(cluster, 'aborted', () => producer.state === 'CompleteAbort')
    assert.equal(producer.end('commit'), 'INVALID_PRODUCER_EPOCH')
    assert.deepEqual(disks(cluster, 'orders')[1], ['a', '<abort>'])
  })

  it('keep the offsets they commit from others until they are committed', () => {
    const { cluster, producer } = begin()
    assert.equal(producer.addOffsets('chargers'), 'NONE')
    assert.equal(producer.commitOffset('chargers', 7), 'NONE')
    assert.equal(committedOffset(cluster, 'chargers'), undefined)
    assert.equal(producer.end('commit'), 'NONE')
    until(cluster, 'complete', () => producer.state === 'CompleteCommit')
    assert.equal(committedOffset(cluster, 'chargers'), 7)
    cluster.kill(3)
    until(cluster, 'another coordinator', () => coordinatorOf(cluster, 2, 'chargers', 0) === 1)
    until(cluster, 'loaded', () => stateOf(cluster, 1, '__consumer_offsets').leaderId === 1)
    cluster.advanceTo((cluster.nextAtMs as number) + 10)
    assert.equal(committedOffset(cluster, 'chargers'), 7)
  })

  it('refuse offsets of a group that was not added', () => {
    const { cluster, producer } = begin()
    assert.notEqual(producer.commitOffset('chargers', 7), 'NONE')
    assert.equal(committedOffset(cluster, 'chargers'), undefined)
  })
})
