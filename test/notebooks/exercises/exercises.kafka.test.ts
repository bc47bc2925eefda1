/** The graders on real brokers: the same answers pass, the same are refused. */
import { openRealLab } from '../../support/real-lab'
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

for (const exercise of exercises) exercise('on real Kafka', openRealLab)
