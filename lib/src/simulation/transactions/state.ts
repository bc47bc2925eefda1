/**
 * The states of a transaction (Kafka's `TransactionState`), which of them may follow which, and
 * what EndTxn gets in each, as tables. Kafka's `PrepareEpochFence` is left out: there it stands
 * between two locks of one request, and a simulated request runs in one step.
 */
import type { KafkaErrorName } from '../../protocol/errors'

export type Verdict = 'commit' | 'abort'

/** By the names that DescribeTransactions tells. */
export type TransactionState =
  | 'Empty'
  | 'Ongoing'
  | 'PrepareCommit'
  | 'PrepareAbort'
  | 'CompleteCommit'
  | 'CompleteAbort'
  /** Expired: its tombstone is being written. Only ever pending. */
  | 'Dead'

/** The states out of which each may be entered; the transitions of transactions V1. */
export const previousStates: Record<TransactionState, readonly TransactionState[]> = {
  Empty: ['Empty', 'CompleteCommit', 'CompleteAbort'],
  Ongoing: ['Ongoing', 'Empty', 'CompleteCommit', 'CompleteAbort'],
  PrepareCommit: ['Ongoing'],
  PrepareAbort: ['Ongoing'],
  CompleteCommit: ['PrepareCommit'],
  CompleteAbort: ['PrepareAbort'],
  Dead: ['Empty', 'CompleteCommit', 'CompleteAbort'],
}

/** What an EndTxn of the right producer does: `prepare` goes on, anything else is the answer. */
export const endTxnOutcomes: Record<
  TransactionState,
  Record<Verdict, 'prepare' | KafkaErrorName>
> = {
  Empty: { commit: 'INVALID_TXN_STATE', abort: 'INVALID_TXN_STATE' },
  Ongoing: { commit: 'prepare', abort: 'prepare' },
  PrepareCommit: { commit: 'CONCURRENT_TRANSACTIONS', abort: 'INVALID_TXN_STATE' },
  PrepareAbort: { commit: 'INVALID_TXN_STATE', abort: 'CONCURRENT_TRANSACTIONS' },
  CompleteCommit: { commit: 'NONE', abort: 'INVALID_TXN_STATE' },
  CompleteAbort: { commit: 'INVALID_TXN_STATE', abort: 'NONE' },
  Dead: { commit: 'INVALID_TXN_STATE', abort: 'INVALID_TXN_STATE' },
}

/** Nothing is under way, so that the producer may be given a new epoch, or the id forgotten. */
export function isAtRest(state: TransactionState): boolean {
  return state === 'Empty' || state === 'CompleteCommit' || state === 'CompleteAbort'
}

/** The verdict has been logged, but not yet that all markers stand. */
export function isPrepared(state: TransactionState): boolean {
  return state === 'PrepareCommit' || state === 'PrepareAbort'
}
