/**
 * A small swarm against the simulated cluster: idempotent producers with acks -1 that try again
 * until they are acknowledged, transactional ones, and random faults. Afterwards the cluster is
 * healed, and what it acknowledged must be there once and in order, on every replica alike.
 */
import assert from 'node:assert/strict'
import type { Api } from '../../../../lib/src/protocol/api'
import { addPartitionsToTxn } from '../../../../lib/src/protocol/apis/add-partitions-to-txn'
import { describeTransactions } from '../../../../lib/src/protocol/apis/describe-transactions'
import { electLeaders } from '../../../../lib/src/protocol/apis/elect-leaders'
import { endTxn } from '../../../../lib/src/protocol/apis/end-txn'
import { initProducerId } from '../../../../lib/src/protocol/apis/init-producer-id'
import { produce } from '../../../../lib/src/protocol/apis/produce'
import { errorName } from '../../../../lib/src/protocol/errors'
import type { SimulatedCluster } from '../../../../lib/src/simulation/cluster'
import { EventQueue } from '../../../../lib/src/simulation/event-queue'
import { seededRandom } from '../../../../lib/src/simulation/random'
import {
  ask,
  coordinatorOf,
  createTopic,
  disks,
  fetchFrom,
  makeCluster,
  outcomeOf,
  pass,
  produceRequest,
  until,
} from './model-client'

const brokers = [1, 2, 3]
const topics = ['orders', 'charges']
const runMs = 30_000
const requestTimeoutMs = 1500

/** Time that cluster and clients share. */
class World {
  readonly clients = new EventQueue()
  readonly random: () => number

  constructor(
    readonly cluster: SimulatedCluster,
    seed: number,
  ) {
    this.random = seededRandom(seed, 'swarm')
    this.clients.passTo(cluster.now())
  }

  runUntil(endMs: number): void {
    for (;;) {
      const clientAt = this.clients.nextAtMs ?? Infinity
      const clusterAt = this.cluster.nextAtMs ?? Infinity
      const next = Math.min(clientAt, clusterAt)
      if (next > endMs) return
      this.clients.passTo(next)
      this.cluster.advanceTo(next)
      this.clients.runNext(next)
    }
  }

  pick<T>(values: readonly T[]): T {
    return values[Math.floor(this.random() * values.length)] as T
  }
}

type Answer<Response> = (response: Response | 'no answer') => void

/** Asks any broker that is given; every connection is a new one. */
function call<Request, Response>(
  { cluster, clients }: World,
  broker: number,
  api: Api<Request, Response>,
  request: Request,
  answer: Answer<Response>,
): void {
  const session = cluster.connect(broker)
  let answered = false
  const once: Answer<Response> = (response) => {
    if (answered) return
    answered = true
    // Not in the broker's own step.
    clients.after(0.2, () => answer(response))
  }
  if (session === 'refused') return once('no answer')
  session.onClose = () => once('no answer')
  session.request(api, request, { clientId: 'swarm' }, once)
  clients.after(requestTimeoutMs, () => {
    if (!answered) session.close()
    once('no answer')
  })
}

/** Sends one value after the other; an answer that does not come is asked for again. */
class IdempotentClient {
  readonly acknowledged: string[] = []
  private sent = 0

  constructor(
    private readonly world: World,
    private readonly id: number,
  ) {}

  start(): void {
    this.attempt(`p${this.id}-${this.sent}`)
  }

  private attempt(value: string): void {
    const producer = { id: 10_000 + this.id, epoch: 0, baseSequence: this.sent } as const
    const request = produceRequest({
      topic: 'orders',
      values: [value],
      timeoutMs: 1000,
      producer: { ...producer, kind: 'idempotent' },
    })
    call(this.world, this.world.pick(brokers), produce, request, (response) => {
      const outcome = response === 'no answer' ? response : outcomeOf(response)
      if (outcome.startsWith('NONE@')) {
        this.acknowledged.push(value)
        this.sent += 1
        this.world.clients.after(50 * this.world.random(), () => this.start())
      } else {
        // A leader that was replaced without noticing may say OUT_OF_ORDER_SEQUENCE_NUMBER.
        this.world.clients.after(20, () => this.attempt(value))
      }
    })
  }
}

type Fate = 'committed' | 'aborted' | 'unknown'

/** Each transaction writes one value to both topics, by a new producer where anything failed. */
class TransactionalClient {
  readonly fates = new Map<string, Fate>()
  private count = 0
  private producer: { producerId: number; producerEpoch: number } | undefined
  private sequences = new Map<string, number>()

