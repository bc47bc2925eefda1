/**
 * From the logs of a run to the cells of its picture: one per offset, for records and for control
 * markers. The leader's log is what readers get; a replica's disk is drawn beside it only where it
 * held records that the final log does not: writes that were acknowledged and then forgotten, or
 * cut off when their broker came back.
 */
import { batchArrivals } from '../checker/batch-arrivals'
import { ledger } from '../checker/ledger'
import { recordAt } from '../checker/log-records'
import { messageKey } from '../history/messages'
import type { LogBatch, LogRecord, PartitionLog, ReplicaLog, Run } from '../history/run'
import type { Meaning } from './palette'
import type { Tip } from './picture'
import { valueText } from './words'

export interface LogCell {
  kind: 'record' | 'marker'
  offset: number
  /** The value, or the marker's name. */
  text: string
  /** Producer and sequence, as far as the batch has them. */
  producer: string
  leaderEpoch: number
  meaning: Meaning
  /** What is special about it, e.g. `aborted`. */
  note: string
  /** Position of its batch in the log: cells of one batch stand together. */
  batch: number
  tip: Tip
}

export interface CellRow {
  title: string
  subtitle: string
  cells: LogCell[]
  /** The leader's row carries the marks. */
  marks?: LogMarks
  /** Offsets that were told again for batches taken for repeats. */
  ackedAgain?: number[]
}

/** How far readers may read. */
export interface LogMarks {
  highWatermark: number
  lastStableOffset: number
}

/** The rows of one partition: its final log, then the disks that held something else. */
export function partitionRows(run: Run, log: PartitionLog): CellRow[] {
  const { topic, partition, leader, isr, highWatermark, lastStableOffset } = log
  const leaderRow: CellRow = {
    title: `${topic}-${partition}`,
    subtitle: `leader ${leader}, in sync ${isr.join(' ') || 'none'}`,
    cells: cellsOf(log.batches, leaderTouch(run, log)),
    marks: { highWatermark, lastStableOffset },
    ackedAgain: batchArrivals(run).flatMap((one) =>
      one.answer === 'repeat' && one.topic === topic && one.partition === partition
        ? [one.offset!]
        : [],
    ),
  }
  const own = new Map<number, string>()
  for (const batch of log.batches) {
    for (const record of batch.records) own.set(record.offset, identity(batch, record))
  }
  const isGhost = (batch: LogBatch, record: LogRecord) =>
    record.offset >= log.logStartOffset && own.get(record.offset) !== identity(batch, record)
  const disks = run.replicaLogs.filter(
    (replica) =>
      replica.topic === topic &&
      replica.partition === partition &&
      replica.batches.some((batch) => batch.records.some((record) => isGhost(batch, record))),
  )
  return [leaderRow, ...disks.map((disk) => diskRow(disk, isGhost))]
}

/** What makes two records at one offset the same record. */
function identity(batch: LogBatch, record: LogRecord): string {
  return JSON.stringify([batch.leaderEpoch, batch.producerId, record.key, record.value])
}

type Touch = (batch: LogBatch, record: LogRecord) => { meaning: Meaning; note: string }

function diskRow(
  disk: ReplicaLog,
  isGhost: (batch: LogBatch, record: LogRecord) => boolean,
): CellRow {
  return {
    title: `disk of broker ${disk.broker}`,
    subtitle: disk.alive ? 'at the end, before healing' : 'dead at the end',
    cells: cellsOf(disk.batches, (batch, record) =>
      isGhost(batch, record)
        ? { meaning: 'lost', note: 'only here' }
        : { meaning: 'ink', note: '' },
    ),
  }
}

/** Aborted and open records, and second copies of a message. */
function leaderTouch(run: Run, { topic, partition }: PartitionLog): Touch {
  const copies = new Map(
    ledger(run).map((row) => [messageKey(row.topic, row.value), row.copies] as const),
  )
  return (_batch, record) => {
    const state = recordAt(run, { topic, partition, offset: record.offset })?.state ?? 'plain'
    if (state === 'aborted') return { meaning: 'unknown', note: 'aborted' }
    if (state === 'open') return { meaning: 'late', note: 'open transaction' }
    const number = copies.get(messageKey(topic, record.value)) ?? 1
    if (number > 1) return { meaning: 'repeated', note: `one of ${number} copies` }
    return { meaning: 'arrived', note: state === 'committed' ? 'committed' : '' }
  }
}

function cellsOf(batches: readonly LogBatch[], touch: Touch): LogCell[] {
  return batches.flatMap((batch, position) => {
    if (batch.control !== undefined) return [markerCell(batch, position)]
    return batch.records.map((record): LogCell => {
      const sequence =
        batch.baseSequence < 0 ? -1 : batch.baseSequence + (record.offset - batch.baseOffset)
      return {
        kind: 'record',
        offset: record.offset,
        text: valueText(record.value),
        producer: producerText(batch, sequence),
        leaderEpoch: batch.leaderEpoch,
        batch: position,
        tip: recordTip(batch, record, sequence),
        ...touch(batch, record),
      }
    })
  })
}

function markerCell(batch: LogBatch, position: number): LogCell {
  const { baseOffset, leaderEpoch, producerId, producerEpoch, control } = batch
  return {
    kind: 'marker',
    offset: baseOffset,
    text: control === 'commit' ? 'COMMIT' : 'ABORT',
    producer: producerText(batch, -1),
    leaderEpoch,
    meaning: control === 'commit' ? 'committed' : 'unknown',
    note: 'marker',
    batch: position,
    tip: { title: `${control} marker`, offset: baseOffset, leaderEpoch, producerId, producerEpoch },
  }
}

function producerText({ producerId, producerEpoch }: LogBatch, sequence: number): string {
  if (producerId < 0) return 'no producer id'
  const producer = `pid ${producerId}, ep ${producerEpoch}`
  return sequence < 0 ? producer : `${producer}, seq ${sequence}`
}

function recordTip(batch: LogBatch, record: LogRecord, sequence: number): Tip {
  const { leaderEpoch, producerId, producerEpoch, transactional, compression } = batch
  const tip: Tip = { title: valueText(record.value), offset: record.offset }
  if (record.key !== null) tip.key = record.key
  for (const [name, value] of Object.entries(record.headers)) tip[`header ${name}`] = value
  return {
    ...tip,
    leaderEpoch,
    producerId,
    producerEpoch,
    sequence,
    transactional: transactional ? 'yes' : 'no',
    compression,
    batch: `offsets ${batch.baseOffset} to ${batch.lastOffset}`,
  }
}
