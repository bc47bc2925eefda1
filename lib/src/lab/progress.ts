/**
 * Progress of a long wait, such as fetching Kafka for the first time: one line that is overwritten,
 * and is empty when the wait is over, so that a saved notebook does not tell how slow a network
 * was. Outside a notebook the steps go to stderr, one line each.
 */
import { randomBytes } from 'node:crypto'
import { kernelDisplay } from './kernel'

export interface Progress {
  /** Says what is being done now. */
  step(text: string): void
  /** Ends the wait: the line becomes `text`, or empty. */
  done(text?: string): void
}

/** Begins with `label`, which stays before every step: `Kafka 4.4.0: 12 of 38 files`. */
export function progress(label: string): Progress {
  const write = kernelDisplay()
  if (write === undefined) {
    const line = (text: string) => process.stderr.write(`${label}: ${text}\n`)
    return {
      step: (text) => void line(text),
      done: (text) => {
        if (text !== undefined) line(text)
      },
    }
  }
  const displayId = randomBytes(8).toString('hex')
  let shown = false
  const overwrite = (text: string) => {
    const transient = { display_id: displayId }
    write({ data: { 'text/plain': text }, metadata: {}, transient }, shown)
    shown = true
  }
  overwrite(label)
  return {
    step: (text) => overwrite(`${label}: ${text}`),
    done: (text) => overwrite(text === undefined ? '' : `${label}: ${text}`),
  }
}
