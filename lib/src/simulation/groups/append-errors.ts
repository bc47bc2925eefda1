/**
 * What a client hears when a coordinator's record could not be written, as
 * `CoordinatorOperationExceptionHelper` and `appendGroupMetadataErrorToResponseError` map it.
 */
import type { KafkaErrorName } from '../../protocol/errors'

const told: Partial<Record<KafkaErrorName, KafkaErrorName>> = {
  NETWORK_EXCEPTION: 'COORDINATOR_LOAD_IN_PROGRESS',
  UNKNOWN_TOPIC_OR_PARTITION: 'COORDINATOR_NOT_AVAILABLE',
  NOT_ENOUGH_REPLICAS: 'COORDINATOR_NOT_AVAILABLE',
  NOT_ENOUGH_REPLICAS_AFTER_APPEND: 'COORDINATOR_NOT_AVAILABLE',
  REQUEST_TIMED_OUT: 'COORDINATOR_NOT_AVAILABLE',
  NOT_LEADER_OR_FOLLOWER: 'NOT_COORDINATOR',
  KAFKA_STORAGE_ERROR: 'NOT_COORDINATOR',
  MESSAGE_TOO_LARGE: 'UNKNOWN_SERVER_ERROR',
  RECORD_LIST_TOO_LARGE: 'UNKNOWN_SERVER_ERROR',
  INVALID_FETCH_SIZE: 'UNKNOWN_SERVER_ERROR',
}

export function clientErrorOf(appendError: KafkaErrorName): KafkaErrorName {
  return told[appendError] ?? appendError
}

/** Whether the records may be in the log all the same, and may yet pass the high watermark. */
export function mayBeInLog(appendError: KafkaErrorName): boolean {
  return appendError === 'REQUEST_TIMED_OUT' || appendError === 'NOT_ENOUGH_REPLICAS_AFTER_APPEND'
}
