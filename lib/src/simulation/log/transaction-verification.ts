/**
 * Server-side verification (KIP-890): before the first transactional batch of a producer is
 * appended, the leader asks the transaction coordinator whether the partition belongs to an ongoing
 * transaction. The guard given out with the question must still be the current one when the answer
 * is there, so an answer about an older transaction lets nothing in.
 * After `VerificationStateEntry`.
 */

/** One question to the coordinator; only its identity counts. */
export class VerificationGuard {
  constructor(
    readonly producerId: number,
    readonly sinceMs: number,
  ) {}
}

export interface VerificationRequest {
  producerId: number
  producerEpoch: number
  baseSequence: number
  /** On the clock of the records' timestamps. */
  nowMs: number
}

interface Pending {
  guard: VerificationGuard
  producerEpoch: number
  lowestSequence: number
}

export class TransactionVerification {
  private readonly pending = new Map<number, Pending>()

  /** The guard of the question that is open already, or of a new one. */
  start({
    producerId,
    producerEpoch,
    baseSequence,
    nowMs,
  }: VerificationRequest): VerificationGuard {
    const known = this.pending.get(producerId)
    if (known === undefined) {
      const guard = new VerificationGuard(producerId, nowMs)
      this.pending.set(producerId, { guard, producerEpoch, lowestSequence: baseSequence })
      return guard
    }
    const newer = producerEpoch > known.producerEpoch
    const lower = producerEpoch === known.producerEpoch && baseSequence < known.lowestSequence
    if (newer || lower) {
      known.producerEpoch = producerEpoch
      known.lowestSequence = baseSequence
    }
    return known.guard
  }

  confirms(producerId: number, guard: VerificationGuard | undefined): boolean {
    return guard !== undefined && this.pending.get(producerId)?.guard === guard
  }

  lowestSequence(producerId: number): number | undefined {
    return this.pending.get(producerId)?.lowestSequence
  }

  /** A record of the transaction, or its marker, is in the log: later batches need no question. */
  settle(producerId: number): void {
    this.pending.delete(producerId)
  }

  expire(nowMs: number, idleMs: number): void {
    for (const [producerId, { guard }] of this.pending) {
      if (nowMs - guard.sinceMs >= idleMs) this.pending.delete(producerId)
    }
  }

  clear(): void {
    this.pending.clear()
  }
}
