/**
 * Why this test: an invariant that never fires proves nothing. What each one guards is broken on
 * purpose, one method of the simulation at a time, and the cluster must stop with its name.
 */
import assert from 'node:assert/strict'
import { FollowerProgress } from '../../../../lib/src/simulation/broker/follower-progress'
import { IsrState } from '../../../../lib/src/simulation/broker/isr-state'
import { MarkerWriter } from '../../../../lib/src/simulation/broker/marker-writer'
import { Partition } from '../../../../lib/src/simulation/broker/partition'
import { ReplicationSession } from '../../../../lib/src/simulation/broker/replication-session'
import { Controller } from '../../../../lib/src/simulation/controller/controller'
import { BrokenInvariant } from '../../../../lib/src/simulation/invariants/broken-invariant'
import { batchRows } from '../../../../lib/src/simulation/log/idempotence-table'
import { LeaderEpochs } from '../../../../lib/src/simulation/log/leader-epochs'
import { PartitionLog } from '../../../../lib/src/simulation/log/partition-log'
import { TransactionCoordinator } from '../../../../lib/src/simulation/transactions/transaction-coordinator'
import { pass } from '../cluster/model-client'
import {
  commitGroupOffset,
  divergence,
  failover,
  laggard,
  produceAs,
  produceFew,
  someSeeds,
  transaction,
  withCluster,
} from './scenarios'

/** A method of a class, replaced while a scenario runs. */
type Break = () => () => void

function replace(owner: object, name: string, make: (original: any) => unknown): Break {
  return () => {
    const before = Object.getOwnPropertyDescriptor(owner, name)
    assert.ok(before, `there is no ${name} to break`)
    Object.defineProperty(owner, name, { ...before, value: make(before.value) })
    return () => Object.defineProperty(owner, name, before)
  }
}

function replaceGetter(owner: object, name: string, get: () => unknown): Break {
  return () => {
    const before = Object.getOwnPropertyDescriptor(owner, name)
    assert.ok(before, `there is no ${name} to break`)
    Object.defineProperty(owner, name, { ...before, get })
    return () => Object.defineProperty(owner, name, before)
  }
}

function ignoreRow(when: string): Break {
  const row = batchRows.find((each) => each.when === when) as { verdict: unknown } | undefined
  return () => {
    assert.ok(row, `the table has no row "${when}"`)
    const { verdict } = row
    row.verdict = 'append'
    return () => {
      row.verdict = verdict
    }
  }
}

/** The controller's state as it is published, with every partition of a user's topic changed. */
function republish(change: (partition: any) => object): Break {
  return replace(Controller.prototype, 'commit', (commit) => {
    return function (this: object, state: any): void {
      const topics = [...state.topics.values()].map((topic) => {
        const changed = topic.partitions.map((each: any) => ({ ...each, ...change(each) }))
        return topic.name.startsWith('__') ? topic : { ...topic, partitions: changed }
      })
      commit.call(this, { ...state, topics: new Map(topics.map((topic) => [topic.name, topic])) })
    }
  })
}

const truncateToHighWatermark = replace(Partition.prototype, 'lead', (lead) => {
  return function (this: Partition, image: unknown): void {
    this.log.truncateTo(this.log.highWatermark)
    lead.call(this, image)
  }
})

interface Case {
  invariant: string
  broken: string
  how: Break
  scenario: () => void
}

