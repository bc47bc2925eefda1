/**
 * Runs notebooks through run.py, the strict runner, one after the other, each on a kernel of its
 * own. The runner's input stays open while this process lives, so the runner and its kernel end
 * with it however it ends.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import readline from 'node:readline'
import type { Notebook } from './notebook'

/** A cell may take this long; a run on a real cluster has a shorter limit of its own. */
export const cellTimeLimitMs = 120_000

export interface NotebookJob {
  /** Absolute. */
  path: string
  /** Other sources for cells, by their id: an exercise's answers are tried out like this. */
  replace?: Record<string, string>
}

export interface CellFailure {
  /** The cell's id, or null after the last cell. */
  cell: string | null
  /** The cell's place in the notebook, from 0. */
  index: number | null
  reason: string
  source: string
  stderr: string
}

export interface NotebookResult {
  path: string
  failure: CellFailure | null
  /** What is not wrong but worth saying, such as a kernel that had to be killed. */
  notes: string[]
  /** The executed notebook as Jupyter writes it, with its final newline. */
  text: string
}

export interface ExecuteSettings {
  /** Added to Jupyter's environment. */
  environment?: Record<string, string>
  /** Default `cellTimeLimitMs`. */
  timeLimitMs?: number
}

/** Yields a result per notebook, in order, as soon as it is there. */
export async function* executeNotebooks(
  jobs: NotebookJob[],
  settings: ExecuteSettings = {},
): AsyncGenerator<NotebookResult> {
  const { jupyterEnvironment, pythonPath } = await import('../environment.mjs')
  const runner = spawn(pythonPath, [path.join(__dirname, 'run.py')], {
    env: { ...jupyterEnvironment(), ...settings.environment },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ended = once(runner, 'close')
  const request = {
    notebooks: jobs.map((job) => ({ path: job.path, replace: job.replace ?? {} })),
    cellTimeLimitMs: settings.timeLimitMs ?? cellTimeLimitMs,
  }
  runner.stdin.write(`${JSON.stringify(request)}\n`)
  let results = 0
  try {
    for await (const line of readline.createInterface({ input: runner.stdout })) {
      results += 1
      yield JSON.parse(line) as NotebookResult
    }
  } finally {
    runner.kill('SIGTERM')
    const [code, signal] = (await ended) as [number | null, string | null]
    if (results < jobs.length && code !== 143 && signal === null) {
      throw new Error(`the notebook runner ended with exit code ${code} after ${results} notebooks`)
    }
  }
}

/** Runs one notebook. */
export async function executeNotebook(
  job: NotebookJob,
  settings: ExecuteSettings = {},
): Promise<NotebookResult> {
  for await (const result of executeNotebooks([job], settings)) return result
  throw new Error(`the notebook runner gave no result for ${job.path}`)
}

/** The notebook after its run. */
export function executed(result: NotebookResult): Notebook {
  return JSON.parse(result.text) as Notebook
}

const ofTheKernel = /^\s+at .*(node:|\/tslab\/)/

/** What failed, for people: the cell's name, its source and stderr less the kernel's own frames. */
export function failureText(result: NotebookResult): string {
  const failure = result.failure
  if (failure === null) throw new Error(`${result.path} did not fail`)
  const place = failure.cell === null ? 'after the last cell' : `cell "${failure.cell}"`
  const position = failure.index === null ? '' : ` (cell ${failure.index + 1})`
  const quoted = (title: string, text: string): string[] =>
    text.trim() === ''
      ? []
      : [
          title,
          ...text
            .trimEnd()
            .split('\n')
            .map((line) => `    ${line}`),
        ]
  const stderr = failure.stderr.split('\n').filter((line) => !ofTheKernel.test(line))
  return [
    `${path.basename(result.path)}, ${place}${position}: ${failure.reason}`,
    ...quoted('  source', failure.source),
    ...quoted('  stderr', stderr.join('\n')),
  ].join('\n')
}
