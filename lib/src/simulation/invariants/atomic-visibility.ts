/**
 * Atomic visibility of transactions: all markers of one transaction say the same, which is what
 * its coordinator has decided; and once the coordinator has logged that it is over, no partition
 * holds records of it without marker (KIP-98). So a read_committed consumer sees all of it or
 * nothing, each partition in its time.
 */
import type { StoredBatch } from '../stored-batch'
import type { TransactionValue } from '../transactions/transaction'
import type { ObservedPartition } from './observed-partition'
import { verdictOf, type ObservedTransactions } from './observed-transactions'

/** Of a marker that has become committed. */
export function markersAgree(
  { key }: ObservedPartition,
  transactions: ObservedTransactions,
  { producerId, producerEpoch, control, baseOffset }: StoredBatch,
): string | undefined {
  if (control === undefined) return undefined
  const { verdict } = control
  const marker = `the ${verdict} marker of producer ${producerId} at offset ${baseOffset} of ${key}`
  const before = transactions.marked(producerId, verdict)
  if (before !== undefined && before !== verdict) return `${marker} follows ${before} markers`
  if (transactions.isDecided(producerId, producerEpoch, verdict)) return undefined
  return `${marker} has an epoch or verdict that no coordinator decided`
}

/** Of a state of a transaction that has become committed. */
export function transactionsEndWhole(
  transactions: ObservedTransactions,
  { transactionalId, value }: { transactionalId: string; value: TransactionValue },
  partitionOf: (key: string) => ObservedPartition | undefined,
): string | undefined {
  const { producerId, state } = value
  const owner = transactions.ownerOf(producerId, transactionalId)
  if (owner !== transactionalId) return `${owner} and ${transactionalId} share id ${producerId}`
  const marked = transactions.verdictOfMarkers(producerId)
  const decided = verdictOf(value)
  if (decided !== undefined && marked !== undefined && decided !== marked) {
    return `${transactionalId} is in ${state} and has ${marked} markers`
  }
  if (state !== 'CompleteCommit' && state !== 'CompleteAbort') return undefined
  const expected = state === 'CompleteCommit' ? 'commit' : 'abort'
  if (marked !== undefined && marked !== expected) {
    return `${transactionalId} is in ${state} and has ${marked} markers`
  }
  const open = transactions
    .partitionsOf(producerId)
    .find((key) => partitionOf(key)?.openCommitted.has(producerId))
  return open === undefined
    ? undefined
    : `${transactionalId} is in ${state}, and in ${open} without marker`
}
