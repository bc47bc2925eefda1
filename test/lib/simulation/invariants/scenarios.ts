/** Short stories on a cluster whose invariants are checked, for tests that break them. */
import { addPartitionsToTxn } from '../../../../lib/src/protocol/apis/add-partitions-to-txn'
import { endTxn } from '../../../../lib/src/protocol/apis/end-txn'
import { initProducerId } from '../../../../lib/src/protocol/apis/init-producer-id'
import { offsetCommit } from '../../../../lib/src/protocol/apis/offset-commit'
import type { SimulatedCluster } from '../../../../lib/src/simulation/cluster'
import {
  ask,
  createTopic,
  makeCluster,
  pass,
  produceTo,
  stateOf,
  until,
} from '../cluster/model-client'
import { generatePlan } from '../swarm/generate-plan'
import { runPlan } from '../swarm/run-plan'

/** Broker 1 leads, 2 of 3 must acknowledge; broker 3 coordinates. */
export function withCluster(): SimulatedCluster {
  const cluster = makeCluster()
  const config = { 'min.insync.replicas': '2' }
  createTopic(cluster, 'orders', { config })
  createTopic(cluster, 'charges', { config })
  return cluster
}

export function produceFew(cluster: SimulatedCluster): void {
  for (const value of ['a', 'b', 'c']) produceTo(cluster, 1, { topic: 'orders', values: [value] })
}

export function produceAs(
  cluster: SimulatedCluster,
  { epoch, baseSequence }: { epoch: number; baseSequence: number },
): void {
  const producer = { id: 77, epoch, baseSequence, kind: 'idempotent' } as const
  produceTo(cluster, 1, { topic: 'orders', values: ['a'], producer })
}

export function commitGroupOffset(cluster: SimulatedCluster, offset: number): void {
  const topics = [{ topic: 'orders', partitions: [{ partition: 0, offset, metadata: null }] }]
  ask(cluster, 3, offsetCommit, { groupId: 'g', generationId: -1, memberId: '', topics })
}

/** The leader dies and another takes over. */
export function failover(cluster: SimulatedCluster): void {
  cluster.kill(1)
  pass(cluster, 3000)
}

/** Broker 3 leaves the ISR and comes back. */
export function laggard(cluster: SimulatedCluster): void {
  cluster.pause(3)
  pass(cluster, 3000)
  cluster.resume(3)
  until(cluster, 'broker 3 is back', () => cluster.isWhole())
}

/** Broker 1 dies with a record that nobody else has, and comes back when others have gone on. */
export function divergence(cluster: SimulatedCluster): void {
  for (const follower of [2, 3]) cluster.pause(follower)
  // Whatever Fetch is under way is over then.
  pass(cluster, 100)
  produceTo(cluster, 1, { topic: 'orders', values: ['only on 1'], acks: 1 })
  cluster.kill(1)
  for (const follower of [2, 3]) cluster.resume(follower)
  until(cluster, 'broker 2 leads', () => stateOf(cluster, 2, 'orders').leaderId === 2)
  for (const value of ['y', 'z']) produceTo(cluster, 2, { topic: 'orders', values: [value] })
  cluster.restart(1)
  until(cluster, 'broker 1 is back', () => stateOf(cluster, 2, 'orders').isr.length === 3)
}

/** A transaction in two topics, committed. */
export function transaction(
  cluster: SimulatedCluster,
  how: 'complete' | 'without AddPartitionsToTxn',
): void {
  const transactionalId = 'billing'
  const init = { transactionalId, transactionTimeoutMs: 10_000 }
  const { producerId, producerEpoch } = ask(cluster, 3, initProducerId, init)
  const owner = { transactionalId, producerId, producerEpoch }
  const topics = ['orders', 'charges']
  if (how === 'complete') {
    const added = topics.map((topic) => ({ topic, partitions: [0] }))
    ask(cluster, 3, addPartitionsToTxn, { ...owner, topics: added })
  }
  for (const topic of topics) {
    const numbers = { id: producerId, epoch: producerEpoch, baseSequence: 0 }
    const producer = { ...numbers, kind: 'transactional' } as const
    produceTo(cluster, 1, { topic, values: ['a'], producer, transactionalId })
  }
  ask(cluster, 3, endTxn, { ...owner, committed: true })
  pass(cluster, 1000)
}

/** Plans of the swarm, for what needs a rare state. */
export function someSeeds(): void {
  for (let seed = 1; seed <= 100; seed++) runPlan(generatePlan(seed))
}
