/**
 * A copy of library and tests in which guards are broken, so that nobody else who works with them
 * at the time meets a broken one. Tests run in a process of their own, and stop at the first that
 * is red.
 */
import { spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { breakGuard, type Mutation } from './mutation'

const project = join(__dirname, '..', '..')
const copied = ['lib/src', 'test/lib', 'test/support', 'package.json', 'tsconfig.json']

/** Beyond it a run of tests is ended. No guard's loss is to be noticed by that. */
const runLimitMs = 120_000

export type TestRun =
  | { kind: 'green'; count: number }
  /** The full title of the test that was red, and its error. */
  | { kind: 'red'; test: string; error: string }
  /** Tests could not be loaded, a hook failed, or they did not end. */
  | { kind: 'broken off'; why: string }

interface MochaReport {
  stats: { tests: number; passes: number; failures: number }
  failures: { title: string; fullTitle: string; err: { message?: string } }[]
}

export class Workshop {
  private readonly root: string

  constructor() {
    const cache = join(project, '.cache')
    mkdirSync(cache, { recursive: true })
    this.root = mkdtempSync(join(cache, 'mutations-'))
    for (const path of copied) {
      cpSync(join(project, path), join(this.root, path), { recursive: true })
    }
    symlinkSync(join(project, 'node_modules'), join(this.root, 'node_modules'))
  }

  remove(): void {
    rmSync(this.root, { recursive: true })
  }

  source(file: string): string {
    return readFileSync(this.place(file), 'utf8')
  }

  /** Runs the mutation's tests with its guard broken. */
  async runBroken(mutation: Mutation): Promise<TestRun> {
    const { file, tests } = mutation
    const intact = this.source(file)
    writeFileSync(this.place(file), breakGuard(mutation, intact))
    try {
      return await this.run(tests)
    } finally {
      writeFileSync(this.place(file), intact)
    }
  }

  /** @param tests files below test/lib */
  async run(tests: readonly string[]): Promise<TestRun> {
    const reportFile = join(this.root, 'report.json')
    rmSync(reportFile, { force: true })
    const mocha = join('node_modules', 'mocha', 'bin', '_mocha')
    const { output, ended } = await this.runNode([
      ...['--import', 'tsx', mocha, '--no-config', '--bail', '--timeout', '20000'],
      ...['--reporter', 'json', '--reporter-option', `output=${reportFile}`],
      ...tests.map((file) => join('test', 'lib', file)),
    ])
    if (ended !== 'by itself') return { kind: 'broken off', why: `they were ended ${ended}` }
    const report = readReport(reportFile)
    return report === undefined ? { kind: 'broken off', why: output } : verdictOf(report)
  }

  /** The compiler's complaints about these files below lib/src, with all these texts in place. */
  async typeErrors(texts: ReadonlyMap<string, string>): Promise<string> {
    const intact = new Map([...texts.keys()].map((file) => [file, this.source(file)]))
    const config = {
      extends: './tsconfig.json',
      compilerOptions: { types: ['node'], noUnusedLocals: false, noUnusedParameters: false },
      include: [],
      files: [...texts.keys()].map((file) => join('lib', 'src', file)),
    }
    writeFileSync(join(this.root, 'tsconfig.mutations.json'), JSON.stringify(config))
    for (const [file, text] of texts) writeFileSync(this.place(file), text)
    try {
      const compiler = join('node_modules', 'typescript', 'bin', 'tsc')
      return (await this.runNode([compiler, '-p', 'tsconfig.mutations.json'])).output
    } finally {
      for (const [file, text] of intact) writeFileSync(this.place(file), text)
    }
  }

  private place(file: string): string {
    return join(this.root, 'lib', 'src', file)
  }

  private runNode(args: string[]): Promise<{ output: string; ended: string }> {
    // With it set the scripts of some tests are written anew instead of compared.
    const { UPDATE_SNAPSHOTS: _, ...env } = process.env
    return new Promise((resolve, reject) => {
      const stdio = ['ignore', 'pipe', 'pipe'] as ['ignore', 'pipe', 'pipe']
      const child = spawn(process.execPath, args, { cwd: this.root, env, stdio })
      let output = ''
      let ended = 'by itself'
      child.stdout.on('data', (chunk) => (output += chunk))
      child.stderr.on('data', (chunk) => (output += chunk))
      const limit = setTimeout(() => {
        ended = `after ${runLimitMs} ms`
        child.kill('SIGKILL')
      }, runLimitMs)
      child.on('error', reject)
      child.on('close', () => {
        clearTimeout(limit)
        resolve({ output, ended })
      })
    })
  }
}

/** Undefined: mocha came to no report, as when a file cannot be loaded. */
function readReport(file: string): MochaReport | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as MochaReport
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function verdictOf({ stats, failures }: MochaReport): TestRun {
  const [failure] = failures
  if (failure !== undefined) {
    const error = failure.err.message ?? 'no message'
    const isHook = /^"(before|after) (all|each)" hook/.test(failure.title)
    if (isHook) return { kind: 'broken off', why: `${failure.fullTitle}: ${error}` }
    return { kind: 'red', test: failure.fullTitle, error }
  }
  if (stats.passes === 0) return { kind: 'broken off', why: 'there was no test' }
  return { kind: 'green', count: stats.passes }
}
