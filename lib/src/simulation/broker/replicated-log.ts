/**
 * A coordinator's way to its partition: its records become a batch that is appended as with
 * acks=all. A transactional batch needs the transaction coordinator's word like any other, which
 * whoever brings the request has asked for before.
 */
import type { KafkaErrorName } from '../../protocol/errors'
import { encodeRecordBatch } from '../../protocol/record-batch-encode'
import type { CoordinatorLog, CoordinatorRecord } from '../coordinator-log'
import type { VerificationGuard } from '../log/transaction-verification'
import type { Timers } from '../timers'
import type { Leadership } from './leadership'
import type { Partition } from './partition'

export interface ReplicatedLogOptions {
  timers: Timers
  startedAtMs: number
  /** How long `done` waits before it hears REQUEST_TIMED_OUT; may be Infinity. */
  timeoutMs: number
}

export class ReplicatedLog implements CoordinatorLog {
  private readonly leadership: Leadership | undefined
  private readonly guards = new Map<number, VerificationGuard>()

  constructor(
    private readonly partition: Partition,
    private readonly options: ReplicatedLogOptions,
  ) {
    this.leadership = partition.leadership
  }

  /** The producer's next batch belongs to its transaction. */
  verified(producerId: number, guard: VerificationGuard): void {
    this.guards.set(producerId, guard)
  }

  append(
    records: readonly CoordinatorRecord[],
    done: (error: KafkaErrorName) => void,
    producer?: { id: number; epoch: number },
  ): void {
    const { partition } = this
    if (partition.leadership !== this.leadership) return done('NOT_LEADER_OR_FOLLOWER')
    const { startedAtMs, timers, timeoutMs } = this.options
    const bytes = encodeRecordBatch({
      records: [...records],
      timestampMs: Math.floor(startedAtMs + timers.now()),
      ...(producer && { producer: { ...producer, baseSequence: -1, kind: 'transactional' } }),
    })
    const guard = producer && this.guards.get(producer.id)
    if (producer !== undefined) this.guards.delete(producer.id)
    const result = partition.append(bytes, -1, { origin: 'coordinator', ...(guard && { guard }) })
    if (result.outcome === 'refused') done(result.error)
    else partition.awaitReplication(result.lastOffset, timeoutMs, done)
  }
}
