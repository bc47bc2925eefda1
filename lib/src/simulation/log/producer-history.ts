/**
 * All that a log knows of its producers, and what follows for their next batch: producer state,
 * transactions, and the questions put to transaction coordinators. Everything but the questions can
 * be rebuilt from the batches alone, and is when a log is cut or opened again.
 */
import type { KafkaErrorName } from '../../protocol/errors'
import type { StoredBatch } from '../stored-batch'
import {
  batchRows,
  decide,
  markerRows,
  rememberedAs,
  type AppendOrigin,
  type Attempt,
} from './idempotence-table'
import { ProducerStates, type RememberedBatch } from './producer-state'
import { TransactionIndex, type AbortedTransaction } from './transaction-index'
import {
  TransactionVerification,
  type VerificationGuard,
  type VerificationRequest,
} from './transaction-verification'
import { UnstableTransactions } from './unstable-transactions'

/**
 * A guard: ask the coordinator, and append with it after a yes. `not needed`: the transaction is
 * open here already. An error: the batch is refused without asking.
 */
export type VerificationStart = VerificationGuard | 'not needed' | 'INVALID_PRODUCER_EPOCH'

export interface Proposal {
  batch: StoredBatch
  origin: AppendOrigin
  guard: VerificationGuard | undefined
  verification: 'on' | 'off'
}

export class ProducerHistory {
  private readonly states = new ProducerStates()
  private readonly transactions = new UnstableTransactions()
  private readonly aborted = new TransactionIndex()
  private readonly questions = new TransactionVerification()

  /** Of the oldest transaction that is undecided, or whose marker is not replicated. */
  get firstUnstableOffset(): number | undefined {
    return this.transactions.firstOffset
  }

  /** Whether a leader may append the batch; of a repeated one, the batch that is in the log. */
  judge(proposal: Proposal): 'append' | RememberedBatch | KafkaErrorName {
    const { batch } = proposal
    const { producerId, producerEpoch, control } = batch
    if (producerId < 0) return 'append'
    const entry = this.states.get(producerId)
    if (control !== undefined) {
      return decide(markerRows, { marker: { ...control, producerEpoch }, entry })
    }
    const verdict = decide(batchRows, this.attempt(proposal))
    if (verdict !== 'duplicate') return verdict
    const repeated = rememberedAs(entry, batch)
    if (repeated === undefined) throw new Error(`Producer ${producerId} repeats no batch`)
    return repeated
  }

  /** A batch with a producer id is in the log now. */
  follow(batch: StoredBatch): void {
    const { producerId, baseOffset, control, transactional } = batch
    this.states.update(batch)
    if (transactional) this.questions.settle(producerId)
    if (control === undefined) {
      if (transactional && !this.transactions.isOpen(producerId)) {
        this.transactions.begin(producerId, baseOffset)
      }
      return
    }
    const ended = this.transactions.complete(producerId, baseOffset)
    if (ended !== undefined && control.verdict === 'abort') {
      this.aborted.add({ producerId, lastOffset: baseOffset, ...ended })
    }
  }

  /** In the order of abort markers, those that overlap [fetchOffset, upperBound). */
  abortedTransactions(fetchOffset: number, upperBound: number): AbortedTransaction[] {
    return this.aborted.overlapping(fetchOffset, upperBound)
  }

  startVerification(request: VerificationRequest): VerificationStart {
    const { producerId, producerEpoch } = request
    const entry = this.states.get(producerId)
    if (entry !== undefined) {
      if (producerEpoch < entry.producerEpoch) return 'INVALID_PRODUCER_EPOCH'
      const same = producerEpoch === entry.producerEpoch
      if (same && this.transactions.isOpen(producerId)) return 'not needed'
    }
    return this.questions.start(request)
  }

  /** Forgets producers and questions that are as old as that, but no open transaction. */
  expire(nowMs: number, idleMs: number): void {
    this.states.expire(nowMs, idleMs, (producerId) => this.transactions.isOpen(producerId))
    this.questions.expire(nowMs, idleMs)
  }

  replicatedUpTo(highWatermark: number): void {
    this.transactions.replicatedUpTo(highWatermark)
  }

  forgetQuestions(): void {
    this.questions.clear()
  }

  /** What the batches tell is forgotten, to be told again. */
  clear(): void {
    this.states.clear()
    this.transactions.clear()
    this.aborted.clear()
  }

  private attempt({ batch, origin, guard, verification }: Proposal): Attempt {
    const { producerId } = batch
    const confirmed = verification === 'off' || this.questions.confirms(producerId, guard)
    return {
      origin,
      batch,
      entry: this.states.get(producerId),
      transaction: this.transactions.isOpen(producerId) ? 'open' : 'none',
      verification: confirmed ? 'given' : 'missing',
      lowestUnverifiedSequence: this.questions.lowestSequence(producerId),
    }
  }
}
