/**
 * What a coordinator needs of the broker it lives on: its partition of `__consumer_offsets` or
 * `__transaction_state`, which is replicated like any other. A coordinator answers only when its
 * record is there to stay, and a new one rebuilds its state by reading the log.
 */
import type { KafkaErrorName } from '../protocol/errors'

/** JSON texts of the lab's own, in place of Kafka's binary schemas; `null` is a tombstone. */
export interface CoordinatorRecord {
  key: string
  value: string | null
}

export interface CoordinatorLog {
  /**
   * Appends one batch as with acks=all. `done` hears `NONE` when the high watermark has passed it,
   * else why it may not be there to stay: `NOT_ENOUGH_REPLICAS` (or `…_AFTER_APPEND`),
   * `NOT_LEADER_OR_FOLLOWER`, `REQUEST_TIMED_OUT`. With a producer the batch is transactional and
   * stays pending until that producer's marker stands in this log.
   */
  append(
    records: readonly CoordinatorRecord[],
    done: (error: KafkaErrorName) => void,
    producer?: { id: number; epoch: number },
  ): void
}
