/** Logs and batches for the tests of this folder, as short as a story needs them. */
import assert from 'node:assert/strict'
import { encodeMarker, encodeRecordBatch } from '../../../../lib/src/protocol/record-batch-encode'
import {
  PartitionLog,
  type AppendResult,
  type LogSettings,
} from '../../../../lib/src/simulation/log/partition-log'
import type { VerificationGuard } from '../../../../lib/src/simulation/log/transaction-verification'

export const settings: LogSettings = {
  maxMessageBytes: 1_048_588,
  flushMessages: Infinity,
  producerIdExpirationMs: 86_400_000,
  transactionVerification: 'off',
}

export interface Data {
  id: number
  epoch?: number
  sequence: number
  count?: number
  kind?: 'idempotent' | 'transactional'
  timestampMs?: number
  guard?: VerificationGuard
  origin?: 'client' | 'coordinator'
}

export function plainBatch(count = 1, timestampMs = 0): Buffer {
  const records = Array.from({ length: count }, (_, index) => ({ value: `value-${index}` }))
  return encodeRecordBatch({ timestampMs, records })
}

export function plain(log: PartitionLog, count = 1, leaderEpoch = 0): AppendResult {
  return log.appendAsLeader(plainBatch(count), { leaderEpoch, origin: 'client' })
}

export function data(log: PartitionLog, each: Data): AppendResult {
  const { id, epoch = 0, sequence, count = 1, kind = 'idempotent', timestampMs = 0 } = each
  const bytes = encodeRecordBatch({
    timestampMs,
    records: Array.from({ length: count }, () => ({ value: `of ${id}` })),
    producer: { id, epoch, baseSequence: sequence, kind },
  })
  const { origin = 'client', guard } = each
  return log.appendAsLeader(bytes, {
    leaderEpoch: 0,
    origin,
    ...(guard === undefined ? {} : { guard }),
  })
}

export function inTransaction(log: PartitionLog, id: number, sequence: number): AppendResult {
  return data(log, { id, sequence, kind: 'transactional' })
}

export function marker(
  log: PartitionLog,
  verdict: 'commit' | 'abort',
  each: { id: number; epoch?: number; coordinatorEpoch?: number },
): AppendResult {
  const { id, epoch = 0, coordinatorEpoch = 0 } = each
  const bytes = encodeMarker({
    verdict,
    producerId: id,
    producerEpoch: epoch,
    coordinatorEpoch,
    timestampMs: 0,
  })
  return log.appendAsLeader(bytes, { leaderEpoch: 0, origin: 'coordinator' })
}

export function replicate(log: PartitionLog): void {
  log.advanceHighWatermark(log.endOffset)
}

/** `5`, `5-7`, `duplicate of 5`, or the error. */
export function told(result: AppendResult): string {
  if (result.outcome === 'refused') return result.error
  const { baseOffset, lastOffset } = result
  const offsets = baseOffset === lastOffset ? `${baseOffset}` : `${baseOffset}-${lastOffset}`
  return result.outcome === 'duplicate' ? `duplicate of ${offsets}` : offsets
}

/** A follower that has fetched everything. */
export function followerOf(leader: PartitionLog): PartitionLog {
  const follower = new PartitionLog(leader.settings)
  follower.appendAsFollower(leader.allBatches())
  assert.equal(follower.endOffset, leader.endOffset)
  return follower
}

/** `producer@first offset` of what a read_committed Fetch of everything from an offset is told. */
export function aborted(
  log: PartitionLog,
  from = log.startOffset,
  upperBound = log.lastStableOffset,
): string[] {
  const read = log.read(from, { upperBound, maxBytes: Infinity, oversized: 'none' })
  const list = log.abortedTransactions(from, read)
  return list.map(({ producerId, firstOffset }) => `${producerId}@${firstOffset}`)
}
