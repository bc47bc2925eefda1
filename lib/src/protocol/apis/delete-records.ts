/**
 * DeleteRecords: moves the log start offset up.
 *
 *     Request v1 => [topics] timeout_ms
 *       topics => topic [partitions]
 *         topic => STRING
 *         partitions => partition offset
 *           partition => INT32
 *           offset => INT64            the new log start offset; -1: the high watermark
 *       timeout_ms => INT32
 *     Response v1 => throttle_time_ms [topics]
 *       throttle_time_ms => INT32
 *       topics => topic [partitions]
 *         topic => STRING
 *         partitions => partition low_watermark error_code
 *           partition => INT32
 *           low_watermark => INT64
 *           error_code => INT16
 */
import { defineApi } from '../api'
import { array, int16, int32, int64, string, struct } from '../schema'

export const deleteRecords = defineApi({
  name: 'DeleteRecords',
  key: 21,
  version: 1,
  request: struct({
    topics: array(
      struct({ topic: string, partitions: array(struct({ partition: int32, offset: int64 })) }),
    ),
    timeoutMs: int32,
  }),
  response: struct({
    throttleTimeMs: int32,
    topics: array(
      struct({
        topic: string,
        partitions: array(struct({ partition: int32, lowWatermark: int64, errorCode: int16 })),
      }),
    ),
  }),
})
