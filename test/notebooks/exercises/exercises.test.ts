/** The graders on the embedded cluster, where most readers meet them. */
import { openLab } from '../../../lib/src/lab'
import { loseTheRequestExercise } from './lose-the-request'
import { neverResendExercise } from './never-resend'
import { oneCopyExercise } from './one-copy'
import { outlivesTheLeaderExercise } from './outlives-the-leader'

const exercises = [
  loseTheRequestExercise,
  neverResendExercise,
  oneCopyExercise,
  outlivesTheLeaderExercise,
]

for (const exercise of exercises) exercise('on the embedded cluster', openLab)
