/**
 * Sequence numbers of a producer's records in one partition (KIP-98): they count up to the largest
 * INT32 and go on with 0 (`DefaultRecordBatch.incrementSequence`).
 */
const sequenceMax = 0x7fff_ffff

export const noSequence = -1

/** The sequence of a batch's last record. */
export function lastSequence(baseSequence: number, recordCount: number): number {
  if (baseSequence === noSequence) return noSequence
  const sequence = baseSequence + recordCount - 1
  return sequence > sequenceMax ? sequence - sequenceMax - 1 : sequence
}

export function follows(last: number, next: number): boolean {
  return next === last + 1 || (last === sequenceMax && next === 0)
}
