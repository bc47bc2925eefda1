/** Guards of the transaction coordinator: fencing, states and epochs, timeouts, failover. */
import type { Mutation } from '../mutation'

const tests = ['simulation/transactions/transactions.test.ts']

export const transactionGuards: readonly Mutation[] = [
  {
    guard: 'the fencing of producers: only the current epoch changes its transaction',
    file: 'simulation/transactions/transaction-coordinator.ts',
    source: 'if (producerEpoch !== producer.producerEpoch)',
    broken: 'if (producerEpoch < producer.producerEpoch)',
    tests,
  },
  {
    guard: 'a transactional id belongs to one producer id',
    file: 'simulation/transactions/transaction-coordinator.ts',
    source: 'if (producerId !== producer.producerId)',
    broken: 'if (producer.producerId < 0)',
    tests,
  },
  {
    guard: 'an InitProducerId that aborts a transaction takes a new epoch for it',
    file: 'simulation/transactions/transaction.ts',
    source: 'Math.min(this.current.producerEpoch + 1, maxEpoch)',
    broken: 'Math.min(this.current.producerEpoch, maxEpoch)',
    tests,
  },
  {
    guard: 'every InitProducerId gives the next epoch',
    file: 'simulation/transactions/transaction.ts',
    source: 'this.prepareProducer(producerId, producerEpoch + 1, timeoutMs, nowMs)',
    broken: 'this.prepareProducer(producerId, Math.max(producerEpoch, 0), timeoutMs, nowMs)',
    tests,
  },
  {
    guard: 'the largest epoch is kept for fencing',
    file: 'simulation/transactions/transaction.ts',
    source: 'this.current.producerEpoch >= maxEpoch - 1',
    broken: 'this.current.producerEpoch >= maxEpoch',
    tests,
  },
  {
    guard: 'a transaction that is being ended takes no more partitions',
    file: 'simulation/transactions/transaction-coordinator.ts',
    source:
      'if (transaction.pendingState !== undefined || isPrepared(state)) {\n      return answer',
    broken:
      'if (transaction.pendingState !== undefined && isPrepared(state)) {\n      return answer',
    tests,
  },
  {
    guard: 'one change of a transaction waits for the other: EndTxn hears CONCURRENT_TRANSACTIONS',
    file: 'simulation/transactions/transaction-coordinator.ts',
    source:
      "    if (transaction.pendingState !== undefined) return answer('CONCURRENT_TRANSACTIONS')\n",
    broken: '',
    tests,
  },
  {
    guard: 'what was committed cannot be aborted any more',
    file: 'simulation/transactions/state.ts',
    source: "CompleteCommit: { commit: 'NONE', abort: 'INVALID_TXN_STATE' }",
    broken: "CompleteCommit: { commit: 'NONE', abort: 'NONE' }",
    tests,
  },
  {
    guard: 'a commit is decided once: what is being aborted is not committed',
    file: 'simulation/transactions/state.ts',
    source: "PrepareAbort: { commit: 'INVALID_TXN_STATE'",
    broken: "PrepareAbort: { commit: 'CONCURRENT_TRANSACTIONS'",
    tests,
  },
  {
    guard: 'an append is verified only for a partition of the transaction (KIP-890)',
    file: 'simulation/transactions/transaction-coordinator.ts',
    source: "transaction.contains(partition) ? 'NONE' : 'INVALID_TXN_STATE'",
    broken: "transaction.contains(partition) ? 'NONE' : 'NONE'",
    tests,
  },
  {
    guard: 'no append is verified for a transaction that is being ended',
    file: 'simulation/transactions/transaction-coordinator.ts',
    source: "else if (isPrepared(transaction.value.state)) reply('CONCURRENT_TRANSACTIONS')",
    broken: "else if (isPrepared(transaction.value.state)) reply('NONE')",
    tests,
  },
  {
    guard: 'a transaction is aborted for its age only when its timeout is over',
    file: 'simulation/transactions/transaction-coordinator.ts',
    source: 'if (startedAtMs + timeoutMs >= this.now()) continue',
    broken: 'if (startedAtMs >= this.now() + timeoutMs) continue',
    tests,
  },
  {
    guard: 'a producer asks for no longer timeout than transaction.max.timeout.ms',
    file: 'simulation/transactions/transaction-coordinator.ts',
    source: 'timeoutMs <= 0 || timeoutMs > this.parts.options.maxTimeoutMs',
    broken: 'timeoutMs <= 0',
    tests,
  },
  {
    guard: 'a new coordinator ends the transactions that were being ended',
    file: 'simulation/transactions/transaction-coordinator.ts',
    source: 'if (isPrepared(transaction.value.state)) this.ending.writeMarkers(transaction)',
    broken: 'if (transaction.pendingState) this.ending.writeMarkers(transaction)',
    tests,
  },
  {
    guard: 'a coordinator that has resigned confirms nothing it had under way',
    file: 'simulation/transactions/transaction-store.ts',
    source: "if (error === 'NONE' && this.notServing !== undefined) error = this.notServing",
    broken: '',
    tests,
  },
  {
    guard: 'markers go out when the verdict is logged, and not without',
    file: 'simulation/transactions/transaction-ending.ts',
    source: "if (error === 'NONE') this.writeMarkers(transaction)",
    broken: "if (error !== 'NONE') this.writeMarkers(transaction)",
    tests,
  },
  {
    guard: 'only a transactional id at rest expires',
    file: 'simulation/transactions/transaction-store.ts',
    source: 'if (transaction.pendingState !== undefined || !isAtRest(state)) continue',
    broken: 'if (transaction.pendingState !== undefined && !isAtRest(state)) continue',
    tests,
  },
]