  constructor(
    private readonly world: World,
    readonly transactionalId: string,
  ) {}

  start(): void {
    if (this.producer === undefined) this.init()
    else this.begin(`${this.transactionalId}-${this.count++}`)
  }

  private again(): void {
    this.producer = undefined
    this.world.clients.after(30, () => this.start())
  }

  private init(): void {
    const { transactionalId } = this
    const request = { transactionalId, transactionTimeoutMs: 5000 }
    this.toAny(initProducerId, request, (response) => {
      if (response === 'no answer' || response.errorCode !== 0) return this.again()
      const { producerId, producerEpoch } = response
      this.producer = { producerId, producerEpoch }
      this.sequences = new Map(topics.map((topic) => [topic, 0]))
      this.start()
    })
  }

  private get owner() {
    assert.ok(this.producer)
    return { transactionalId: this.transactionalId, ...this.producer }
  }

  private begin(value: string): void {
    this.fates.set(value, 'aborted')
    const added = topics.map((topic) => ({ topic, partitions: [0] }))
    const tryToAdd = (attempts: number): void => {
      this.toAny(addPartitionsToTxn, { ...this.owner, topics: added }, (response) => {
        const code = response === 'no answer' ? -1 : response.topics[0]?.partitions[0]?.errorCode
        if (code === 0) return this.write(value, [...topics])
        if (attempts === 0) return this.again()
        this.world.clients.after(20, () => tryToAdd(attempts - 1))
      })
    }
    tryToAdd(20)
  }

  private write(value: string, left: string[], attempts = 20): void {
    const [topic, ...others] = left
    if (topic === undefined) return this.end(value)
    const { producerId: id, producerEpoch: epoch, transactionalId } = this.owner
    const baseSequence = this.sequences.get(topic) ?? 0
    const producer = { id, epoch, baseSequence, kind: 'transactional' } as const
    const what = { topic, values: [value], timeoutMs: 1000, producer, transactionalId }
    this.toAny(produce, produceRequest(what), (response) => {
      const outcome = response === 'no answer' ? response : outcomeOf(response)
      if (outcome.startsWith('NONE@')) {
        this.sequences.set(topic, baseSequence + 1)
        return this.write(value, others)
      }
      const passing = ['no answer', 'NOT_LEADER_OR_FOLLOWER', 'NOT_ENOUGH_REPLICAS']
      if (attempts === 0 || !passing.includes(outcome)) return this.again()
      this.world.clients.after(20, () => this.write(value, left, attempts - 1))
    })
  }

  private end(value: string): void {
    const committed = this.world.random() < 0.7
    if (committed) this.fates.set(value, 'unknown')
    this.toAny(endTxn, { ...this.owner, committed }, (response) => {
      const error = response === 'no answer' ? response : errorName(response.errorCode)
      if (error !== 'NONE') {
        const isRefused = error === 'NOT_COORDINATOR' || error === 'COORDINATOR_LOAD_IN_PROGRESS'
        // The first word of a coordinator that was not asked before is an honest no.
        if (committed && isRefused) this.fates.set(value, 'unknown')
        return this.again()
      }
      if (committed) this.fates.set(value, 'committed')
      this.world.clients.after(30 * this.world.random(), () => this.start())
    })
  }

  private toAny<Request, Response>(
    api: Api<Request, Response>,
    request: Request,
    answer: Answer<Response>,
  ): void {
    call(this.world, this.world.pick(brokers), api, request, answer)
  }
}

/**
 * How brokers die. KIP-966 promises what was acknowledged by two only while one of them at most
 * loses more than its process; and a process that is killed counts, so it is one or the other.
 */
export type Deaths = 'any is killed' | 'broker 3 loses its power'

function fell(cluster: SimulatedCluster, deaths: Deaths, broker: number): void {
  if (deaths === 'any is killed') cluster.kill(broker)
  else if (broker === 3) cluster.powerLoss(broker)
  else cluster.pause(broker)
}

/** One fault after the other, until the run is over. */
function makeTrouble(world: World, deaths: Deaths): void {
  const { cluster, clients } = world
  clients.after(200 + 1800 * world.random(), () => {
    const broker = world.pick(brokers)
    const other = world.pick([...brokers, 'controller' as const])
    const state = cluster.state(broker)
    const act = world.random()
    if (state === 'dead') cluster.restart(broker)
    else if (state === 'paused') cluster.resume(broker)
    else if (act < 0.35) fell(cluster, deaths, broker)
    else if (act < 0.6) cluster.pause(broker)
    else if (act < 0.8 && other !== broker) cluster.cut(broker, other)
    else cluster.mendAll()
    makeTrouble(world, deaths)
  })
}

