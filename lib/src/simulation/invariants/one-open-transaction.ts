/**
 * At most one open transaction per producer id and epoch, among what is committed: nothing
 * transactional of another epoch stands between a transaction's first batch and its marker, and
 * whatever is written in a transaction belongs to the one that the coordinator has open, so that
 * none is left hanging (KIP-98, KIP-890). The second half needs
 * `transaction.partition.verification.enable`. A leader that was replaced without noticing may
 * write what breaks this; it is never committed.
 */
import type { StoredBatch } from '../stored-batch'
import type { ObservedPartition } from './observed-partition'
import type { ObservedTransactions } from './observed-transactions'

/** Of a transactional batch that is about to become committed. */
export function oneOpenTransaction(
  { openCommitted, key }: ObservedPartition,
  { producerId, producerEpoch, control, baseOffset }: StoredBatch,
): string | undefined {
  if (control !== undefined) return undefined
  const open = openCommitted.get(producerId)
  if (open === undefined || open.producerEpoch === producerEpoch) return undefined
  const older = `epoch ${open.producerEpoch} is open since offset ${open.baseOffset}`
  const who = `producer ${producerId} epoch ${producerEpoch}`
  return `${who} writes offset ${baseOffset} of ${key} while its ${older}`
}

/** Of a transactional batch that has become committed. */
export function noHangingTransaction(
  { key }: ObservedPartition,
  transactions: ObservedTransactions,
  { producerId, producerEpoch, control, baseOffset }: StoredBatch,
): string | undefined {
  if (control !== undefined) return undefined
  if (transactions.isOpen(producerId, producerEpoch, key)) return undefined
  const who = `producer ${producerId} epoch ${producerEpoch}`
  return `offset ${baseOffset} of ${key} belongs to no transaction that ${who} has open`
}
