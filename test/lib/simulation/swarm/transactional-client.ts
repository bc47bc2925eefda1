/**
 * A client that writes transactions as kafkajs does (InitProducerId, AddPartitionsToTxn, Produce,
 * AddOffsetsToTxn, TxnOffsetCommit, EndTxn), sends a request again while that may help, and begins
 * with a new epoch where it does not.
 */
import type { Api } from '../../../../lib/src/protocol/api'
import { addOffsetsToTxn } from '../../../../lib/src/protocol/apis/add-offsets-to-txn'
import { addPartitionsToTxn } from '../../../../lib/src/protocol/apis/add-partitions-to-txn'
import { endTxn } from '../../../../lib/src/protocol/apis/end-txn'
import { initProducerId } from '../../../../lib/src/protocol/apis/init-producer-id'
import { produce } from '../../../../lib/src/protocol/apis/produce'
import { txnOffsetCommit } from '../../../../lib/src/protocol/apis/txn-offset-commit'
import { errorName } from '../../../../lib/src/protocol/errors'
import { batchOf, outcomeOf } from '../cluster/model-client'
import type { Place, PlannedClient, PlannedTransaction } from './plan'
import { brokers, type World } from './world'

type Transactional = Extract<PlannedClient, { kind: 'transactional' }>

/** `unknown`: a commit was asked for and not confirmed. */
export interface Fate {
  value: string
  places: string[]
  outcome: 'committed' | 'not committed' | 'unknown'
}

const passing = [
  'COORDINATOR_NOT_AVAILABLE',
  'COORDINATOR_LOAD_IN_PROGRESS',
  'NOT_COORDINATOR',
  'CONCURRENT_TRANSACTIONS',
  'NOT_LEADER_OR_FOLLOWER',
  'NOT_ENOUGH_REPLICAS',
  'NOT_ENOUGH_REPLICAS_AFTER_APPEND',
  'REQUEST_TIMED_OUT',
  'UNKNOWN_TOPIC_OR_PARTITION',
]

export class TransactionalClient {
  readonly fates: Fate[] = []
  private producer: { producerId: number; producerEpoch: number } | undefined
  private readonly sequences = new Map<string, number>()
  private count = 0

  constructor(
    private readonly world: World,
    private readonly name: string,
    private readonly plan: Transactional,
  ) {}

  get transactionalId(): string {
    return this.plan.transactionalId
  }

  perform(planned: PlannedTransaction, done: () => void): void {
    const value = `${this.name}-${this.count++}`
    const places = planned.places.map(({ topic, partition }) => `${topic}-${partition}`)
    const fate: Fate = { value, places, outcome: 'not committed' }
    this.fates.push(fate)
    const failed = (): void => {
      this.producer = undefined
      done()
    }
    const steps = [
      (next: () => void) => this.begin(next, failed),
      (next: () => void) => this.addPartitions(planned.places, next, failed),
      ...planned.places.map(
        (place) => (next: () => void) => this.write(place, value, next, failed),
      ),
      (next: () => void) => this.sendOffsets(planned, next, failed),
      (next: () => void) => this.end(planned, fate, next, failed),
    ]
    const run = (index: number): void => {
      const step = steps[index]
      if (step === undefined) done()
      else step(() => run(index + 1))
    }
    run(0)
  }

  private begin(next: () => void, failed: () => void): void {
    if (this.producer !== undefined) return next()
    const { transactionalId, timeoutMs } = this.plan
    const request = { transactionalId, transactionTimeoutMs: timeoutMs }
    this.request(initProducerId, request, failed, (response) => {
      if (response.errorCode !== 0) return errorName(response.errorCode)
      const { producerId, producerEpoch } = response
      this.producer = { producerId, producerEpoch }
      this.sequences.clear()
      next()
      return 'NONE'
    })
  }

  private addPartitions(places: Place[], next: () => void, failed: () => void): void {
    const topics = [...new Set(places.map(({ topic }) => topic))].map((topic) => ({
      topic,
      partitions: places.filter((each) => each.topic === topic).map(({ partition }) => partition),
    }))
    this.request(addPartitionsToTxn, { ...this.owner, topics }, failed, (response) => {
      const code = response.topics[0]?.partitions[0]?.errorCode ?? -1
      if (code === 0) next()
      return errorName(code)
    })
  }

  private write(place: Place, value: string, next: () => void, failed: () => void): void {
    const { topic, partition } = place
    const key = `${topic}-${partition}`
    const baseSequence = this.sequences.get(key) ?? 0
    const { producerId: id, producerEpoch: epoch, transactionalId } = this.owner
    const records = batchOf([value], { id, epoch, baseSequence, kind: 'transactional' })
    const topics = [{ topic, partitions: [{ partition, records }] }]
    const request = { transactionalId, acks: -1, timeoutMs: 300, topics }
    this.request(produce, request, failed, (response) => {
      const outcome = outcomeOf(response)
      if (!outcome.startsWith('NONE@')) return outcome
      this.sequences.set(key, baseSequence + 1)
      next()
      return 'NONE'
    })
  }

  private sendOffsets(planned: PlannedTransaction, next: () => void, failed: () => void): void {
    const { group: groupId, places } = planned
    const [place] = places
    if (groupId === undefined || place === undefined) return next()
    const { topic, partition } = place
    const partitions = [{ partition, offset: 0, metadata: null }]
    this.request(addOffsetsToTxn, { ...this.owner, groupId }, failed, ({ errorCode }) => {
      if (errorCode !== 0) return errorName(errorCode)
      const commit = { ...this.owner, groupId, topics: [{ topic, partitions }] }
      this.request(txnOffsetCommit, commit, failed, (response) => {
        const code = response.topics[0]?.partitions[0]?.errorCode ?? -1
        if (code === 0) next()
        return errorName(code)
      })
      return 'NONE'
    })
  }

  private end({ end }: PlannedTransaction, fate: Fate, next: () => void, failed: () => void): void {
    if (end === 'walk away') return failed()
    const committed = end === 'commit'
    if (committed) fate.outcome = 'unknown'
    this.request(endTxn, { ...this.owner, committed }, failed, ({ errorCode }) => {
      if (errorCode !== 0) return errorName(errorCode)
      if (committed) fate.outcome = 'committed'
      next()
      return 'NONE'
    })
  }

  private get owner() {
    const { producer, plan } = this
    if (producer === undefined) throw new Error(`${this.name} has no producer id`)
    return { transactionalId: plan.transactionalId, ...producer }
  }

  private request<Request, Response>(
    api: Api<Request, Response>,
    request: Request,
    failed: () => void,
    handle: (response: Response) => string,
  ): void {
    let over = false
    this.world.persist(
      {
        api,
        request: () => request,
        attempts: 15,
        first: 1 + (this.count % brokers.length),
        accept: (response) => {
          const error = handle(response)
          if (error === 'NONE') return 'taken'
          if (passing.includes(error)) return 'again'
          over = true
          failed()
          return 'taken'
        },
      },
      () => {
        if (!over) failed()
      },
    )
  }
}
