/** What a leader answers a follower's Fetch (`Partition.fetchRecords`, KIP-227, KIP-320). */
import assert from 'node:assert/strict'
import type {
  FetchPosition,
  ReplicaFetchRequest,
  ReplicaFetchResponse,
} from '../../../../lib/src/simulation/broker/replica-fetch'
import { ReplicationSession } from '../../../../lib/src/simulation/broker/replication-session'
import { EventQueue } from '../../../../lib/src/simulation/event-queue'
import { imageOf, lagTimeMaxMs, logOf, partitionOn, recordOf } from './logs'

const leaderEpoch = 3

/** Broker 1 leads a log of two records in epoch 3; broker 2 fetches. */
function make(isr = [1, 2]) {
  const queue = new EventQueue()
  const proposals: (readonly number[])[] = []
  let eligible = true
  const partition = partitionOn(1, logOf({ 1: 'ab' }), queue, {
    isEligible: () => eligible,
    alterPartition: (_partition, { newIsr }) => proposals.push(newIsr),
  })
  partition.apply(imageOf({ replicas: [1, 2], isr, leaderEpoch }), 1)
  const session = new ReplicationSession(queue, (key) => {
    return key === partition.key ? partition : undefined
  })
  const fetch = (positions: Partial<FetchPosition>[], forgotten: string[] = []) => {
    const request: ReplicaFetchRequest = {
      replicaId: 2,
      brokerEpoch: 1,
      session: 'same',
      positions: positions.map((position) => ({
        key: partition.key,
        topicId: 1,
        leaderEpoch,
        fetchOffset: 2,
        lastFetchedEpoch: 1,
        ...position,
      })),
      forgotten,
      maxWaitMs: 500,
      maxBytes: 1e6,
      partitionMaxBytes: 1e6,
    }
    const heard: ReplicaFetchResponse[] = []
    session.fetch(request, (response) => heard.push(response))
    return heard
  }
  const setEligible = (value: boolean) => {
    eligible = value
  }
  return { queue, partition, session, fetch, proposals, setEligible }
}

function outcomes(heard: ReplicaFetchResponse[]): unknown[] {
  return heard.flatMap((response) => {
    if (response === 'unknown session') return [response]
    return response.map(({ outcome }) => {
      if (outcome.kind === 'error') return outcome.error
      if (outcome.kind !== 'records') return outcome
      return `${outcome.batches.length} batches`
    })
  })
}

describe('A follower that fetches', () => {
  it('hears at once what comes after its position', () => {
    assert.deepEqual(outcomes(make().fetch([{ fetchOffset: 1 }])), ['1 batches'])
  })

  it('waits when it has everything, until something is appended', () => {
    const { fetch, partition } = make()
    const heard = fetch([{}])
    assert.deepEqual(heard, [])
    partition.append(recordOf('c'), 1, { origin: 'client' })
    assert.deepEqual(outcomes(heard), ['1 batches'])
  })

  it('hears of a new high watermark when it has waited long enough', () => {
    const { fetch, queue } = make()
    const heard = fetch([{}])
    queue.runNext(499)
    assert.deepEqual(heard, [])
    queue.runNext(500)
    assert.deepEqual(outcomes(heard), ['0 batches'])
    const next = fetch([])
    queue.runNext(1000)
    assert.deepEqual(next, [[]])
  })

  it('is refused with a leader epoch, topic or partition that is not this one', () => {
    const cases: [Partial<FetchPosition>, string][] = [
      [{ leaderEpoch: 2 }, 'FENCED_LEADER_EPOCH'],
      [{ leaderEpoch: 4 }, 'UNKNOWN_LEADER_EPOCH'],
      [{ topicId: 9 }, 'UNKNOWN_TOPIC_ID'],
      [{ key: 'charges-0' }, 'UNKNOWN_TOPIC_OR_PARTITION'],
    ]
    for (const [position, error] of cases) {
      assert.deepEqual(outcomes(make().fetch([position])), [error])
    }
  })

  it('hears where its log leaves the leader’s', () => {
    const parting: Partial<FetchPosition>[] = [
      { fetchOffset: 5, lastFetchedEpoch: 2 },
      { fetchOffset: 2, lastFetchedEpoch: 2 },
      { fetchOffset: 5, lastFetchedEpoch: 1 },
    ]
    for (const position of parting) {
      const diverging = make().fetch([position])
      assert.deepEqual(outcomes(diverging), [{ kind: 'diverging', epoch: 1, endOffset: 2 }])
    }
    const beyond = make().fetch([{ fetchOffset: 5, lastFetchedEpoch: undefined }])
    assert.deepEqual(outcomes(beyond), [
      { kind: 'out of range', leaderStartOffset: 0, leaderEndOffset: 2 },
    ])
  })

  it('hears that its leader leads no more', () => {
    const { fetch, partition } = make()
    const heard = fetch([{}])
    const moved = { leader: 2, leaderEpoch: 4, partitionEpoch: 9 }
    partition.apply(imageOf({ replicas: [1, 2], isr: [1, 2], ...moved }), 1)
    assert.deepEqual(outcomes(heard), ['NOT_LEADER_OR_FOLLOWER'])
  })

  it('is not told of a partition that it has dropped', () => {
    const { fetch, partition, queue } = make()
    fetch([{}])
    queue.runNext(500)
    const heard = fetch([], [partition.key])
    partition.append(recordOf('c'), 1, { origin: 'client' })
    assert.deepEqual(heard, [])
  })

  it('joins the ISR with a later Fetch when only its being fenced kept it out', () => {
    const { fetch, queue, proposals, setEligible } = make([1])
    setEligible(false)
    fetch([{}])
    queue.runNext(500)
    assert.deepEqual(proposals, [])
    setEligible(true)
    fetch([])
    assert.deepEqual(proposals, [[1, 2]])
  })

  it('counts as caught up as of its last Fetch, whichever partitions that named', () => {
    const { fetch, queue, partition, proposals } = make()
    fetch([{}])
    queue.runNext(500)
    queue.passTo(5000)
    fetch([])
    partition.append(recordOf('c'), 1, { origin: 'client' })
    queue.passTo(5000 + lagTimeMaxMs)
    partition.leadership?.shrinkIsr()
    assert.deepEqual(proposals, [])
    queue.passTo(5001 + lagTimeMaxMs)
    partition.leadership?.shrinkIsr()
    assert.deepEqual(proposals, [[1]])
  })
})
