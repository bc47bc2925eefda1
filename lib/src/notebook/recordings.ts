/**
 * The recordings of data/: one file per experiment in a folder per notebook, named by the
 * experiment's hash, so that a run finds its recording by itself. Long ones are compressed, to a
 * seventh or so.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import type { Plan } from '../history/plan'
import { experimentHash, outlineHash } from '../lab/experiment-hash'
import { recordingText } from './recording'
import type { Recording } from './recording'

/** data/ of the project; also when the library runs from lib/dist. */
export const dataFolder = resolve(__dirname, '..', '..', '..', 'data')

/** Longer files are compressed. */
const plainBytesMax = 20_000

/** Name and content of the file that keeps a recording. */
export function recordingFile(recording: Recording): { name: string; content: string | Buffer } {
  const text = recordingText(recording)
  const name = `${recording.experiment}.json`
  if (text.length <= plainBytesMax) return { name, content: text }
  return { name: `${name}.gz`, content: gzipSync(text, { level: 9 }) }
}

export function readRecording(file: string): Recording {
  const bytes = readFileSync(file)
  const text = file.endsWith('.gz') ? gunzipSync(bytes) : bytes
  return JSON.parse(text.toString('utf8')) as Recording
}

/** Files of all recordings below a folder (absolute paths), by notebook and hash. */
export function recordingFiles(folder = dataFolder): string[] {
  const notebooks = readdirSync(folder, { withFileTypes: true }).filter((one) => one.isDirectory())
  return notebooks.flatMap(({ name }) =>
    readdirSync(join(folder, name))
      .filter((file) => /\.json(\.gz)?$/.test(file))
      .map((file) => join(folder, name, file)),
  )
}

/**
 * - `found`: the recording of this very experiment
 * - `other code`: only of one whose plan is the same and whose apps have other code
 */
export type Found =
  | { outcome: 'found'; recording: Recording }
  | { outcome: 'other code'; apps: string[] }
  | { outcome: 'none' }

export function findRecording(plan: Plan, folder = dataFolder): Found {
  if (!existsSync(folder)) return { outcome: 'none' }
  const files = recordingFiles(folder)
  const hash = experimentHash(plan)
  const same = files.find((file) => file.includes(`${hash}.json`))
  if (same !== undefined) return { outcome: 'found', recording: readRecording(same) }
  const outline = outlineHash(plan)
  for (const file of files) {
    const recorded = readRecording(file).run.plan
    if (outlineHash(recorded) !== outline) continue
    const apps = Object.keys(plan.apps).filter(
      (app) => plan.apps[app]?.bodyHash !== recorded.apps[app]?.bodyHash,
    )
    return { outcome: 'other code', apps }
  }
  return { outcome: 'none' }
}