function heal(world: World): void {
  const { cluster } = world
  cluster.mendAll()
  for (const broker of brokers) {
    if (cluster.state(broker) === 'paused') cluster.resume(broker)
    if (cluster.state(broker) === 'dead') cluster.restart(broker)
  }
  let asked = cluster.now()
  until(cluster, 'whole', () => {
    const now = cluster.now()
    if (now > asked + 100 && cluster.connect(1) !== 'refused') {
      asked = now
      ask(cluster, 1, electLeaders, { topicPartitions: null, timeoutMs: 1000 })
    }
    return cluster.isWhole()
  })
}

function settle(cluster: SimulatedCluster, transactionalIds: string[]): void {
  for (const id of transactionalIds) {
    until(cluster, `${id} is at rest`, () => {
      const request = { transactionalIds: [id] }
      const coordinator = coordinatorOf(cluster, 1, id, 1)
      const [state] = ask(cluster, coordinator, describeTransactions, request).transactionStates
      return state?.errorCode === 0 && /Complete|Empty/.test(state.transactionState)
    })
  }
  pass(cluster, 1000)
}

/** What a correct read_committed consumer delivers. */
function committedValues(cluster: SimulatedCluster, topic: string): string[] {
  const logs = cluster.replicaLogs(topic, 0)[0]
  assert.ok(logs)
  const open = new Map<number, string[]>()
  const delivered: string[] = []
  const everything = fetchFrom(cluster, 1, topic).values.map(String)
  let index = 0
  for (const { producerId, transactional, control } of logs.batches) {
    const value = everything[index++] as string
    if (control !== undefined) {
      if (control.verdict === 'commit') delivered.push(...(open.get(producerId) ?? []))
      open.delete(producerId)
    } else if (transactional) {
      open.set(producerId, [...(open.get(producerId) ?? []), value])
    } else delivered.push(value)
  }
  assert.deepEqual([...open.values()].flat(), [], 'a transaction is still open')
  return delivered
}

export interface SwarmResult {
  acknowledged: number
  committed: number
}

/** @throws {AssertionError} what was promised does not hold */
export function runSwarm(seed: number, deaths: Deaths): SwarmResult {
  const cluster = makeCluster({}, seed)
  for (const topic of topics)
    createTopic(cluster, topic, { config: { 'min.insync.replicas': '2' } })
  const world = new World(cluster, seed)
  const idempotent = [0, 1, 2].map((id) => new IdempotentClient(world, id))
  const transactional = ['t1', 't2'].map((id) => new TransactionalClient(world, id))
  for (const client of [...idempotent, ...transactional]) client.start()
  makeTrouble(world, deaths)
  world.runUntil(runMs)
  heal(world)
  settle(
    cluster,
    transactional.map(({ transactionalId }) => transactionalId),
  )
  for (const topic of topics) {
    const copies = disks(cluster, topic)
    assert.deepEqual(copies[2], copies[1], `${topic} differs on broker 2`)
    assert.deepEqual(copies[3], copies[1], `${topic} differs on broker 3`)
  }
  const [orders = [], charges = []] = topics.map((topic) => committedValues(cluster, topic))
  for (const [id, { acknowledged }] of idempotent.entries()) {
    const mine = orders.filter((value) => value.startsWith(`p${id}-`))
    assert.deepEqual(mine.slice(0, acknowledged.length), acknowledged)
    assert.ok(mine.length <= acknowledged.length + 1, 'a value stands twice')
  }
  let committed = 0
  for (const { fates } of transactional) {
    for (const [value, fate] of fates) {
      const seen = [orders, charges].map((all) => all.filter((each) => each === value).length)
      assert.equal(seen[0], seen[1], `${value} is torn`)
      if (fate === 'committed') assert.equal(seen[0], 1, `${value} was committed`)
      if (fate === 'aborted') assert.equal(seen[0], 0, `${value} was not committed`)
      committed += seen[0] ?? 0
    }
  }
  const acknowledged = idempotent.reduce((sum, client) => sum + client.acknowledged.length, 0)
  return { acknowledged, committed }
}
