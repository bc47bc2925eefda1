/**
 * Plans in which a broker dies: the leader of orders-0 (broker 1), the coordinator of groups and
 * transactions (broker 3), or a follower that `min.insync.replicas` counts on. Retries last longer
 * than a failover, so that its duration decides nothing.
 */
import { kill, request, response, sleep } from '../../lib/src/faults'
import type { AppSettings } from '../../lib/src/lab'
import { produce, transact } from './bodies'
import type { ProduceParameters, TransactParameters } from './bodies'
import type { Chance } from './chance'
import { app, client, singleSends } from './draw'
import type { Parts } from './draw'
import { optional } from './generate-faults'
import { failoverMs, leaderFaults, replicationMs } from './leader-faults'

const values = ['m0', 'm1', 'm2', 'm3']
const patient = { retries: 20, faults: [] }

function producing(chance: Chance, acks: -1 | 1): ProduceParameters {
  return {
    topic: 'orders',
    acks,
    idempotent: acks === -1 && chance.happens(0.5),
    compression: 0,
    sends: singleSends(values),
    order: 'awaited',
    remembers: 'nothing',
    pauseMs: 0,
  }
}

function transacting(chance: Chance): TransactParameters {
  const ends = ['commit', 'commit', 'abort'] as const
  return {
    topic: 'orders',
    transactionalId: 'shop',
    transactions: [
      { sends: singleSends(['m0', 'm1']), end: chance.pick(ends) },
      { sends: singleSends(['m2', 'm3']), end: chance.pick(ends) },
    ],
    onError: 'new producer',
    remembers: 'nothing',
    pauseMs: 0,
  }
}

export function leaderPlan(chance: Chance): Parts {
  const kind = chance.pick(['produce', 'produce', 'produce', 'transact'] as const)
  const acks = kind === 'transact' ? -1 : chance.pick([-1, 1] as const)
  const shop: AppSettings =
    kind === 'produce'
      ? app(produce, producing(chance, acks), patient)
      : app(transact, transacting(chance), patient)
  // Followers that stand still must go on before their sessions end.
  shop.client = client(patient.retries, 300)
  return { topics: { orders: {} }, apps: { shop }, faults: leaderFaults(chance, acks, values) }
}

/**
 * At a transaction's request. A consumer would be the other case, but kafkajs takes 12 s to find a
 * group's new coordinator: it repeats the commit to the one it knows until its retries are used up.
 */
export function coordinatorPlan(chance: Chance): Parts {
  const side = chance.pick([request, response])
  const api = chance.pick(['EndTxn', 'AddPartitionsToTxn'])
  return {
    topics: { orders: {} },
    apps: { shop: app(transact, transacting(chance), patient) },
    faults: [optional(side(api, { nth: 1 }), sleep(replicationMs), kill(3))],
  }
}

/** Broker 2 is the only follower, and the topic wants two replicas in sync. */
export function tooFewReplicasPlan(chance: Chance): Parts {
  const config = { 'min.insync.replicas': 2 }
  const value = chance.pick(['m1', 'm2'])
  const params = producing(chance, chance.pick([-1, -1, 1] as const))
  const shop = { ...app(produce, params, patient), client: client(1, 1500) }
  const way = chance.pick(['the ISR shrinks first', 'the append waits for it'])
  const asked = request('Produce', { value, nth: 1 })
  const acts = way === 'the ISR shrinks first' ? [kill(2), sleep(failoverMs)] : [kill(2)]
  return {
    topics: { orders: { replicationFactor: 2, config } },
    apps: { shop },
    faults: [optional(asked, ...acts)],
  }
}
