/** Where a follower cuts its log (KIP-101, KIP-279, `AbstractFetcherThread`), fetch by fetch. */
import assert from 'node:assert/strict'
import { ReplicaFetcher } from '../../../../lib/src/simulation/broker/replica-fetcher'
import { ReplicationSession } from '../../../../lib/src/simulation/broker/replication-session'
import { EventQueue } from '../../../../lib/src/simulation/event-queue'
import type { PartitionLog } from '../../../../lib/src/simulation/log/partition-log'
import { imageOf, logOf, partitionOn } from './logs'

const maxWaitMs = 500

function epochsOf(log: PartitionLog): number[] {
  return log.allBatches().map(({ leaderEpoch }) => leaderEpoch)
}

/** Lets broker 2 follow broker 1 in that epoch until it has caught up; counts the Fetches. */
function follow(leaderLog: PartitionLog, followerLog: PartitionLog, leaderEpoch: number): number {
  const queue = new EventQueue()
  const leader = partitionOn(1, leaderLog, queue)
  const follower = partitionOn(2, followerLog, queue)
  for (const partition of [leader, follower]) {
    partition.apply(imageOf({ replicas: [1, 2], isr: [1], leaderEpoch }), 1)
  }
  const session = new ReplicationSession(queue, () => leader)
  let fetches = 0
  const fetcher = new ReplicaFetcher({
    timers: queue,
    limits: () => {
      return { replicaId: 2, brokerEpoch: 1, maxWaitMs, maxBytes: 1e6, partitionMaxBytes: 1e6 }
    },
    backoffMs: 1000,
    send: (request, answered) => {
      fetches += 1
      session.fetch(request, (response) => queue.after(1, () => answered(response)))
    },
  })
  fetcher.add(follower, leaderEpoch)
  // A high watermark alone comes when the Fetch has waited long enough.
  while (queue.runNext(2 * maxWaitMs));
  assert.deepEqual(epochsOf(followerLog), epochsOf(leaderLog))
  assert.equal(followerLog.endOffset, leaderLog.endOffset)
  assert.equal(followerLog.highWatermark, leaderLog.highWatermark)
  return fetches
}

describe('A follower', () => {
  it('takes over everything from the end of its log on', () => {
    follow(logOf({ 1: 'abc' }), logOf({ 1: 'a' }), 1)
    follow(logOf({ 1: 'abc' }), logOf({}), 1)
  })

  it('cuts what its leader never had of an epoch they share', () => {
    follow(logOf({ 1: 'ab' }), logOf({ 1: 'abcd' }), 2)
    follow(logOf({ 1: 'ab', 2: 'xyz' }), logOf({ 1: 'abc' }), 2)
  })

  it('cuts an epoch its leader never saw', () => {
    follow(logOf({ 1: 'ab', 3: 'xyz' }), logOf({ 1: 'ab', 2: 'c' }), 3)
    follow(logOf({ 1: 'ab' }), logOf({ 1: 'ab', 2: 'cde' }), 3)
  })

  it('goes back epoch by epoch where the logs share none of the last (KIP-279)', () => {
    const leader = logOf({ 1: 'ab', 4: 'cd', 6: 'e' })
    assert.ok(follow(leader, logOf({ 1: 'ab', 3: 'xy', 5: 'z' }), 6) > 3)
  })

  it('keeps what it shares with a leader that has written nothing in its epoch', () => {
    const follower = logOf({ 1: 'ab', 2: 'cd' })
    const [own] = follower.allBatches()
    follow(logOf({ 1: 'abcd' }), follower, 4)
    assert.equal(follower.allBatches()[0], own)
  })

  it('begins anew where its leader has nothing as old as it needs', () => {
    const leader = logOf({ 1: 'abcde' })
    leader.advanceHighWatermark(5)
    leader.deleteRecordsBefore(3)
    follow(leader, logOf({ 1: 'a' }), 1)
  })
})
