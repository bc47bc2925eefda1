/**
 * Runs one of the Java programs of lib/java with the Java client of Kafka's own jars, straight from
 * its source: that takes a JDK, since a JRE has no compiler. What a program prints is its record:
 * lines of fields with tabs between them.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { projectRoot, type Installation } from '../clusters/kafka/installation'

export class JavaProgram {
  /** The fields of each line so far. */
  readonly lines: string[][] = []
  private readonly ended: Promise<void>
  private readonly waiting = new Set<() => void>()
  private errors = ''

  private constructor(
    private readonly name: string,
    private readonly child: ChildProcess,
  ) {
    const { stdout, stderr } = child
    if (stdout === null || stderr === null) throw new Error('a Java program needs its pipes')
    createInterface(stdout).on('line', (line) => {
      this.lines.push(line.split('\t'))
      for (const look of this.waiting) look()
    })
    stderr.on('data', (text: Buffer) => (this.errors += text.toString()))
    this.ended = new Promise((resolve, reject) => {
      child.on('error', reject)
      child.on('close', (code) => {
        if (code === 0) resolve()
        else reject(new Error(`${name}.java ended with ${code}: ${this.errors.slice(-2000)}`))
      })
    })
    // Whoever waits for the end hears of it; nobody does yet.
    this.ended.catch(() => undefined)
  }

  static start(installation: Installation, name: string, words: readonly string[]): JavaProgram {
    const { java, classpath } = installation
    const source = join(projectRoot, 'lib', 'java', `${name}.java`)
    const flags = ['-Dorg.slf4j.simpleLogger.defaultLogLevel=error', '-cp', classpath]
    const child = spawn(java.path, [...flags, source, ...words], { stdio: 'pipe' })
    return new JavaProgram(name, child)
  }

  /** Resolves when a line begins with `first`; rejects when the program ends before. */
  async line(first: string): Promise<void> {
    let look!: () => void
    const seen = new Promise<void>((resolve) => {
      look = () => {
        if (this.lines.some(([field]) => field === first)) resolve()
      }
    })
    this.waiting.add(look)
    look()
    const early = this.ended.then(() => {
      if (this.lines.some(([field]) => field === first)) return
      throw new Error(`${this.name}.java ended without the line "${first}"`)
    })
    try {
      await Promise.race([seen, early])
    } finally {
      this.waiting.delete(look)
    }
  }

  /** Lets it go on where it waits for a line on its standard input. */
  goOn(): void {
    this.child.stdin?.write('\n')
  }

  /** Resolves when it has ended with 0; rejects with what it said on standard error. */
  end(): Promise<void> {
    return this.ended
  }

  kill(): void {
    this.child.kill('SIGKILL')
  }
}

/** Whether this Java can run a program from its source. */
export function hasCompiler({ java }: Installation): boolean {
  const { stdout } = spawnSync(java.path, ['--list-modules'], { encoding: 'utf8' })
  return /^jdk\.compiler@/m.test(stdout ?? '')
}
