/**
 * What an experiment expects, held against what its run showed. A name that the run does not have
 * is a problem too, with the names it has: an expectation about nothing would always hold.
 */
import type { Run } from '../history/run'
import { verdict, type Guarantee, type StageVerdict } from './verdict'

export interface Expectation {
  /** By topic. */
  delivery?: Record<string, Guarantee>
  /** By sink: a topic, an effect's kind or a group. */
  processing?: Record<string, Guarantee>
}

/** One sentence per problem, with expected, seen and witness; empty when all is as expected. */
export function checkExpectation(run: Run, expected: Expectation): string[] {
  const seen = verdict(run)
  return [
    ...compare('delivery', 'topic', expected.delivery ?? {}, seen.delivery),
    ...compare('processing', 'sink', expected.processing ?? {}, seen.processing),
  ]
}

function compare(
  stage: string,
  word: string,
  expected: Record<string, Guarantee>,
  seen: Record<string, StageVerdict<string>>,
): string[] {
  const known = Object.keys(seen)
  return Object.entries(expected).flatMap(([name, guarantee]) => {
    const found = seen[name]
    if (found === undefined) {
      const names = known.length === 0 ? `the run has no ${word}` : `known: ${known.join(', ')}`
      return [
        `${stage} of ${name}: expected ${guarantee}, but no message belongs to a ${word}` +
          ` of that name (${names})`,
      ]
    }
    if (found.guarantee === guarantee) return []
    return [
      `${stage} of ${name}: expected ${guarantee}, seen ${found.guarantee}` +
        ` (${found.sentences.join('; ')})`,
    ]
  })
}
