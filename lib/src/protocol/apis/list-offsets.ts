/**
 * ListOffsets: the earliest offset, the latest, or the first one at or after a time.
 *
 *     Request v3 => replica_id isolation_level [topics]
 *       replica_id => INT32            -1: a consumer
 *       isolation_level => INT8        0: latest is the high watermark, 1: the LSO
 *       topics => topic [partitions]
 *         topic => STRING
 *         partitions => partition timestamp
 *           partition => INT32
 *           timestamp => INT64         -2: earliest, -1: latest
 *     Response v3 => throttle_time_ms [topics]
 *       throttle_time_ms => INT32
 *       topics => topic [partitions]
 *         topic => STRING
 *         partitions => partition error_code timestamp offset
 *           partition => INT32
 *           error_code => INT16
 *           timestamp, offset => INT64
 */
import { defineApi } from '../api'
import { array, int16, int32, int64, int8, string, struct } from '../schema'

export const listOffsets = defineApi({
  name: 'ListOffsets',
  key: 2,
  version: 3,
  request: struct({
    replicaId: int32,
    isolationLevel: int8,
    topics: array(
      struct({
        topic: string,
        partitions: array(struct({ partition: int32, timestamp: int64 })),
      }),
    ),
  }),
  response: struct({
    throttleTimeMs: int32,
    topics: array(
      struct({
        topic: string,
        partitions: array(
          struct({ partition: int32, errorCode: int16, timestamp: int64, offset: int64 }),
        ),
      }),
    ),
  }),
})
