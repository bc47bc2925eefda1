/**
 * What the coordinator knows of one transactional id (Kafka's `TransactionMetadata`), and the
 * changes it can go through. A change is first prepared, which blocks every other one, then logged,
 * and only then completed or given up. Left out are the fields of transactions V2 and of
 * InitProducerId v3 and newer (previous and next producer id, last epoch): kafkajs sends neither.
 */
import { isPrepared, previousStates, type TransactionState, type Verdict } from './state'

export interface TopicPartition {
  readonly topic: string
  readonly partition: number
}

/** As it stands in the log; a change makes a new one. */
export interface TransactionValue {
  readonly state: TransactionState
  readonly producerId: number
  /** -1 until the first InitProducerId has been logged. */
  readonly producerEpoch: number
  readonly timeoutMs: number
  /** Each once, in the order in which they were added; empty at rest. */
  readonly partitions: readonly TopicPartition[]
  /** When the first partition was added; -1 before the first transaction of this epoch. */
  readonly startedAtMs: number
  readonly updatedAtMs: number
}

const maxEpoch = 0x7fff

export class Transaction {
  /** The state that a record on its way to the log will bring. */
  private pending: TransactionState | undefined

  constructor(
    readonly transactionalId: string,
    private current: TransactionValue,
  ) {}

  get value(): TransactionValue {
    return this.current
  }

  get pendingState(): TransactionState | undefined {
    return this.pending
  }

  /** The largest epoch is kept for fencing, so that a producer can always be fenced. */
  get epochExhausted(): boolean {
    return this.current.producerEpoch >= maxEpoch - 1
  }

  /** InitProducerId at rest: the next epoch of the same producer id. */
  prepareNextEpoch(timeoutMs: number, nowMs: number): TransactionValue {
    if (this.epochExhausted) {
      throw new Error(`${this.transactionalId}: epoch ${this.current.producerEpoch} is the last`)
    }
    const { producerId, producerEpoch } = this.current
    return this.prepareProducer(producerId, producerEpoch + 1, timeoutMs, nowMs)
  }

  /** InitProducerId at rest when the epochs of the old producer id are used up. */
  prepareNewProducerId(producerId: number, timeoutMs: number, nowMs: number): TransactionValue {
    return this.prepareProducer(producerId, 0, timeoutMs, nowMs)
  }

  prepareAddPartitions(added: readonly TopicPartition[], nowMs: number): TransactionValue {
    const partitions = [...this.current.partitions]
    for (const { topic, partition } of added) {
      if (!isAmong(partitions, { topic, partition })) partitions.push({ topic, partition })
    }
    const startedAtMs = this.current.state === 'Ongoing' ? this.current.startedAtMs : nowMs
    return this.prepare({ state: 'Ongoing', partitions, startedAtMs, updatedAtMs: nowMs })
  }

  prepareEnd(verdict: Verdict, nowMs: number): TransactionValue {
    const state = verdict === 'commit' ? 'PrepareCommit' : 'PrepareAbort'
    return this.prepare({ state, updatedAtMs: nowMs })
  }

  /**
   * An abort that the producer did not ask for: the epoch goes up with it, so that the producer's
   * later writes are refused. Nobody is told the new epoch. As with a cluster whose
   * `transaction.version` is 2, the epoch in memory stays until the log has the new one.
   */
  prepareFence(nowMs: number): TransactionValue {
    const producerEpoch = Math.min(this.current.producerEpoch + 1, maxEpoch)
    return this.prepare({ state: 'PrepareAbort', producerEpoch, updatedAtMs: nowMs })
  }

  prepareComplete(nowMs: number): TransactionValue {
    const state = this.current.state === 'PrepareCommit' ? 'CompleteCommit' : 'CompleteAbort'
    return this.prepare({ state, partitions: [], updatedAtMs: nowMs })
  }

  prepareDead(): void {
    this.prepare({ state: 'Dead', partitions: [] })
  }

  complete(next: TransactionValue): void {
    if (this.pending !== next.state) {
      throw new Error(
        `${this.transactionalId}: ${next.state} comes, but ${this.pending} is pending`,
      )
    }
    this.pending = undefined
    this.current = next
  }

  giveUp(): void {
    this.pending = undefined
  }

  contains(partition: TopicPartition): boolean {
    return isAmong(this.current.partitions, partition)
  }

  /** What the markers have to say; only when prepared. */
  get verdict(): Verdict {
    if (!isPrepared(this.current.state)) {
      throw new Error(`${this.transactionalId}: no verdict in state ${this.current.state}`)
    }
    return this.current.state === 'PrepareCommit' ? 'commit' : 'abort'
  }

  private prepareProducer(
    producerId: number,
    producerEpoch: number,
    timeoutMs: number,
    nowMs: number,
  ): TransactionValue {
    return this.prepare({
      state: 'Empty',
      producerId,
      producerEpoch,
      timeoutMs,
      partitions: [],
      startedAtMs: -1,
      updatedAtMs: nowMs,
    })
  }

  private prepare(
    change: Partial<TransactionValue> & { state: TransactionState },
  ): TransactionValue {
    const { state } = this.current
    if (this.pending !== undefined) {
      throw new Error(`${this.transactionalId}: ${change.state} while ${this.pending} is pending`)
    }
    if (!previousStates[change.state].includes(state)) {
      throw new Error(`${this.transactionalId}: ${change.state} cannot follow ${state}`)
    }
    this.pending = change.state
    return { ...this.current, ...change }
  }
}

function isAmong(partitions: readonly TopicPartition[], { topic, partition }: TopicPartition) {
  return partitions.some((one) => one.topic === topic && one.partition === partition)
}
