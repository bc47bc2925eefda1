/**
 * Trying again, for the lab's own work around a run: after a retriable protocol error, after a
 * broker that did not answer, and until a state that was waited for is there. Every wait has a
 * limit, and its error says what was last seen.
 */
import { errorName, isRetriable } from '../protocol/errors'
import { sleep } from './lab-timers'
import { NoAnswerError } from './wire-connection'

const pollMs = 20
const limitMs = 30_000

/** A broker answered with an error. */
export class KafkaProtocolError extends Error {
  override readonly name = 'KafkaProtocolError'
  constructor(
    what: string,
    /** Kafka's name of the error. */
    readonly kafkaError: string,
    detail?: string | null,
  ) {
    super(detail == null ? `${what}: ${kafkaError}` : `${what}: ${kafkaError}, ${detail}`)
  }
}

/** What was waited for is not so yet. */
export class NotYetError extends Error {
  override readonly name = 'NotYetError'
}

/** @throws {KafkaProtocolError} the code is not 0 */
export function check(what: string, errorCode: number, detail?: string | null): void {
  if (errorCode !== 0) throw new KafkaProtocolError(what, errorName(errorCode), detail)
}

/** Whether the same attempt may succeed a little later. */
export function mayPass(error: unknown): error is Error {
  if (error instanceof KafkaProtocolError) return isRetriable(error.kafkaError)
  return error instanceof NotYetError || error instanceof NoAnswerError
}

/**
 * Repeats `attempt` until it resolves.
 * @throws what `attempt` throws when it cannot pass by itself, and after 30 s an error that says
 * what was last seen
 */
export async function untilDone<T>(
  what: string,
  attempt: () => Promise<T>,
  passes: (error: unknown) => error is Error = mayPass,
): Promise<T> {
  const deadline = performance.now() + limitMs
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if (!passes(error)) throw error
      if (performance.now() >= deadline) {
        throw new Error(`${what}: not done after ${limitMs} ms; last seen: ${error.message}`, {
          cause: error,
        })
      }
    }
    await sleep(pollMs)
  }
}
