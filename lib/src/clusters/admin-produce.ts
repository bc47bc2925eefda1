/**
 * Writes records to a partition before a run. It has no producer id, so that the log shows seeds as
 * plain records; therefore it tries again only after answers that mean that nothing was written.
 */
import { produce as produceApi } from '../protocol/apis/produce'
import { encodeRecordBatch, type RecordToEncode } from '../protocol/record-batch-encode'
import { partitionState } from './admin'
import { check, KafkaProtocolError, mayPass, NotYetError, untilDone } from './admin-retry'
import type { WireClient } from './wire-client'

const brokerTimeoutMs = 5000

/** Errors after which the record may stand in the log all the same. */
const unknownOutcome = ['REQUEST_TIMED_OUT', 'NOT_ENOUGH_REPLICAS_AFTER_APPEND']

/** Appends the records as one batch with acks -1; resolves with the offset of the first. */
export function produce(
  client: WireClient,
  place: { topic: string; partition: number },
  records: RecordToEncode[],
): Promise<number> {
  const { topic, partition } = place
  const batch = encodeRecordBatch({ records, timestampMs: Date.now() })
  const what = `Producing to ${topic}-${partition}`
  const attempt = async (): Promise<number> => {
    const leader = (await partitionState(client, topic))[partition]?.leader
    if (leader === undefined) throw new Error(`${what}: there is no such partition`)
    if (leader === -1) throw new NotYetError('the partition has no leader')
    const response = await client.request(leader, produceApi, {
      transactionalId: null,
      acks: -1,
      timeoutMs: brokerTimeoutMs,
      topics: [{ topic, partitions: [{ partition, records: batch }] }],
    })
    const result = response.topics[0]?.partitions[0]
    if (result === undefined) throw new Error(`${what}: the answer leaves the partition out`)
    check(what, result.errorCode)
    return result.baseOffset
  }
  return untilDone(what, attempt, nothingWritten)
}

function nothingWritten(error: unknown): error is Error {
  if (error instanceof NotYetError) return true
  if (!(error instanceof KafkaProtocolError)) return false
  return mayPass(error) && !unknownOutcome.includes(error.kafkaError)
}
