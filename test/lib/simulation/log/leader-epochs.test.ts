import assert from 'node:assert/strict'
import { LeaderEpochs } from '../../../../lib/src/simulation/log/leader-epochs'
import { PartitionLog } from '../../../../lib/src/simulation/log/partition-log'
import { followerOf, plain, replicate, settings } from './batches'

/** Epoch 2 from 0 on, 5 from 10 on, 6 from 20 on. */
function threeReigns(): LeaderEpochs {
  const epochs = new LeaderEpochs()
  epochs.assign(2, 0)
  epochs.assign(5, 10)
  epochs.assign(6, 20)
  return epochs
}

describe('leader epochs', () => {
  it('an epoch ends where the next known one begins, the latest at the end of the log', () => {
    const ends = [-1, 1, 2, 3, 4, 5, 6, 7].map((epoch) => threeReigns().endOf(epoch, 25))
    assert.deepEqual(ends, [
      undefined,
      { epoch: 1, endOffset: 0 },
      { epoch: 2, endOffset: 10 },
      { epoch: 2, endOffset: 10 },
      { epoch: 2, endOffset: 10 },
      { epoch: 5, endOffset: 20 },
      { epoch: 6, endOffset: 25 },
      undefined,
    ])
    assert.equal(new LeaderEpochs().endOf(0, 0), undefined)
  })

  it('a reign in which nothing was written gives way to the next', () => {
    const epochs = threeReigns()
    epochs.assign(8, 20)
    assert.deepEqual(epochs.endOf(6, 25), { epoch: 5, endOffset: 20 })
    assert.equal(epochs.latest, 8)
  })

  it('an epoch keeps its first start', () => {
    const epochs = threeReigns()
    epochs.assign(6, 24)
    assert.deepEqual(epochs.endOf(5, 25), { epoch: 5, endOffset: 20 })
  })

  it('cutting the log forgets the reigns that began there', () => {
    const epochs = threeReigns()
    epochs.truncateTo(20)
    assert.equal(epochs.latest, 5)
    epochs.truncateTo(11)
    assert.equal(epochs.latest, 5)
    epochs.truncateTo(10)
    assert.equal(epochs.latest, 2)
  })

  it('a later start of the log leaves the epoch that is in force there', () => {
    const epochs = threeReigns()
    epochs.startFrom(12)
    assert.deepEqual(
      [11, 12, 19, 20].map((offset) => epochs.at(offset)),
      [undefined, 5, 5, 6],
    )
    assert.deepEqual(epochs.endOf(2, 25), { epoch: 2, endOffset: 12 })
  })
})

describe('the leader epochs of a log', () => {
  it('follow from the batches, so a follower knows them too', () => {
    const leader = new PartitionLog(settings)
    plain(leader, 3, 1)
    plain(leader, 2, 4)
    const follower = followerOf(leader)
    for (const log of [leader, follower]) {
      assert.equal(log.latestEpoch, 4)
      assert.deepEqual(log.endOffsetForEpoch(3), { epoch: 1, endOffset: 3 })
      assert.deepEqual(
        [2, 3].map((offset) => log.epochAt(offset)),
        [1, 4],
      )
    }
  })

  it('a reign begins before its first record, and is forgotten without one by a restart', () => {
    const log = new PartitionLog(settings)
    plain(log, 3, 1)
    log.startLeaderEpoch(2)
    assert.deepEqual(log.endOffsetForEpoch(1), { epoch: 1, endOffset: 3 })
    assert.equal(log.latestEpoch, 2)
    log.processLoss()
    assert.equal(log.latestEpoch, 1)
  })

  it('a follower that has diverged finds where it parted, and cuts there', () => {
    const leader = new PartitionLog(settings)
    plain(leader, 3, 1)
    const follower = followerOf(leader)
    follower.startLeaderEpoch(2)
    plain(follower, 5, 2)
    leader.startLeaderEpoch(3)
    plain(leader, 2, 3)
    assert.deepEqual(leader.endOffsetForEpoch(2), { epoch: 1, endOffset: 3 })
    follower.truncateTo(3)
    assert.equal(follower.latestEpoch, 1)
    const rest = { upperBound: 5, maxBytes: Infinity, oversized: 'none' } as const
    follower.appendAsFollower(leader.read(3, rest))
    assert.deepEqual(follower.allBatches(), leader.allBatches())
  })

  it('truncating to the end itself forgets a reign that wrote nothing', () => {
    const log = new PartitionLog(settings)
    plain(log, 3, 1)
    log.startLeaderEpoch(2)
    log.truncateTo(3)
    assert.equal(log.latestEpoch, 1)
  })

  it('deleting records keeps the epoch in force', () => {
    const log = new PartitionLog(settings)
    plain(log, 3, 1)
    plain(log, 3, 2)
    replicate(log)
    log.deleteRecordsBefore(6)
    assert.equal(log.latestEpoch, 2)
    assert.deepEqual(log.endOffsetForEpoch(1), { epoch: 1, endOffset: 6 })
  })
})
