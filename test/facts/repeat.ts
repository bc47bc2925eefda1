/**
 * A fact holds when no repetition failed an assertion and all ended with the same outcome: an
 * experiment that sometimes ends otherwise has not named its cause.
 */
import type { Lab } from '../../lib/src/lab'
import type { Fact } from './fact'

/** How a fact went. */
export interface FactResult {
  name: string
  claim: string
  about: Fact['about']
  source: string
  holds: boolean
  /** The commonest outcome; null when every repetition failed. */
  outcome: string | null
  /** Repetitions that ended with this outcome. */
  same: number
  repetitions: number
  medianMs: number
  /** Other outcomes and failed assertions, each with how often it came. */
  others: Record<string, number>
}

export async function repeatFact(
  lab: Lab,
  { name, fact }: { name: string; fact: Fact },
  repetitions: number,
): Promise<FactResult> {
  const { claim, about, source } = fact
  const outcomes = new Map<string, number>()
  const failures = new Map<string, number>()
  const times: number[] = []
  for (let repetition = 1; repetition <= repetitions; repetition++) {
    const begin = performance.now()
    try {
      count(outcomes, (await fact.run(lab)).outcome)
    } catch (error) {
      count(failures, error instanceof Error ? `${error.name}: ${error.message}` : String(error))
    }
    times.push(performance.now() - begin)
  }
  const [commonest, ...rest] = [...outcomes].sort(([, a], [, b]) => b - a)
  return {
    name,
    claim,
    about,
    source,
    holds: failures.size === 0 && rest.length === 0,
    outcome: commonest ? commonest[0] : null,
    same: commonest ? commonest[1] : 0,
    repetitions,
    medianMs: median(times),
    others: Object.fromEntries([...rest, ...failures]),
  }
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

function median(times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b)
  const middle = sorted[Math.floor(sorted.length / 2)]
  if (middle === undefined) throw new Error('a median needs a value')
  return Math.round(middle)
}
