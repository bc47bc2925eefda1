// A copy of the set-up scripts in a folder of their own (with a space in its path), beside programs
// that play npm, Python and the compiler: they note that they were called and leave what the real
// ones leave. A real installation takes half a minute; what is tested here is what set-up does
// about it. The real one is tested by fresh-clone.network.test.ts.
import { spawn, type ChildProcess } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'

/** The folder of the project under test. */
export const project = path.resolve(__dirname, '..', '..')

/** What a program left: exit code (null after a signal), outputs. */
export interface Ended {
  code: number | null
  stdout: string
  stderr: string
}

/** What the Python of a sandbox says of itself. */
export interface PythonSaid {
  version: string
  venv: boolean
}

/** A set-up folder of its own; `remove()` it after use. */
export class Sandbox {
  readonly home: string
  readonly root: string
  private readonly bin: string
  private readonly base: string

  constructor(python: PythonSaid | 'none' = { version: '3.12.1', venv: true }) {
    this.base = fs.mkdtempSync(path.join(os.tmpdir(), 'kafka lab '))
    this.root = path.join(this.base, 'the project')
    this.home = path.join(this.base, 'home')
    this.bin = path.join(this.base, 'bin')
    for (const folder of [this.home, this.bin]) fs.mkdirSync(folder)
    fs.cpSync(path.join(project, 'setup'), this.path('setup'), { recursive: true })
    this.write('package-lock.json', '{}')
    this.write('requirements.txt', 'jupyterlab\n')
    for (const file of ['tsconfig.json', 'lib/tsconfig.json', 'lib/package.json']) {
      this.write(file, '{}')
    }
    this.write('lib/src/index.ts', 'export const one = 1\n')
    this.write('../fakes.cjs', fakes)
    this.program('npm-cli.js', npm)
    if (python !== 'none') this.python('python3', python)
    this.write('../os-release', 'ID=ubuntu\nID_LIKE=debian\n')
  }

  path(...parts: string[]): string {
    return path.join(this.root, ...parts)
  }

  write(file: string, text: string): void {
    fs.mkdirSync(path.dirname(this.path(file)), { recursive: true })
    fs.writeFileSync(this.path(file), text)
  }

  exists(file: string): boolean {
    return fs.existsSync(this.path(file))
  }

  /** Puts an executable Node script on the sandbox's PATH, which holds nothing else. */
  program(name: string, script: string): void {
    const shared = 'const { fs, called, program } = require(process.env.SANDBOX + "/fakes.cjs")'
    const lines = [`#!${process.execPath}`, shared, script]
    fs.writeFileSync(path.join(this.bin, name), lines.join('\n'), { mode: 0o755 })
  }

  /** Puts a Python on the sandbox's PATH. */
  python(name: string, says: PythonSaid): void {
    this.program(name, pythonThatSays(says))
  }

  /** The tools called so far, in order, and forgets them. */
  takeCalls(): string[] {
    const file = path.join(this.base, 'calls')
    if (!fs.existsSync(file)) return []
    const calls = fs.readFileSync(file, 'utf8').trim().split('\n')
    fs.rmSync(file)
    return calls
  }

  /** Makes the named tool fail from now on, or no longer. */
  failing(tool: string, now: 'yes' | 'no'): void {
    const file = path.join(this.base, `fail-${tool}`)
    if (now === 'yes') fs.writeFileSync(file, '')
    else fs.rmSync(file)
  }

  /** From now on the named tool (npm, venv, pip, tsc) waits when called, until `letGo()`. */
  hold(tool: string): void {
    fs.writeFileSync(path.join(this.base, `hold-${tool}`), '')
  }

  /** What waits goes on. */
  letGo(tool: string): void {
    fs.rmSync(path.join(this.base, `hold-${tool}`))
  }

  /** Resolves with the held tool's process id as soon as it waits. */
  async held(tool: string): Promise<number> {
    const file = path.join(this.base, `held-${tool}`)
    await until(() => fs.existsSync(file))
    const pid = Number(fs.readFileSync(file, 'utf8'))
    fs.rmSync(file)
    return pid
  }

  /** Starts `node setup/run.mjs …args`. */
  start(args: string[], environment: Record<string, string> = {}): Running {
    return this.startScript(this.path('setup', 'run.mjs'), args, environment)
  }

