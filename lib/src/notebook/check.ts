/**
 * Grades the reader's answers. Whatever an answer does, grading ends with a sentence: code that
 * throws, hangs or does nothing is not yet right, and says why. A wrong answer is no error: the
 * notebook runs on.
 */
import type { Lab } from '../lab'
import type { Exercise } from './exercises/exercise'

/** `message` says why, or what holds. */
export interface Grade {
  passed: boolean
  message: string
}

/** Grades an answer without printing. */
export async function grade<Answer>(
  exercise: Exercise<Answer>,
  answer: Answer,
  lab: Lab,
): Promise<Grade> {
  if (answer === undefined) {
    return { passed: false, message: 'there is no answer yet: fill in the cell above' }
  }
  try {
    const problem = await exercise.grade(answer, lab)
    if (problem === undefined)
      return { passed: true, message: 'it holds in every run of the grader' }
    return { passed: false, message: problem }
  } catch (error) {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
    return { passed: false, message: `your answer could not be run: ${reason}` }
  }
}

/** Grades an answer on the lab's cluster and prints it: `await check(oneCopy, body, lab)` */
export async function check<Answer>(
  exercise: Exercise<Answer>,
  answer: Answer,
  lab: Lab,
): Promise<void> {
  const { passed, message } = await grade(exercise, answer, lab)
  console.log(`${exercise.name}: ${passed ? 'passed' : 'not yet'}: ${message}`)
}

/** Prints the first `steps` hints of an exercise. */
export function hint(exercise: Exercise<never>, steps = 1): void {
  for (const line of exercise.hints.slice(0, steps)) console.log(line)
  const left = exercise.hints.length - steps
  console.log(left > 0 ? `(${left} more: hint(…, ${steps + 1}))` : '(no more hints)')
}
