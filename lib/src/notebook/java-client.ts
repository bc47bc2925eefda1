/**
 * `show(await javaClient('auto-commit'))`: what the Java client did in one of the experiments of
 * lib/src/java. With `KAFKA_LAB=local` and a JDK it is run now; else the recording in data/ is
 * shown, and the table says so.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TableChart } from '../charts/chart'
import type { JavaExperimentName, Outcomes } from '../java/experiments'
import { runJava, type JavaWitness } from '../java/run-java'
import { dataFolder } from './recordings'

/** A table that knows what it found: outcomes by what was tried. */
export interface JavaTable extends TableChart {
  outcomes: Outcomes
}

/** The recordings of all experiments, as `npm run java -- --write` leaves them. */
export const javaFile = join(dataFolder, 'java.json')

/** @throws Error for a name that is not one, with those that are */
export async function javaClient(name: JavaExperimentName): Promise<JavaTable> {
  const recorded = recordedWitnesses().find((each) => each.name === name)
  if (recorded === undefined) {
    const names = recordedWitnesses().map((each) => each.name)
    throw new Error(`javaClient: there is no experiment '${name}'; known are ${names.join(', ')}`)
  }
  if (process.env['KAFKA_LAB'] !== 'local') return tableOf(recorded, 'recorded')
  const now = await runJava(name)
  return now === undefined ? tableOf(recorded, 'no JDK') : tableOf(now, 'now')
}

export function recordedWitnesses(): JavaWitness[] {
  return JSON.parse(readFileSync(javaFile, 'utf8')) as JavaWitness[]
}

function tableOf(witness: JavaWitness, source: 'now' | 'recorded' | 'no JDK'): JavaTable {
  const { question, headline, kafkaClients, java, date, outcomes } = witness
  const versions = `kafka-clients ${kafkaClients}, Java ${java}`
  const notes = {
    now: `${versions}, run now`,
    recorded: `${versions}, recorded ${date}; to run it now: npm run java -- ${witness.name}`,
    'no JDK': `${versions}, recorded ${date}; the Java of this machine has no compiler to run it`,
  }
  const left = (title: string) => ({ title, align: 'left' as const })
  return {
    kind: 'table',
    finding: `${question} ${headline}: ${outcomes[headline]}`,
    columns: [left('Java client'), left('what happened')],
    rows: Object.entries(outcomes).map(([what, outcome]) => [{ text: what }, { text: outcome }]),
    note: notes[source],
    outcomes,
  }
}