  /** Starts a Node script with the sandbox's environment; PATH holds only what was put there. */
  startScript(script: string, args: string[], environment: Record<string, string> = {}): Running {
    return new Running(
      spawn(process.execPath, [script, ...args], {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...this.environment(), ...environment },
      }),
    )
  }

  /** The environment of every program started here. */
  environment(): Record<string, string> {
    return {
      PATH: this.bin,
      HOME: this.home,
      npm_execpath: path.join(this.bin, 'npm-cli.js'),
      SANDBOX: this.base,
      KAFKA_LAB_OS_RELEASE: path.join(this.base, 'os-release'),
    }
  }

  run(args: string[], environment: Record<string, string> = {}): Promise<Ended> {
    return this.start(args, environment).ended
  }

  remove(): void {
    fs.rmSync(this.base, { recursive: true })
  }
}

/** A started program. */
export class Running {
  readonly ended: Promise<Ended>
  stdout = ''
  stderr = ''

  constructor(readonly child: ChildProcess) {
    child.stdout?.on('data', (data) => (this.stdout += data))
    child.stderr?.on('data', (data) => (this.stderr += data))
    this.ended = new Promise((resolve, reject) => {
      child.on('error', reject)
      child.on('close', (code) => resolve({ code, stdout: this.stdout, stderr: this.stderr }))
    })
  }

  /** Resolves as soon as stderr matches. */
  said(pattern: RegExp): Promise<void> {
    return this.until(() => pattern.test(this.stderr))
  }

  /** Resolves as soon as stdout matches. */
  printed(pattern: RegExp): Promise<void> {
    return this.until(() => pattern.test(this.stdout))
  }

  /** A program that ended will say nothing more: that fails at once, with what it said. */
  private until(condition: () => boolean): Promise<void> {
    return until(() => {
      const { exitCode } = this.child
      if (exitCode !== null && !condition()) throw new Error(`ended: ${exitCode}\n${this.stderr}`)
      return condition()
    })
  }
}

/** Resolves once the condition holds; mocha's time limit ends what never comes. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20))
}

/** What the programs of a sandbox share: they note the call and wait while they are held. */
const fakes = `
const fs = require('node:fs')
const path = require('node:path')
const base = process.env.SANDBOX
exports.fs = fs
exports.called = function (tool) {
  fs.appendFileSync(base + '/calls', tool + '\\n')
  if (fs.existsSync(base + '/fail-' + tool)) {
    console.log(tool + ' has no network')
    process.exit(3)
  }
  if (!fs.existsSync(base + '/hold-' + tool)) return
  fs.writeFileSync(base + '/held-' + tool + '.new', String(process.pid))
  fs.renameSync(base + '/held-' + tool + '.new', base + '/held-' + tool)
  const never = new Int32Array(new SharedArrayBuffer(4))
  while (fs.existsSync(base + '/hold-' + tool)) Atomics.wait(never, 0, 0, 20)
}
exports.program = function (file, script) {
  fs.mkdirSync(path.dirname(file), { recursive: true })
  const first = '#!' + process.execPath + '\\n'
  const shared = 'const { fs, called, program } = require(process.env.SANDBOX + "/fakes.cjs")\\n'
  fs.writeFileSync(file, first + shared + script, { mode: 0o755 })
}
`

const npm = `
if (process.argv[2] !== 'ci') process.exit(9)
fs.rmSync('node_modules', { recursive: true, force: true })
fs.mkdirSync('node_modules')
called('npm')
program('node_modules/typescript/bin/tsc', \`
  called('tsc')
  fs.mkdirSync('lib/dist', { recursive: true })
  for (const file of fs.readdirSync('lib/src')) {
    fs.writeFileSync('lib/dist/' + file.replace('.ts', '.js'), '')
  }
\`)
fs.writeFileSync('node_modules/.package-lock.json', '{}')
`

const pythonThatSays = (python: PythonSaid): string => `
const [, , option, what, ...rest] = process.argv
if (option === '-c') {
  console.log(JSON.stringify({ path: __filename, ...${JSON.stringify(python)} }))
} else if (what === 'venv') {
  fs.rmSync(rest[1], { recursive: true, force: true })
  program(rest[1] + '/bin/python', "called('pip')")
  called('venv')
} else process.exit(9)
`
