/**
 * One replica's log of one partition: its batches, its offsets, where each leader's reign began,
 * and what follows from the batches alone: producer state, open and aborted transactions. Pure
 * data: who may append, who is in sync and who waits for the high watermark is the broker's matter.
 * After `UnifiedLog`, as one segment that is never compacted; retention is `deleteRecordsBefore`.
 * What is written survives the broker's process; a power loss takes what was not flushed.
 */
import type { KafkaErrorName } from '../../protocol/errors'
import type { Buffer } from '../../protocol/platform'
import { readBatchHeaders } from '../../protocol/record-batch'
import { readTimestamps } from '../../protocol/record-batch-timestamps'
import type { StoredBatch } from '../stored-batch'
import { acceptBatch, storeBatch } from './accept-batch'
import type { AppendOrigin } from './idempotence-table'
import { LeaderEpochs, type EpochEnd } from './leader-epochs'
import type { LogWatcher } from './log-watcher'
import { OffsetIndex } from './offset-index'
import { ProducerHistory, type VerificationStart } from './producer-history'
import type { AbortedTransaction } from './transaction-index'
import type { VerificationGuard, VerificationRequest } from './transaction-verification'
import { TrimmedArray } from './trimmed-array'

/** Kafka's settings that the log itself obeys. */
export interface LogSettings {
  /** `max.message.bytes` */
  maxMessageBytes: number
  /** `flush.messages`: so many records not flushed are flushed before the append is over. */
  flushMessages: number
  /** `producer.id.expiration.ms` */
  producerIdExpirationMs: number
  /** `transaction.partition.verification.enable` */
  transactionVerification: 'on' | 'off'
}

export interface LeaderAppend {
  leaderEpoch: number
  origin: AppendOrigin
  /** From `startVerification`, once the coordinator has said yes. */
  guard?: VerificationGuard
}

export type AppendResult =
  | {
      /** `duplicate`: nothing was appended; the offsets are those of the batch it repeats. */
      outcome: 'appended' | 'duplicate'
      baseOffset: number
      lastOffset: number
      /** What Kafka answers as log append time: -1, or of a duplicate the timestamp. */
      logAppendTimeMs: number
    }
  | { outcome: 'refused'; error: KafkaErrorName }

export interface ReadBounds {
  /** Exclusive: `highWatermark` or `lastStableOffset` for consumers, `endOffset` for followers. */
  upperBound: number
  maxBytes: number
  /** Whether the first batch is returned though it alone is larger than `maxBytes` (KIP-74). */
  oversized: 'first batch' | 'none'
}

export interface OffsetAtTime {
  offset: number
  timestampMs: number
  leaderEpoch: number
}

export class PartitionLog {
  watcher: LogWatcher | undefined
  private readonly batches = new TrimmedArray<StoredBatch>()
  private readonly offsetIndex = new OffsetIndex()
  private readonly epochs = new LeaderEpochs()
  private readonly producers = new ProducerHistory()
  private start = 0
  private end = 0
  private committed = 0
  private flushed = 0
  private checkpoint = 0

  /** The settings may be replaced at any time, as topic and broker settings may. */
  constructor(public settings: LogSettings) {}

  /** The first offset that may be read; it may lie inside the first batch. */
  get startOffset(): number {
    return this.start
  }

  /** The offset that the next record will have. */
  get endOffset(): number {
    return this.end
  }

  get highWatermark(): number {
    return this.committed
  }

  /** Where a read_committed consumer stops: the high watermark, or the first unstable offset. */
  get lastStableOffset(): number {
    const unstable = this.producers.firstUnstableOffset
    if (unstable === undefined) return this.committed
    return Math.min(this.committed, Math.max(unstable, this.start))
  }

  /** What a power loss leaves. */
  get flushedOffset(): number {
    return this.flushed
  }

  /** Of the last leader that is known to this log; a follower's Fetch carries it. */
  get latestEpoch(): number | undefined {
    return this.epochs.latest
  }

  /** A new leader's reign begins at this log's end, before it has written anything. */
  startLeaderEpoch(epoch: number): void {
    this.epochs.assign(epoch, this.end)
  }

