/** What the controller refuses: Kafka's error and why, in words for the client's error message. */
import { errorCode, type KafkaErrorName } from '../../protocol/errors'

export interface Refusal {
  readonly error: KafkaErrorName
  readonly reason: string
}

export function refusal(error: KafkaErrorName, reason: string): Refusal {
  return { error, reason }
}

export function isRefusal(value: object): value is Refusal {
  return 'error' in value && 'reason' in value
}

/** As responses carry it; nothing refused is error 0 without a message. */
export function errorFields(refused: Refusal | undefined) {
  return refused === undefined
    ? { errorCode: errorCode('NONE'), errorMessage: null }
    : { errorCode: errorCode(refused.error), errorMessage: refused.reason }
}
