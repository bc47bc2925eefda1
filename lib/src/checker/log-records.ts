/**
 * Every record of the final leader logs with what its transaction became. This is the rule of
 * Kafka's own consumer (CompletedFetch.java), read off the log instead of the broker's aborted
 * list: a transactional batch belongs to its producer's next control marker; without a marker it
 * is open. A read_committed reader sees what lies below the last stable offset and is not aborted.
 */
import { messageKey } from '../history/messages'
import { remember } from '../history/remember'
import type { LogBatch, LogRecord, PartitionLog, Run } from '../history/run'

/**
 * - `plain`: outside any transaction
 * - `committed`, `aborted`: by its producer's next marker
 * - `open`: no marker follows; a reader that wants committed records must wait
 */
export type TransactionState = 'plain' | 'committed' | 'aborted' | 'open'

export interface LoggedRecord {
  topic: string
  partition: number
  offset: number
  record: LogRecord
  batch: LogBatch
  state: TransactionState
  /** Whether a read_committed reader gets it. */
  visible: boolean
}

function recordsOf(log: PartitionLog): LoggedRecord[] {
  const found: LoggedRecord[] = []
  const open = new Map<number, LoggedRecord[]>()
  for (const batch of log.batches) {
    if (batch.control !== undefined) {
      const state = batch.control === 'commit' ? 'committed' : 'aborted'
      for (const logged of open.get(batch.producerId) ?? []) logged.state = state
      open.delete(batch.producerId)
      continue
    }
    const pending = open.get(batch.producerId) ?? []
    if (batch.transactional) open.set(batch.producerId, pending)
    for (const record of batch.records) {
      const logged: LoggedRecord = {
        topic: log.topic,
        partition: log.partition,
        offset: record.offset,
        record,
        batch,
        state: batch.transactional ? 'open' : 'plain',
        visible: false,
      }
      if (batch.transactional) pending.push(logged)
      found.push(logged)
    }
  }
  const end = Math.min(log.lastStableOffset, log.highWatermark)
  for (const logged of found) {
    const decided = logged.state === 'plain' || logged.state === 'committed'
    logged.visible = decided && logged.offset < end && logged.offset >= log.logStartOffset
  }
  return found
}

/** All records of the final logs, by topic, partition, offset. */
export const logRecords: (run: Run) => readonly LoggedRecord[] = remember((run) =>
  run.logs.flatMap(recordsOf),
)

const none: readonly LoggedRecord[] = []

const recordsByMessage = remember((run: Run) => {
  const index = new Map<string, LoggedRecord[]>()
  for (const logged of logRecords(run)) {
    const key = messageKey(logged.topic, logged.record.value)
    const copies = index.get(key)
    if (copies === undefined) index.set(key, [logged])
    else copies.push(logged)
  }
  return index
})

/** All records of one message, aborted ones too. */
export function recordsOfMessage(
  run: Run,
  topic: string,
  value: string | null,
): readonly LoggedRecord[] {
  return recordsByMessage(run).get(messageKey(topic, value)) ?? none
}

const recordsByPlace = remember((run: Run) => {
  const index = new Map<string, Map<number, LoggedRecord>>()
  for (const logged of logRecords(run)) {
    const partition = `${logged.topic}-${logged.partition}`
    const offsets = index.get(partition) ?? new Map<number, LoggedRecord>()
    index.set(partition, offsets.set(logged.offset, logged))
  }
  return index
})

/** The record at an offset; undefined for markers, holes and offsets past the end. */
export function recordAt(
  run: Run,
  place: { topic: string; partition: number; offset: number },
): LoggedRecord | undefined {
  return recordsByPlace(run).get(`${place.topic}-${place.partition}`)?.get(place.offset)
}