  /** @param records one batch, as Produce, a coordinator, or `encodeMarker` brings it; is copied */
  appendAsLeader(records: Buffer, { leaderEpoch, origin, guard }: LeaderAppend): AppendResult {
    const accepted = acceptBatch(records, origin, this.settings.maxMessageBytes)
    if (typeof accepted === 'string') return { outcome: 'refused', error: accepted }
    const batch = storeBatch(accepted, this.end, leaderEpoch)
    this.epochs.assign(leaderEpoch, this.end)
    const verification = this.settings.transactionVerification
    const verdict = this.producers.judge({ batch, origin, guard, verification })
    if (typeof verdict === 'object') {
      const { baseOffset, lastOffset, timestampMs } = verdict
      return { outcome: 'duplicate', baseOffset, lastOffset, logAppendTimeMs: timestampMs }
    }
    if (verdict !== 'append') return { outcome: 'refused', error: verdict }
    this.push(batch)
    const { baseOffset, lastOffset } = batch
    return { outcome: 'appended', baseOffset, lastOffset, logAppendTimeMs: -1 }
  }

  /**
   * Batches a leader returned. Gaps are taken over; an empty log may begin inside a batch.
   * @throws {RangeError} a batch begins before this log's end
   */
  appendAsFollower(batches: readonly StoredBatch[]): void {
    for (const batch of batches) {
      const straddles = this.batches.length === 0 && batch.lastOffset >= this.end
      if (batch.baseOffset < this.end && !straddles) {
        throw new RangeError(
          `A batch from offset ${batch.baseOffset} on cannot follow the end ${this.end}: ` +
            'truncate this log to where it parts from its leader first',
        )
      }
      this.epochs.assign(batch.leaderEpoch, batch.baseOffset)
      this.push(batch)
    }
  }

  /** Never backwards and never beyond the end; returns whether it moved. */
  advanceHighWatermark(offset: number): boolean {
    const next = Math.min(Math.max(offset, this.start), this.end)
    if (next <= this.committed) return false
    this.setHighWatermark(next)
    return true
  }

  /**
   * Whole batches from the one that contains `fetchOffset` on.
   * @throws {RangeError} below the start or beyond the end: answer OFFSET_OUT_OF_RANGE before
   */
  read(fetchOffset: number, { upperBound, maxBytes, oversized }: ReadBounds): StoredBatch[] {
    if (fetchOffset < this.start || fetchOffset > this.end) {
      throw new RangeError(`Offset ${fetchOffset} is not in [${this.start}, ${this.end}]`)
    }
    const found: StoredBatch[] = []
    let bytes = 0
    for (let index = this.indexOf(fetchOffset); ; index++) {
      const batch = this.batches.at(index)
      if (batch === undefined || batch.lastOffset >= upperBound) return found
      bytes += batch.bytes.length
      const first = found.length === 0 && oversized === 'first batch'
      if (bytes > maxBytes && !first) return found
      found.push(batch)
    }
  }

  /** Everything that is there, for who looks at disks or replays a coordinator's partition. */
  allBatches(): StoredBatch[] {
    const bounds = { upperBound: this.end, maxBytes: Infinity, oversized: 'none' } as const
    return this.read(this.start, bounds)
  }

  /**
   * What a read_committed Fetch tells with the batches it returns, in the order of abort markers.
   * As in Kafka it looks on to the next entry of the offset index, in a small log to its end.
   */
  abortedTransactions(fetchOffset: number, read: readonly StoredBatch[]): AbortedTransaction[] {
    const last = read.at(-1)
    if (last === undefined) return []
    const upperBound = this.offsetIndex.after(last.lastOffset) ?? this.end
    return this.producers.abortedTransactions(fetchOffset, upperBound)
  }

  /**
   * Where the largest epoch that is not above `epoch` ended here. `undefined`, Kafka's
   * UNDEFINED_EPOCH_OFFSET: this log knows no epoch as large.
   */
  endOffsetForEpoch(epoch: number): EpochEnd | undefined {
    return this.epochs.endOf(epoch, this.end)
  }

  epochAt(offset: number): number | undefined {
    return this.epochs.at(offset)
  }

  /** The first record at or after a point in time, wherever the high watermark stands. */
  offsetForTimestamp(timestampMs: number): OffsetAtTime | undefined {
    for (let index = 0; index < this.batches.length; index++) {
      const batch = this.batches.at(index)
      if (batch === undefined || batch.maxTimestampMs < timestampMs) continue
      const found = recordAt(batch, timestampMs, this.start)
      if (found !== undefined) return found
    }
    return undefined
  }

