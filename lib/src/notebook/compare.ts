/**
 * `show(compare(run))` sets a run beside the recording of the same experiment on real Kafka, which
 * data/ keeps. Nothing needs to be named: the plan finds its recording. Without one the table says
 * why, and what to do.
 */
import { comparisonTable } from '../charts/comparison-table'
import type { Comparison } from '../charts/comparison-table'
import { isRun } from '../charts/labelled-runs'
import type { Run } from '../history/run'
import { findRecording } from './recordings'
import type { Found } from './recordings'

/**
 * The run at hand beside real Kafka's.
 * @param folder of the recordings; default: the project's data/
 * @throws TypeError when `run` is no run
 */
export function compare(run: Run, folder?: string): Comparison {
  if (!isRun(run)) throw new TypeError('compare: give it a run: compare(await lab.run({ … }))')
  const found = findRecording(run.plan, folder)
  if (found.outcome !== 'found') return withoutRecording(found)
  const { recording } = found
  return comparisonTable(
    { run, title: `${clusterName(run)}, now` },
    { run: recording.run, title: `${clusterName(recording.run)}, recorded ${recording.recorded}` },
  )
}

/**
 * The recorded run of the same experiment, for pictures: `show(sequence(recorded(run)))`.
 * @throws Error that says what to do when there is none
 */
export function recorded(run: Run, folder?: string): Run {
  const found = findRecording(run.plan, folder)
  if (found.outcome !== 'found') throw new Error(withoutRecording(found).finding)
  return found.recording.run
}

function clusterName({ cluster }: Run): string {
  return cluster.kind === 'embedded' ? 'embedded' : `Kafka ${cluster.kafkaVersion}`
}

const toDo =
  'to run it on real Kafka yourself: KAFKA_LAB=local npm start; to record the course again: ' +
  'npm run record'

function withoutRecording(found: Exclude<Found, { outcome: 'found' }>): Comparison {
  const because =
    found.outcome === 'other code'
      ? `its plan is recorded, but with other code of ${found.apps.join(' and ')}`
      : 'no recording has this plan (topics, apps, params, faults, settings, seed)'
  const finding = `Not compared with real Kafka: ${because}; ${toDo}`
  return { kind: 'table', outcome: 'not recorded', finding, columns: [], rows: [] }
}
