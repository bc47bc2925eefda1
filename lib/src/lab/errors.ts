/** What can go wrong with a run as a whole, in words that say what to do. */
import { isNativeError } from 'node:util/types'
import type { ErrorRecord } from '../history/events'

/**
 * An error that speaks to the reader of a notebook: what it says is in its message, and the frames
 * of the lab and of the kernel behind it would only hide that.
 */
export class ReaderError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.stack = `${new.target.name}: ${message}`
  }
}

/** The experiment cannot be run as it is written. Each problem is a sentence. */
export class PlanError extends ReaderError {
  override readonly name = 'PlanError'

  constructor(problems: readonly string[]) {
    super(problems.length === 1 ? problems[0]! : problems.map((line) => `\n- ${line}`).join(''))
  }
}

/** The run was carried out and proves nothing, or it could not be carried out. */
export class RunError extends ReaderError {
  override readonly name = 'RunError'
}

/** The run went past its time limit. The message says which app waits for what. */
export class TimeLimitError extends ReaderError {
  override readonly name = 'TimeLimitError'
}

/** What an app is told when the outside world did what it asked and the answer got lost. */
export class AnswerLostError extends Error {
  override readonly name = 'AnswerLostError'

  constructor(what: string) {
    super(`${what}: the connection broke before the answer came`)
  }
}

/** An error as the history keeps it. `kafkaError` is the protocol error's name, if it is one. */
export function errorRecord(error: unknown): ErrorRecord {
  if (!isNativeError(error)) return { name: 'Error', message: String(error) }
  const kafkaError = protocolErrorName(error)
  return { name: error.name, message: error.message, ...(kafkaError && { kafkaError }) }
}

/** kafkajs keeps Kafka's name of an error in `type`, perhaps of the error behind the error. */
function protocolErrorName(error: Error): string | undefined {
  let current: unknown = error
  for (let depth = 0; current instanceof Error && depth < 8; depth++) {
    const type = (current as { type?: unknown }).type
    if (typeof type === 'string') return type
    current = current.cause ?? (current as { originalError?: unknown }).originalError
  }
  return undefined
}
