/**
 * What the batches of one replica's log say of its producers and transactions, worked out a second
 * time and without the broker's code, so that the two can be compared. Each batch is taken once;
 * a log that was cut is read anew from its front.
 */
import type { PartitionLog } from '../log/partition-log'
import type { StoredBatch } from '../stored-batch'

const sequenceMax = 0x7fff_ffff

export interface ObservedProducer {
  epoch: number
  /** -1: nothing with a sequence yet in this epoch. Undefined: older records may be deleted. */
  lastSequence: number | undefined
  /** Of its last marker. */
  coordinatorEpoch: number
  lastTimestampMs: number
}

export interface OpenTransaction {
  epoch: number
  firstOffset: number
}

interface DecidedTransaction {
  firstOffset: number
  markerOffset: number
}

export class ObservedReplica {
  lastBatch: StoredBatch | undefined
  readonly producers = new Map<number, ObservedProducer>()
  /** Without marker, by producer id; in the order in which they began. */
  readonly open = new Map<number, OpenTransaction>()
  /** Of the leadership that was seen last: offsets that must not go back while it lasts. */
  reached: { leadership: object; highWatermark: number; lastStableOffset: number } | undefined
  /** `cut`: a power loss took what was not flushed, and the replica is not in sync since. */
  tail: 'whole' | 'cut' = 'whole'
  /** Decided, in the order of markers, those that the high watermark may not have passed. */
  private decided: DecidedTransaction[] = []

  constructor(
    readonly broker: number,
    readonly log: PartitionLog,
  ) {}

  /** The log ends with this batch now. */
  take(batch: StoredBatch): void {
    this.lastBatch = batch
    if (batch.producerId >= 0) this.takeProducer(batch)
  }

  rebuild(): void {
    this.lastBatch = undefined
    this.producers.clear()
    this.open.clear()
    this.decided = []
    for (const batch of this.log.allBatches()) this.take(batch)
  }

  /** The batch that holds an offset, if it is there. */
  batchAt(offset: number): StoredBatch | undefined {
    const { startOffset, endOffset } = this.log
    if (offset < startOffset || offset >= endOffset) return undefined
    const bounds = { upperBound: Infinity, maxBytes: 0, oversized: 'first batch' } as const
    return this.log.read(offset, bounds)[0]
  }

  /** Where a read_committed consumer must stop, by the batches and the high watermark alone. */
  expectedLastStableOffset(): number {
    const { highWatermark, startOffset } = this.log
    while (this.decided[0] !== undefined && this.decided[0].markerOffset < highWatermark) {
      this.decided.shift()
    }
    let first = highWatermark
    for (const { firstOffset } of this.decided) first = Math.min(first, firstOffset)
    for (const { firstOffset } of this.open.values()) {
      first = Math.min(first, firstOffset)
      break
    }
    return Math.min(highWatermark, Math.max(first, startOffset))
  }

  private takeProducer(batch: StoredBatch): void {
    const { producerId, producerEpoch, control, baseSequence } = batch
    let producer = this.producers.get(producerId)
    if (producer === undefined) {
      const unknown = { epoch: -1, lastSequence: undefined, coordinatorEpoch: -1 }
      producer = { ...unknown, lastTimestampMs: -1 }
      this.producers.set(producerId, producer)
    } else if (producer.epoch !== producerEpoch) {
      producer.lastSequence = -1
    }
    producer.epoch = producerEpoch
    producer.lastTimestampMs = batch.maxTimestampMs
    if (control !== undefined) {
      producer.coordinatorEpoch = control.coordinatorEpoch
      this.decide(producerId, batch.baseOffset)
      return
    }
    if (baseSequence >= 0) {
      const last = baseSequence + batch.recordCount - 1
      producer.lastSequence = last > sequenceMax ? last - sequenceMax - 1 : last
    }
    if (batch.transactional && !this.open.has(producerId)) {
      this.open.set(producerId, { epoch: producerEpoch, firstOffset: batch.baseOffset })
    }
  }

  private decide(producerId: number, markerOffset: number): void {
    const transaction = this.open.get(producerId)
    if (transaction === undefined) return
    this.open.delete(producerId)
    this.decided.push({ firstOffset: transaction.firstOffset, markerOffset })
  }
}
