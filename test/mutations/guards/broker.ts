/** Guards of the brokers: in-sync replicas, high watermark, replication, what clients may see. */
import type { Mutation } from '../mutation'

const leadership = ['simulation/broker/leadership.test.ts']
const isrState = ['simulation/broker/isr-state.test.ts']
const session = ['simulation/broker/replication-session.test.ts']
const fetcher = ['simulation/broker/replica-fetcher.test.ts']
const home = ['simulation/broker/coordinator-home.test.ts']
const replication = ['simulation/cluster/replication.test.ts']
const failures = ['simulation/cluster/failures.test.ts']
const requests = ['simulation/cluster/requests.test.ts']
const transactions = ['simulation/cluster/transactions.test.ts']
const groups = ['simulation/cluster/groups.test.ts']

export const brokerGuards: readonly Mutation[] = [
  {
    guard: 'the ISR check: acks -1 is refused below min.insync.replicas',
    file: 'simulation/broker/partition.ts',
    source: 'acks === -1 && !leadership.hasEnoughReplicas',
    broken: 'acks === -1 && leadership.isr.committed.length === 0',
    tests: failures,
  },
  {
    guard: 'acks -1 is answered when all in-sync replicas have the record',
    file: 'simulation/broker/produce-requests.ts',
    source: 'if (acks === -1) partition.awaitReplication',
    broken: 'if (acks === 0) partition.awaitReplication',
    tests: failures,
  },
  {
    guard: 'an append waits until the high watermark has passed it',
    file: 'simulation/broker/replication-waits.ts',
    source: 'wait.requiredOffset > highWatermark',
    broken: 'wait.requiredOffset > highWatermark + 1',
    tests: ['simulation/broker/replication-waits.test.ts'],
  },
  {
    guard: 'the high watermark rule: it waits for every replica in the ISR',
    file: 'simulation/broker/leadership.ts',
    source: 'if (this.isr.maximal.includes(follower.id)) return true',
    broken: 'if (this.isr.maximal.includes(follower.id)) return false',
    tests: leadership,
  },
  {
    guard: 'the high watermark waits for a replica that is being added to the ISR',
    file: 'simulation/broker/isr-state.ts',
    source: 'this.maximal = [...this.committed, ...added]',
    broken: 'this.maximal = this.committed.concat(added).slice(0, this.committed.length)',
    tests: leadership,
  },
  {
    guard: 'the high watermark stays while too few replicas are in sync (KAFKA-15583)',
    file: 'simulation/broker/leadership.ts',
    source: '    if (!this.hasEnoughReplicas) return\n',
    broken: '',
    tests: leadership,
  },
  {
    guard: 'a replica joins the ISR only when it was in this leader epoch',
    file: 'simulation/broker/leadership.ts',
    source: ' || endOffset < this.epochStartOffset',
    broken: '',
    tests: leadership,
  },
  {
    guard: 'a replica joins the ISR only while it is registered and not fenced',
    file: 'simulation/broker/leadership.ts',
    source: 'if (this.context.isEligible(id, brokerEpoch)) this.changeIsr',
    broken: 'this.changeIsr',
    tests: leadership,
  },
  {
    guard: 'a leader proposes one change of the ISR at a time',
    file: 'simulation/broker/leadership.ts',
    source: '    if (this.isr.isChanging) return\n',
    broken: '',
    tests: leadership,
  },
  {
    guard: 'who has lagged for longer than replica.lag.time.max.ms leaves the ISR',
    file: 'simulation/broker/leadership.ts',
    source: 'return follower === undefined || this.isCaughtUp(follower)',
    broken: 'return follower === undefined || follower.endOffset >= 0',
    tests: leadership,
  },
  {
    guard: 'an ISR comes from an image only if that is newer',
    file: 'simulation/broker/isr-state.ts',
    source: 'if (image.partitionEpoch <= this.partitionEpoch) return false',
    broken: 'if (image.partitionEpoch < 0) return false',
    tests: isrState,
  },
  {
    guard: 'a partition acts on no image of an older leader epoch',
    file: 'simulation/broker/partition.ts',
    source: 'if (image.leaderEpoch < this.leaderEpoch) return false',
    broken: 'if (image.leaderEpoch < 0) return false',
    tests: leadership,
  },
  {
    guard: 'the fencing of followers: one with an older leader epoch gets nothing',
    file: 'simulation/broker/replication-session.ts',
    source: 'if (asked.leaderEpoch < partition.leaderEpoch) return fencedLeaderEpoch',
    broken: 'if (asked.leaderEpoch < 0) return fencedLeaderEpoch',
    tests: session,
  },
  {
    guard: 'a follower with an epoch that the leader never had hears where that parts (KIP-320)',
    file: 'simulation/broker/replication-session.ts',
    source: 'common.epoch < lastFetchedEpoch ||',
    broken: 'common.epoch < 0 ||',
    tests: session,
  },
  {
    guard: 'a follower with more of an epoch than the leader hears where that ends (KIP-320)',
    file: 'simulation/broker/replication-session.ts',
    source: '|| common.endOffset < fetchOffset',
    broken: '|| common.endOffset < 0',
    tests: session,
  },
  {
    guard: 'a follower cuts an epoch that it shares where the leader’s ends',
    file: 'simulation/broker/replica-fetcher.ts',
    source: 'Math.min(outcome.endOffset, own?.endOffset ?? log.endOffset)',
    broken: 'own?.endOffset ?? log.endOffset',
    tests: fetcher,
  },
  {
    guard: 'a consumer reads up to the high watermark',
    file: 'simulation/broker/fetch-requests.ts',
    source: 'log.lastStableOffset : log.highWatermark\n',
    broken: 'log.lastStableOffset : log.endOffset\n',
    tests: replication,
  },
  {
    guard: 'a read_committed consumer reads up to the last stable offset',
    file: 'simulation/broker/fetch-requests.ts',
    source: 'const upperBound = isCommitted ?',
    broken: 'const upperBound = isolationLevel > readCommitted ?',
    tests: transactions,
  },
  {
    guard: 'a client with an older leader epoch is fenced',
    file: 'simulation/broker/fetch-requests.ts',
    source: 'currentLeaderEpoch === -1 || currentLeaderEpoch === leaderEpoch',
    broken: 'currentLeaderEpoch <= leaderEpoch',
    tests: requests,
  },
  {
    guard: 'a client writes to no internal topic',
    file: 'simulation/broker/produce-requests.ts',
    source: 'topic === groupsTopic || topic === transactionsTopic',
    broken: 'topic === transactionsTopic',
    tests: requests,
  },
  {
    guard: 'an error with acks 0 closes the connection',
    file: 'simulation/broker/produce-requests.ts',
    source: 'failed ? hangUp : noResponse',
    broken: 'failed ? noResponse : hangUp',
    tests: replication,
  },
  {
    guard: 'no partition joins a transaction beside one that does not exist',
    file: 'simulation/broker/transaction-requests.ts',
    source: 'if (unknown.length > 0) {',
    broken: 'if (unknown.length > 0 && existing.length === 0) {',
    tests: transactions,
  },
  {
    guard: 'a coordinator serves when it has read its log',
    file: 'simulation/broker/coordinator-home.ts',
    source: 'else options.timers.after(loadMs, load)',
    broken: 'else load()',
    tests: home,
  },
  {
    guard: 'a coordinator of an earlier leadership writes nothing under a later one',
    file: 'simulation/broker/replicated-log.ts',
    source: 'if (partition.leadership !== this.leadership)',
    broken: 'if (partition.leadership === undefined)',
    tests: home,
  },
  {
    guard: 'a new coordinator knows what stands in the log',
    file: 'simulation/broker/coordinator-home.ts',
    source: '      options.replay(coordinator, partition)\n',
    broken: '',
    tests: groups,
  },
  {
    guard: 'a marker that is refused for good is not sent again',
    file: 'simulation/broker/marker-sender.ts',
    source: '      if (final.includes(error)) return\n',
    broken: '',
    tests: ['simulation/broker/marker-sender.test.ts'],
  },
  {
    guard: 'no marker is written while the group coordinator still reads its log',
    file: 'simulation/broker/marker-writer.ts',
    source: "residence?.state !== 'loaded'",
    broken: 'residence === undefined',
    tests: ['simulation/broker/marker-writer.test.ts'],
  },
]
