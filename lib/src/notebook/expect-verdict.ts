/** The assertion after an experiment: what the prose claims, the record must show. */
import { checkExpectation } from '../checker'
import type { Expectation } from '../checker'
import { ReaderError } from '../lab/errors'
import type { Run } from '../history/run'

/** What an experiment was expected to show and did not. */
export class UnexpectedVerdictError extends ReaderError {
  override readonly name = 'UnexpectedVerdictError'
}

/**
 * Holds a run against the guarantees it should have shown, per topic (delivery) and per sink
 * (processing): `expectVerdict(run, { delivery: { orders: 'at least once' } })`.
 * Prints a line per guarantee that was seen.
 * @throws UnexpectedVerdictError naming the stage, what was expected, what was seen, a witness
 */
export function expectVerdict(run: Run, expected: Expectation): void {
  const problems = checkExpectation(run, expected)
  if (problems.length > 0) throw new UnexpectedVerdictError(problems.join('\n'))
  for (const [stage, guarantees] of Object.entries(expected)) {
    for (const [name, guarantee] of Object.entries(guarantees as Record<string, string>)) {
      console.log(`${stage} of ${name}: ${guarantee}, as expected`)
    }
  }
}
