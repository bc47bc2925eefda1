/**
 * A recording: a run on real Kafka as it is kept in data/, for readers without one. It holds the
 * whole run, so the checker judges it anew each time and every picture can be drawn of it; verdict
 * and ledger stand beside it in words, as the checker gave them on that day. One event, batch or
 * row per line, so that a renewed recording shows in a diff what became different.
 */
import { essenceOf } from '../checker/agreement'
import type { Essence } from '../checker/agreement'
import type { Run } from '../history/run'
import { experimentHash } from '../lab/experiment-hash'

export interface Recording {
  format: 1
  /** The experiment's hash; also the file's name. */
  experiment: string
  /** The day, `2026-11-23`, in UTC. */
  recorded: string
  /** The guarantee of each stage. */
  verdict: Record<string, string>
  /** What each message's app was told and what became of the message. */
  ledger: Record<string, string>
  run: Run
}

export function recordingOf(run: Run, recorded: string): Recording {
  return {
    format: 1,
    experiment: experimentHash(run.plan),
    recorded,
    ...wordsOf(run),
    run,
  }
}

/** What the checker says of a run, as a recording keeps it. */
export function wordsOf(run: Run): Pick<Recording, 'verdict' | 'ledger'> {
  const { guarantees, delivery } = essenceOf(run)
  return { verdict: texts(guarantees), ledger: texts(delivery) }
}

function texts(section: Essence[string] | undefined): Record<string, string> {
  return (section ?? {}) as Record<string, string>
}

/** The file's text: JSON, with a line of its own for each part and each item of the run's lists. */
export function recordingText({ run, ...words }: Recording): string {
  const parts = Object.entries(run).map(([key, value]) => `${JSON.stringify(key)}:${lines(value)}`)
  const head = Object.entries(words).map(
    ([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`,
  )
  return `{${head.join(',\n')},\n"run":{${parts.join(',\n')}}}\n`
}

function lines(value: unknown): string {
  if (!Array.isArray(value) || value.length === 0) return JSON.stringify(value)
  return `[\n${value.map((item) => JSON.stringify(item)).join(',\n')}\n]`
}
