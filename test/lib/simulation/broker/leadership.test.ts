/** The leader's rules for high watermark and ISR (`Partition.scala`). */
import assert from 'node:assert/strict'
import type {
  AlterPartitionResult,
  IsrProposal,
} from '../../../../lib/src/simulation/broker/isr-state'
import type { Leadership } from '../../../../lib/src/simulation/broker/leadership'
import { EventQueue } from '../../../../lib/src/simulation/event-queue'
import type { PartitionImage } from '../../../../lib/src/simulation/metadata-image'
import { imageOf, lagTimeMaxMs, logOf, partitionOn, recordOf } from './logs'

/** Broker 1 leads; the test plays followers and controller. */
class Leader {
  readonly queue = new EventQueue()
  readonly log
  readonly partition
  readonly proposals: (readonly number[])[] = []
  private last: { proposal: IsrProposal; reply: (result: AlterPartitionResult) => void } | undefined
  eligible: 'eligible' | 'ineligible' = 'eligible'

  constructor(records: Record<number, string>, image: Partial<PartitionImage>, minInSync = 1) {
    this.log = logOf(records)
    this.partition = partitionOn(1, this.log, this.queue, {
      isEligible: () => this.eligible === 'eligible',
      alterPartition: (_partition, proposal, reply) => {
        this.proposals.push(proposal.newIsr)
        this.last = { proposal, reply }
      },
    })
    this.partition.apply(imageOf(image), minInSync)
  }

  get leadership(): Leadership {
    const { leadership } = this.partition
    assert.ok(leadership)
    return leadership
  }

  append(value: string): void {
    this.partition.append(recordOf(value), 1, { origin: 'client' })
  }

  followerFetches(broker: number, offset: number): void {
    const follower = this.leadership.followers.get(broker)
    assert.ok(follower)
    this.leadership.followerFetched(follower, offset, 1)
  }

  controllerAgrees(): void {
    assert.ok(this.last)
    const { proposal, reply } = this.last
    const { newIsr: isr, leaderEpoch, partitionEpoch } = proposal
    reply({ error: 'NONE', isr, leaderEpoch, partitionEpoch: partitionEpoch + 1 })
  }

  pass(ms: number): void {
    this.queue.passTo(this.queue.now() + ms)
  }
}

describe('The high watermark', () => {
  it('is where the last of the in-sync replicas ends', () => {
    const leader = new Leader({}, { isr: [1, 2, 3] })
    for (const value of 'abc') leader.append(value)
    leader.followerFetches(2, 3)
    assert.equal(leader.log.highWatermark, 0)
    leader.followerFetches(3, 2)
    assert.equal(leader.log.highWatermark, 2)
  })

  it('does not wait for a replica that lags outside the ISR', () => {
    const leader = new Leader({}, { isr: [1, 2] })
    leader.append('a')
    leader.followerFetches(2, 1)
    assert.equal(leader.log.highWatermark, 1)
  })

  it('waits for a replica that is being added to the ISR', () => {
    const leader = new Leader({ 1: 'ab' }, { isr: [1], leaderEpoch: 2 })
    leader.followerFetches(2, 2)
    assert.deepEqual(leader.proposals, [[1, 2]])
    leader.pass(10 * lagTimeMaxMs)
    leader.append('c')
    assert.equal(leader.log.highWatermark, 2)
    leader.followerFetches(2, 3)
    assert.equal(leader.log.highWatermark, 3)
  })

  it('waits for an eligible replica that has caught up lately', () => {
    const leader = new Leader({ 1: 'ab' }, { isr: [1], leaderEpoch: 2 })
    leader.eligible = 'ineligible'
    leader.followerFetches(2, 2)
    leader.eligible = 'eligible'
    leader.append('c')
    assert.equal(leader.log.highWatermark, 2)
    leader.pass(lagTimeMaxMs + 1)
    leader.append('d')
    assert.equal(leader.log.highWatermark, 4)
  })

  it('stays while fewer replicas are in sync than min.insync.replicas (KAFKA-15583)', () => {
    const leader = new Leader({}, { isr: [1] }, 2)
    leader.append('a')
    assert.equal(leader.log.highWatermark, 0)
    leader.partition.apply(imageOf({ isr: [1], partitionEpoch: 2 }), 1)
    assert.equal(leader.log.highWatermark, 1)
  })
})

describe('The leader proposes an ISR', () => {
  it('with a replica that has reached the high watermark and the start of this epoch', () => {
    const leader = new Leader({ 1: 'abc' }, { isr: [1], leaderEpoch: 2 })
    leader.followerFetches(2, 2)
    assert.deepEqual(leader.proposals, [])
    leader.append('d')
    leader.followerFetches(2, 3)
    assert.deepEqual(leader.proposals, [])
    leader.followerFetches(2, 4)
    assert.deepEqual(leader.proposals, [[1, 2]])
  })

  it('not with one that was not in this epoch, whatever the high watermark', () => {
    const leader = new Leader({ 1: 'abc' }, { isr: [1, 3], leaderEpoch: 2 })
    assert.equal(leader.log.highWatermark, 0)
    leader.followerFetches(2, 2)
    assert.deepEqual(leader.proposals, [])
  })

  it('not with one that the metadata says is fenced, or another life of it', () => {
    const leader = new Leader({}, { isr: [1] })
    leader.eligible = 'ineligible'
    leader.followerFetches(2, 0)
    assert.deepEqual(leader.proposals, [])
  })

  it('without those that have been behind for too long, one change at a time', () => {
    const leader = new Leader({}, { isr: [1, 2, 3] })
    leader.append('a')
    leader.followerFetches(2, 1)
    leader.pass(lagTimeMaxMs)
    leader.leadership.shrinkIsr()
    assert.deepEqual(leader.proposals, [])
    leader.pass(1)
    leader.leadership.shrinkIsr()
    leader.leadership.shrinkIsr()
    assert.deepEqual(leader.proposals, [[1, 2]])
    assert.equal(leader.log.highWatermark, 0)
    leader.controllerAgrees()
    assert.equal(leader.log.highWatermark, 1)
  })

  it('with those that have all there is, however long ago they asked for it', () => {
    const leader = new Leader({}, { isr: [1, 2, 3] })
    leader.append('a')
    leader.followerFetches(2, 1)
    leader.followerFetches(3, 1)
    leader.pass(10 * lagTimeMaxMs)
    leader.leadership.shrinkIsr()
    assert.deepEqual(leader.proposals, [])
  })
})

describe('A partition', () => {
  it('does not act on an image of an older leader epoch', () => {
    const leader = new Leader({}, { leaderEpoch: 5 })
    leader.partition.apply(imageOf({ leader: 2, leaderEpoch: 4, partitionEpoch: 9 }), 1)
    assert.ok(leader.partition.leadership)
    leader.partition.apply(imageOf({ leader: 2, leaderEpoch: 6, partitionEpoch: 9 }), 1)
    assert.equal(leader.partition.leadership, undefined)
  })
})
