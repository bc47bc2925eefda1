/**
 * Recordings of the experiments of notebooks: their cells run in a process of their own, on the
 * cluster asked for, and every run they make is written into a folder.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { readRecording, recordingFiles } from '../../lib/src/notebook/recordings'
import type { Recording } from '../../lib/src/notebook/recording'

const program = path.join(__dirname, 'cells.ts')

/**
 * Runs the notebooks and writes `folder/<notebook>/<hash>.json`, a file per experiment.
 * @throws Error with what the cells wrote when one of them failed
 */
export async function recordNotebooks(
  notebooks: readonly string[],
  cluster: 'embedded' | 'local',
  folder: string,
): Promise<void> {
  const child = spawn(process.execPath, ['--import', 'tsx', program, folder, ...notebooks], {
    env: { ...process.env, KAFKA_LAB: cluster },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  }
  const [code] = (await once(child, 'close')) as [number | null]
  if (code === 0) return
  const last = output.trimEnd().split('\n').slice(-20).join('\n')
  throw new Error(`${notebooks.map(notebookName)} could not be recorded on ${cluster}:\n${last}`)
}

/** `04-when-the-ack-is-lost` */
export function notebookName(notebook: string): string {
  return path.basename(notebook, '.ipynb')
}

/** The recordings of a folder by notebook and experiment: `04-when-the-ack-is-lost/0f2c…`. */
export function recordingsIn(folder: string): Map<string, Recording> {
  return new Map(
    recordingFiles(folder).map((file) => {
      const recording = readRecording(file)
      return [`${path.basename(path.dirname(file))}/${recording.experiment}`, recording]
    }),
  )
}
