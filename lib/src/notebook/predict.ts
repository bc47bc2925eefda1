/**
 * A prediction before the run and what became of it. People remember what surprised them: the
 * question is asked while the answer is still open, and the cell after the run sets both side by
 * side.
 */

/** A question that was asked; `turnedOut` answers it. */
export interface Prediction<Answer> {
  /** Prints the prediction beside what the run showed. */
  turnedOut(answer: Answer): void
}

/**
 * Asks a question. The reader writes an answer in place of `undefined`:
 * `predict('How often is order-1 in the log?', [0, 1, 2], 1)`.
 * @throws Error when `yours` is not one of the options
 */
export function predict<const Answer>(
  question: string,
  options: readonly Answer[],
  yours?: Answer,
): Prediction<Answer> {
  const named = options.map((option) => String(option)).join(' · ')
  if (yours !== undefined && !options.includes(yours)) {
    throw new Error(`${String(yours)} is not one of the answers: ${named}`)
  }
  const asked =
    yours === undefined
      ? `(yours as the third argument of predict, such as ${inCode(options[0])})`
      : `(you predict ${String(yours)}; the answer comes after the run)`
  console.log(`${question}\n  ${named}\n  ${asked}`)
  return {
    turnedOut: (answer) => {
      if (!options.includes(answer)) {
        throw new Error(`${String(answer)} was not among the answers offered: ${named}`)
      }
      const mine = yours === undefined ? 'You made no prediction' : `You predicted ${String(yours)}`
      console.log(
        yours === answer ? `${mine}, and so it is.` : `${mine}. The answer: ${String(answer)}`,
      )
    },
  }
}

function inCode(option: unknown): string {
  return typeof option === 'string' ? `'${option}'` : String(option)
}
