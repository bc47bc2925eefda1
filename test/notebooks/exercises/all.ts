/** Every grader's tests, for one cluster. */
import type { Lab } from '../../../lib/src/lab'
import { loseTheRequestExercise } from './lose-the-request'
import { neverResendExercise } from './never-resend'
import { oneCopyExercise } from './one-copy'
import { outlivesTheLeaderExercise } from './outlives-the-leader'

export function exercises(where: string, open: () => Promise<Lab>): void {
  loseTheRequestExercise(where, open)
  neverResendExercise(where, open)
  outlivesTheLeaderExercise(where, open)
  oneCopyExercise(where, open)
}
