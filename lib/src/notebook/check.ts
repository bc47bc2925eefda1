/**
 * Grades the reader's answers. Whatever an answer does, grading ends with a sentence: code that
 * throws, hangs or does nothing is not yet right, and says why. A wrong answer is no error: the
 * notebook runs on. Answers run on the embedded cluster, where a grade repeats.
 */
import { embeddedLab } from '../lab'
import type { Exercise } from './exercises/exercise'

/** `message` says why, or what holds. */
export interface Grade {
  passed: boolean
  message: string
}

/** Grades an answer without printing. */
export async function grade<Answer>(exercise: Exercise<Answer>, answer: Answer): Promise<Grade> {
  if (answer === undefined) {
    return { passed: false, message: 'there is no answer yet: fill in the cell above' }
  }
  try {
    const problem = await exercise.grade(answer, embeddedLab())
    if (problem === undefined)
      return { passed: true, message: 'it holds in every run of the grader' }
    return { passed: false, message: problem }
  } catch (error) {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
    return { passed: false, message: `your answer could not be run: ${reason}` }
  }
}

/** Grades an answer and prints it: `await check(oneCopy, body)` */
export async function check<Answer>(exercise: Exercise<Answer>, answer: Answer): Promise<void> {
  const { passed, message } = await grade(exercise, answer)
  console.log(`${exercise.name}: ${passed ? 'passed' : 'not yet'}: ${message}`)
}

/** Prints the first `steps` hints of an exercise. */
export function hint(exercise: Exercise<never>, steps = 1): void {
  for (const line of exercise.hints.slice(0, steps)) console.log(line)
  const left = exercise.hints.length - steps
  console.log(
    left > 0
      ? `(${left} more ${left === 1 ? 'hint' : 'hints'}: hint(…, ${steps + 1}))`
      : '(no more hints)',
  )
}
