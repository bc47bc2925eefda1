// `npm test`: the compiler's check of library and tests, then mocha. A test file's name says what
// it needs: *.kafka.test.ts a real Kafka, *.browser.test.ts a Chromium, *.notebook.test.ts the
// time to run notebooks, *.network.test.ts the npm and pip registries, *.long.test.ts more than a
// few seconds; `npm run test:quick` leaves these five out.
import { availableParallelism } from 'node:os'
import { inProject } from './environment.mjs'
import { runProgram } from './program.mjs'

const slowKinds = ['kafka', 'browser', 'notebook', 'network', 'long']

/** @param {string[]} args mocha's; @param {'all' | 'quick'} extent. Resolves with an exit code. */
export async function runTests(args, extent) {
  const compiler = inProject('node_modules', 'typescript', 'bin', 'tsc')
  const buildInfo = inProject('.cache', 'type-check.tsbuildinfo')
  const checked = await runProgram([
    ...[compiler, '--noEmit', '-p', inProject('tsconfig.json')],
    ...['--incremental', '--tsBuildInfoFile', buildInfo],
  ])
  if (checked !== 0) {
    console.error('The type check failed: no test was run.')
    return checked
  }
  const mocha = inProject('node_modules', 'mocha', 'bin', 'mocha.js')
  const left = extent === 'quick' ? slowKinds.map((kind) => `test/**/*.${kind}.test.ts`) : []
  // Those that are left share neither a cluster nor a port, so files run side by side.
  const sideBySide = extent === 'quick' ? ['--parallel', `--jobs=${availableParallelism()}`] : []
  const files = args.some((one) => one.endsWith('.test.ts')) ? [] : ['test/**/*.test.ts']
  const ignored = left.flatMap((glob) => ['--ignore', glob])
  return runProgram([mocha, ...sideBySide, ...ignored, ...args, ...files])
}
