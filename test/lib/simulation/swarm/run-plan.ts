/**
 * One run of a plan on a new cluster: clients and faults for a while, then the faults end and what
 * must come true comes true, with every invariant asserted all the way. At the end the replicas are
 * alike, and what was promised to clients is there.
 */
import assert from 'node:assert/strict'
import { courseSettings } from '../../../../lib/src/clusters/course-settings'
import { decodeRecordBatches } from '../../../../lib/src/protocol/record-batch'
import { SimulatedCluster } from '../../../../lib/src/simulation/cluster'
import { createTopic, startOfTimeMs } from '../cluster/model-client'
import { AdminClient } from './admin-client'
import { endFaults, inflict } from './faults'
import { placesOf, requireLiveness } from './liveness'
import { MemberClient } from './member-client'
import {
  deletesRecords,
  keepsRecords,
  verifiesTransactions,
  type Plan,
  type PlannedClient,
} from './plan'
import { ProducingClient } from './producing-client'
import { TransactionalClient } from './transactional-client'
import { brokers, World } from './world'

export interface RunResult {
  /** Records acknowledged with acks -1, by plain and idempotent producers. */
  acknowledged: number
  committedTransactions: number
  /** Of the cluster's clock. */
  durationMs: number
}

/** @throws what the plan shows to be broken */
export function runPlan(plan: Plan, invariants: 'checked' | 'off' = 'checked'): RunResult {
  const cluster = new SimulatedCluster({
    brokers: brokers.map((id) => ({ id, host: `broker-${id}`, port: 9092 })),
    settings: { ...courseSettings, ...plan.settings },
    seed: plan.seed,
    startOfTimeMs,
    invariants,
  })
  for (const { name, assignment, config } of plan.topics) {
    createTopic(cluster, name, { assignment, config })
  }
  const world = new World(cluster)
  const startMs = cluster.now()
  const clients = plan.clients.map((client, index) => startClient(world, client, index))
  for (const { atMs, fault } of plan.faults) world.after(atMs, () => inflict(cluster, fault))
  world.runUntil(startMs + plan.endMs)
  world.phase = 'liveness'
  endFaults(cluster)
  requireLiveness(world, plan)
  world.runUntil(cluster.now() + 600)
  const copies = placesOf(plan).map(({ topic, partition }) => copyOf(cluster, topic, partition))
  const visible = new Map(copies.map(({ key, values }) => [key, values]))
  if (keepsRecords(plan) && !deletesRecords(plan)) expectPromises(clients, visible, plan)
  const producing = clients.flatMap((each) => (each instanceof ProducingClient ? [each] : []))
  const fates = fatesOf(clients)
  return {
    acknowledged: producing.flatMap(({ promised }) => [...promised.values()].flat()).length,
    committedTransactions: fates.filter(({ outcome }) => outcome === 'committed').length,
    durationMs: cluster.now(),
  }
}

type Client = ProducingClient | TransactionalClient | MemberClient | AdminClient

function startClient(world: World, plan: PlannedClient, index: number): Client {
  const name = `c${index}`
  switch (plan.kind) {
    case 'plain':
    case 'idempotent': {
      const client = new ProducingClient(world, name, plan, 500_000 + 1000 * index)
      inTurn(world, plan.operations, (operation, done) => client.perform(operation, done))
      return client
    }
    case 'transactional': {
      const client = new TransactionalClient(world, name, plan)
      inTurn(world, plan.operations, (operation, done) => client.perform(operation, done))
      return client
    }
    case 'member': {
      const client = new MemberClient(world, plan.group, plan.sessionMs)
      inTurn(world, plan.operations, (operation, done) => client.perform(operation, done))
      return client
    }
    case 'admin': {
      const client = new AdminClient(world)
      inTurn(world, plan.operations, (operation, done) => client.perform(operation, done))
      return client
    }
  }
}

/** Each when it is due and the one before is over; none after the safety phase. */
function inTurn<Operation extends { atMs: number }>(
  world: World,
  operations: readonly Operation[],
  perform: (operation: Operation, done: () => void) => void,
): void {
  const startMs = world.time.now()
  const run = (index: number): void => {
    const operation = operations[index]
    if (operation === undefined) return
    const waitMs = Math.max(0, startMs + operation.atMs - world.time.now())
    world.after(waitMs, () => {
      if (world.phase === 'safety') perform(operation, () => run(index + 1))
    })
  }
  run(0)
}

/** @throws when replicas differ */
function copyOf(cluster: SimulatedCluster, topic: string, partition: number) {
  const key = `${topic}-${partition}`
  const logs = cluster.replicaLogs(topic, partition)
  // What one of them has deleted, another may still have.
  const startOffset = Math.max(...logs.map(({ batches }) => batches[0]?.baseOffset ?? 0))
  const [first, ...others] = logs.map(({ broker, batches }) => {
    return { broker, batches: batches.filter(({ baseOffset }) => baseOffset >= startOffset) }
  })
  assert.ok(first, `nobody has ${key}`)
  for (const { broker, batches } of others) {
    const same =
      batches.length === first.batches.length &&
      batches.every((batch, index) => batch === first.batches[index])
    assert.ok(same, `${key} on broker ${broker} differs from that on broker ${first.broker}`)
  }
  const open = new Map<number, string[]>()
  const values: string[] = []
  for (const { bytes, producerId, transactional, control } of first.batches) {
    if (control !== undefined) {
      if (control.verdict === 'commit') values.push(...(open.get(producerId) ?? []))
      open.delete(producerId)
      continue
    }
    const texts = decodeRecordBatches(bytes, 'refuse').flatMap(({ records }) =>
      records.map(({ value }) => String(value)),
    )
    if (transactional) open.set(producerId, [...(open.get(producerId) ?? []), ...texts])
    else values.push(...texts)
  }
  return { key, values }
}

function fatesOf(clients: readonly Client[]) {
  return clients.flatMap((client) => (client instanceof TransactionalClient ? client.fates : []))
}

function expectPromises(
  clients: readonly Client[],
  visible: ReadonlyMap<string, string[]>,
  plan: Plan,
): void {
  const forgets = plan.settings['producer.id.expiration.ms'] !== undefined
  for (const [index, client] of clients.entries()) {
    if (!(client instanceof ProducingClient)) continue
    const exactlyOnce = plan.clients[index]?.kind === 'idempotent' && !forgets
    for (const [key, promised] of client.promised) {
      const there = visible.get(key) ?? []
      if (exactlyOnce) {
        const wanted = new Set(promised)
        assert.deepEqual(
          there.filter((value) => wanted.has(value)),
          promised,
          `${key}: acked`,
        )
      } else {
        const missing = promised.filter((value) => !there.includes(value))
        assert.deepEqual(missing, [], `${key}: acked and not there`)
      }
    }
  }
  for (const { value, places, outcome } of fatesOf(clients)) {
    const counts = places.map((key) => visible.get(key)?.filter((each) => each === value).length)
    const text = `${value} (${outcome}) stands in ${places} ${counts} times`
    if (!verifiesTransactions(plan)) continue
    assert.equal(new Set(counts).size, 1, `torn: ${text}`)
    if (outcome === 'committed' && !forgets) assert.equal(counts[0], 1, text)
    if (outcome === 'not committed') assert.equal(counts[0], 0, text)
  }
}