  /**
   * Cuts the log so that it ends at `offset`, and rebuilds from the batches that are left what
   * follows from them. A batch stays whole or goes: one that contains the offset goes.
   */
  truncateTo(offset: number): void {
    if (offset >= this.end) {
      this.epochs.truncateTo(this.end)
      return
    }
    const kept = this.indexOf(offset)
    const torn = this.batches.at(kept)
    this.batches.keepFirst(kept)
    this.end = torn === undefined ? offset : Math.min(offset, torn.baseOffset)
    this.start = Math.min(this.start, this.end)
    this.flushed = Math.min(this.flushed, this.end)
    this.epochs.truncateTo(this.end)
    this.committed = Math.min(this.committed, this.end)
    this.rebuild()
  }

  /** Throws everything away; the log begins anew, as when the leader has nothing older. */
  restartAt(offset: number): void {
    this.batches.clear()
    this.start = offset
    this.end = offset
    this.flushed = Math.min(this.flushed, offset)
    this.epochs.truncateTo(0)
    this.committed = offset
    this.rebuild()
  }

  /** DeleteRecords, retention, or a leader's larger start; nothing happens below the start. */
  deleteRecordsBefore(offset: number): 'NONE' | 'OFFSET_OUT_OF_RANGE' {
    if (offset > this.committed) return 'OFFSET_OUT_OF_RANGE'
    if (offset <= this.start) return 'NONE'
    this.start = offset
    this.batches.dropFirst(this.indexOf(offset))
    this.epochs.startFrom(offset)
    this.watcher?.moved()
    return 'NONE'
  }

  /** Before a transactional batch, unless `transaction.partition.verification.enable` is off. */
  startVerification(request: VerificationRequest): VerificationStart {
    return this.producers.startVerification(request)
  }

  /** To be called now and then, as `producer.id.expiration.check.interval.ms` says. */
  expireProducers(nowMs: number): void {
    this.producers.expire(nowMs, this.settings.producerIdExpirationMs)
  }

  /** All that is written survives a power loss from now on. */
  flush(): void {
    this.flushed = this.end
  }

  /** After a restart it is this (`replica.high.watermark.checkpoint.interval.ms`). */
  checkpointHighWatermark(): void {
    this.checkpoint = this.committed
  }

  /** The broker's process died: its memory is lost, what it wrote is not. */
  processLoss(): void {
    this.producers.forgetQuestions()
    this.epochs.truncateTo(this.end)
    this.committed = Math.min(Math.max(this.checkpoint, this.start), this.end)
    this.rebuild()
  }

  /** The machine lost its power: what was not flushed is lost, too. */
  powerLoss(): void {
    const start = this.start
    this.truncateTo(this.flushed)
    if (start > this.end) this.restartAt(start)
    this.processLoss()
  }

  private indexOf(offset: number): number {
    return this.batches.search(({ lastOffset }) => lastOffset >= offset)
  }

  private setHighWatermark(offset: number): void {
    this.committed = offset
    this.producers.replicatedUpTo(offset)
    this.watcher?.moved()
  }

  private push(batch: StoredBatch): void {
    this.batches.push(batch)
    this.end = batch.lastOffset + 1
    this.follow(batch)
    if (this.end - this.flushed >= this.settings.flushMessages) this.flush()
    this.watcher?.appended(batch)
  }

  /** Takes into account what a batch at the end means to the indexes and its producer. */
  private follow(batch: StoredBatch): void {
    this.offsetIndex.add(batch)
    if (batch.producerId >= 0) this.producers.follow(batch)
  }

  private rebuild(): void {
    this.offsetIndex.clear()
    this.producers.clear()
    for (let index = 0; index < this.batches.length; index++) {
      const batch = this.batches.at(index)
      if (batch !== undefined) this.follow(batch)
    }
    this.producers.replicatedUpTo(this.committed)
    this.watcher?.rebuilt()
  }
}

function recordAt(
  { bytes, leaderEpoch }: StoredBatch,
  timestampMs: number,
  startOffset: number,
): OffsetAtTime | undefined {
  const [header] = readBatchHeaders(bytes, 'refuse')
  if (header === undefined) return undefined
  const timestamps = readTimestamps(bytes, header)
  for (const [index, each] of timestamps.entries()) {
    const offset = header.baseOffset + index
    if (each >= timestampMs && offset >= startOffset) {
      return { offset, timestampMs: each, leaderEpoch }
    }
  }
  return undefined
}