const cases: Case[] = [
  {
    invariant: 'no committed record lost',
    broken: 'all disks are wiped at once',
    how: () => () => undefined,
    scenario: () => {
      const cluster = withCluster()
      produceFew(cluster)
      for (const { broker } of cluster.replicaLogs('orders', 0)) {
        const hosts = (cluster as any).hosts
        hosts.get(broker).disk.find('orders', 0).truncateTo(0)
      }
      pass(cluster, 100)
    },
  },
  {
    invariant: 'no committed offset beyond the log end',
    broken: 'a new leader cuts its log to its high watermark, as before KIP-101',
    how: truncateToHighWatermark,
    scenario: () => {
      const cluster = withCluster()
      produceFew(cluster)
      commitGroupOffset(cluster, 3)
      failover(cluster)
    },
  },
  {
    invariant: 'leader completeness',
    broken: 'a new leader cuts its log to its high watermark, as before KIP-101',
    how: truncateToHighWatermark,
    scenario: () => {
      const cluster = withCluster()
      produceFew(cluster)
      failover(cluster)
    },
  },
  {
    invariant: 'leader candidate completeness',
    broken: 'a leader takes followers to have all that it has',
    how: replace(FollowerProgress.prototype, 'fetched', (fetched) => {
      return function (this: object, _offset: number, end: number, nowMs: number): void {
        fetched.call(this, end, end, nowMs)
      }
    }),
    scenario: () => {
      someSeeds()
    },
  },
  {
    invariant: 'replication quorum superset',
    broken: 'a leader does not wait for a replica that it asks to add',
    how: replace(IsrState.prototype, 'propose', (propose) => {
      return function (this: IsrState, ...args: unknown[]): unknown {
        const proposal = propose.apply(this, args)
        this.maximal = this.committed
        return proposal
      }
    }),
    scenario: () => laggard(withCluster()),
  },
  {
    invariant: 'valid ISR state',
    broken: 'a leader leaves the first of the ISR out',
    how: replace(IsrState.prototype, 'commit', (commit) => {
      return function (this: IsrState, isr: readonly number[], epoch: number): void {
        commit.call(this, isr, epoch)
        this.committed = isr.slice(1)
      }
    }),
    scenario: () => laggard(withCluster()),
  },
  {
    invariant: 'valid fetcher state',
    broken: 'a follower leads, too',
    how: replace(Partition.prototype, 'apply', (apply) => {
      return function (this: any, image: any, minimum: number): unknown {
        const isOthers = this.topic === 'orders' && image.leader !== -1
        const leader = isOthers ? this.context.brokerId : image.leader
        return apply.call(this, { ...image, leader }, minimum)
      }
    }),
    scenario: () => {
      withCluster()
    },
  },
  {
    invariant: 'no append by a fenced epoch',
    broken: 'a batch of an older producer epoch is appended',
    how: ignoreRow('the epoch is older'),
    scenario: () => {
      const cluster = withCluster()
      produceAs(cluster, { epoch: 1, baseSequence: 0 })
      produceAs(cluster, { epoch: 0, baseSequence: 0 })
    },
  },
  {
    invariant: 'gap-free sequences',
    broken: 'a batch with another sequence than the next is appended',
    how: ignoreRow('the epoch is the same and the sequence is not the next'),
    scenario: () => {
      const cluster = withCluster()
      produceAs(cluster, { epoch: 0, baseSequence: 0 })
      produceAs(cluster, { epoch: 0, baseSequence: 7 })
    },
  },
  {
    invariant: 'log matching',
    broken: 'a leader does not see that a follower has left its log',
    how: replace(LeaderEpochs.prototype, 'endOf', () => (epoch: number, endOffset: number) => {
      return { epoch, endOffset }
    }),
    scenario: () => divergence(withCluster()),
  },
  {
    invariant: 'at most one open transaction',
    broken: 'the coordinator vouches for partitions that are in no transaction',
    how: replace(TransactionCoordinator.prototype, 'verify', () => {
      return (_producer: unknown, _partition: unknown, reply: (error: string) => void) =>
        reply('NONE')
    }),
    scenario: () => transaction(withCluster(), 'without AddPartitionsToTxn'),
  },
  {
    invariant: 'atomic visibility of transactions',
    broken: 'one partition gets the opposite marker',
    how: replace(MarkerWriter.prototype, 'writeTo', (writeTo) => {
      return function (this: object, marker: any, place: any, done: unknown): void {
        const verdict = place.topic === 'charges' ? 'abort' : marker.verdict
        writeTo.call(this, { ...marker, verdict }, place, done)
      }
    }),
    scenario: () => transaction(withCluster(), 'complete'),
  },
  {
    invariant: 'leader in ISR',
    broken: 'the controller leaves the leader out of the ISR',
    how: republish(({ isr, leader }) => ({ isr: isr.filter((id: number) => id !== leader) })),
    scenario: () => {
      withCluster()
    },
  },
  {
    invariant: 'valid controller state',
    broken: 'the controller elects a leader and does not raise the leader epoch',
    how: republish(() => ({ leaderEpoch: 0 })),
    scenario: () => failover(withCluster()),
  },
  {
    invariant: 'valid high watermark',
    broken: 'a leader tells followers its log end as high watermark',
    how: replace(ReplicationSession.prototype, 'fetched', (fetched) => {
      return function (this: object, position: any, batches: unknown): unknown {
        const result = fetched.call(this, position, batches)
        const highWatermark = position.partition.log.endOffset
        return { ...result, outcome: { ...result.outcome, highWatermark } }
      }
    }),
    scenario: () => produceFew(withCluster()),
  },
  {
    invariant: 'high watermark monotonic per leader epoch',
    broken: 'the high watermark goes back now and then',
    how: replace(PartitionLog.prototype, 'advanceHighWatermark', (advance) => {
      return function (this: any, offset: number): boolean {
        if (offset === 2 && this.committed === 1) this.setHighWatermark(0)
        else return advance.call(this, offset)
        return true
      }
    }),
    scenario: () => produceFew(withCluster()),
  },
  {
    invariant: 'last stable offset',
    broken: 'the last stable offset is the high watermark',
    how: replaceGetter(PartitionLog.prototype, 'lastStableOffset', function (this: PartitionLog) {
      return this.highWatermark
    }),
    scenario: () => transaction(withCluster(), 'complete'),
  },
]

describe('An invariant stops the cluster', () => {
  for (const { invariant, broken, how, scenario } of cases) {
    it(`"${invariant}" when ${broken}`, function () {
      this.timeout(20_000)
      const mend = how()
      try {
        scenario()
      } catch (error) {
        if (!(error instanceof BrokenInvariant)) throw error
        assert.equal(error.invariant, invariant, error.message)
        return
      } finally {
        mend()
      }
      assert.fail('nothing was noticed')
    })
  }
})
