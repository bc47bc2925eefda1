/** Partitions and logs for tests of one broker's parts. */
import { encodeRecordBatch } from '../../../../lib/src/protocol/record-batch-encode'
import { Partition, type PartitionContext } from '../../../../lib/src/simulation/broker/partition'
import { PartitionLog } from '../../../../lib/src/simulation/log/partition-log'
import type { PartitionImage } from '../../../../lib/src/simulation/metadata-image'
import type { Timers } from '../../../../lib/src/simulation/timers'

const settings = {
  maxMessageBytes: 1_048_588,
  flushMessages: Infinity,
  producerIdExpirationMs: 86_400_000,
  transactionVerification: 'on',
} as const

export const lagTimeMaxMs = 1000

export function recordOf(value: string): Buffer {
  return encodeRecordBatch({ records: [{ value }], timestampMs: 0 })
}

/** One letter for each record: `{ 1: 'aa', 2: 'b' }` has two of epoch 1 and one of epoch 2. */
export function logOf(epochs: Record<number, string>): PartitionLog {
  const log = new PartitionLog(settings)
  for (const [epoch, values] of Object.entries(epochs)) {
    for (const value of values) {
      log.appendAsLeader(recordOf(value), { leaderEpoch: Number(epoch), origin: 'client' })
    }
  }
  return log
}

export function partitionOn(
  brokerId: number,
  log: PartitionLog,
  timers: Timers,
  context: Partial<PartitionContext> = {},
): Partition {
  return new Partition('orders', 1, 0, log, {
    brokerId,
    timers,
    lagTimeMaxMs,
    isEligible: () => true,
    alterPartition: () => undefined,
    ...context,
  })
}

/** Led by broker 1 with everyone in sync, if nothing else is said. */
export function imageOf(changes: Partial<PartitionImage> = {}): PartitionImage {
  const replicas = [1, 2, 3]
  const first = { leader: 1, leaderEpoch: 1, partitionEpoch: 1 }
  return { replicas, isr: replicas, elr: [], ...first, ...changes }
}
