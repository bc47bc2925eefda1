/**
 * Runs the code cells of notebooks in this process, through tslab's own converter and executor, and
 * keeps what each `lab.run` gave: the apps' code becomes the very text that the kernel makes of it,
 * so their hashes are the same. Graders' cells are left out: what they run is the reader's answer,
 * not the course's. It is a program of its own, because cells take over a process:
 * `node --import tsx setup/recordings/cells.ts folder notebook.ipynb …` writes the recordings into
 * a folder per notebook, how long each run took beside these, and ends with 1 at the first cell that
 * fails.
 */
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { createConverter } from 'tslab/dist/converter'
import { createExecutor } from 'tslab/dist/executor'
import type { Run } from '../../lib/src/history/run'
import type { Lab } from '../../lib/src/lab'
import { recordingOf } from '../../lib/src/notebook/recording'
import { recordingFile } from '../../lib/src/notebook/recordings'
import { codeCells, hasTag, readNotebook, textOf } from '../notebooks/notebook'
import { tookFile } from './took'
import type { Took } from './took'

interface Facade {
  openLab(): Promise<Lab>
  compare(run: Run, folder?: string): object
  recorded(run: Run, folder?: string): Run
}

/**
 * From now on whoever imports kafka-lab from the notebooks' folder gets a lab that is watched, and
 * compares with what is recorded now: a changed experiment has no other recording yet.
 */
function watchLabs(notebook: string, folder: string, seen: (run: Run, ms: number) => void): void {
  const require = createRequire(notebook)
  const facade = require('kafka-lab') as Facade
  const openLab = async (): Promise<Lab> => {
    const lab = await facade.openLab()
    const run = async (...given: Parameters<Lab['run']>): Promise<Run> => {
      const begin = performance.now()
      const done = await lab.run(...given)
      seen(done, performance.now() - begin)
      return done
    }
    return { run: run as Lab['run'], close: () => lab.close() }
  }
  const compare = (run: Run) => facade.compare(run, folder)
  const recorded = (run: Run) => facade.recorded(run, folder)
  const watched = { ...facade, openLab, compare, recorded }
  require.cache[require.resolve('kafka-lab')]!.exports = watched
}

/** Fails with the name of the first cell that failed; what it said is in the output before. */
async function runCells(
  notebook: string,
  converter: ReturnType<typeof createConverter>,
): Promise<void> {
  const converters = { node: converter, browser: converter, close: () => converter.close() }
  const executor = createExecutor(path.dirname(notebook), converters, console)
  for (const cell of codeCells(readNotebook(notebook))) {
    const source = textOf(cell.source)
    if (hasTag(cell, 'check') || source.trim() === '') continue
    if (await executor.execute(source)) continue
    throw new Error(`${path.basename(notebook)}: the cell "${cell.id}" failed`)
  }
}

async function main(folder: string, notebooks: readonly string[]): Promise<void> {
  const today = new Date().toISOString().slice(0, 10)
  let target = folder
  const keep = (run: Run, ms: number) => {
    const recording = recordingOf(run, today)
    const { name, content } = recordingFile(recording)
    writeFileSync(path.join(target, name), content)
    const virtualMs = run.cluster.kind === 'embedded' ? (run.history.at(-1)?.timeMs ?? 0) : 0
    const place = `${path.basename(target)}/${recording.experiment}`
    const took: Took = { place, ms, virtualMs }
    appendFileSync(path.join(folder, tookFile), `${JSON.stringify(took)}\n`)
  }
  // tslab resolves the imports of cells from the working directory, which is theirs in the kernel.
  process.chdir(path.dirname(notebooks[0]!))
  watchLabs(notebooks[0]!, folder, keep)
  const converter = createConverter({ isJS: false, isBrowser: false })
  try {
    for (const notebook of notebooks) {
      target = path.join(folder, path.basename(notebook, '.ipynb'))
      mkdirSync(target, { recursive: true })
      await runCells(notebook, converter)
    }
  } finally {
    converter.close()
  }
}

/** The caller keeps the input open: its end is the caller's, and nothing outlives it. */
function endWithCaller(): void {
  const { stdin } = process as { stdin: NodeJS.ReadStream }
  stdin.on('end', () => process.kill(process.pid, 'SIGTERM')).resume()
  stdin.unref()
}

const [folder, ...notebooks] = process.argv.slice(2)
if (folder === undefined || notebooks.length === 0) {
  throw new Error('cells.ts wants a folder and notebooks')
}
endWithCaller()
const absolute = (name: string) => path.resolve(name)
// What cells leave behind (an open lab after a failed cell, timers of a crashed app) ends here.
main(absolute(folder), notebooks.map(absolute)).then(
  () => process.exit(0),
  (error: Error) => {
    console.error(error.message)
    process.exit(1)
  },
)
