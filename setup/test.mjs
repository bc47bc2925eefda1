// `npm test`: the compiler's check of library and tests, then mocha. A test file's name says what
// it needs: *.kafka.test.ts a real Kafka, *.browser.test.ts a Chromium, *.notebook.test.ts the
// time to run notebooks, *.network.test.ts the npm and pip registries, *.long.test.ts more than a
// few seconds; `npm run test:quick` leaves these five out.
import { availableParallelism } from 'node:os'
import { inProject } from './environment.mjs'
import { runHoldingOutput, runProgram } from './program.mjs'

const slowKinds = ['kafka', 'browser', 'notebook', 'network', 'long']
const everyFile = 'test/**/*.test.ts'
/** @param {string} kind */
const filesOf = (kind) => `test/**/*.${kind}.test.ts`
/** Of the tests that need Kafka, those that run with the rest, so that both ends come together. */
const kafkaWithTheRest = 'test/conformance/*.kafka.test.ts'
const otherKafka = 'test/!(conformance)/**/*.kafka.test.ts'

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
  const mocha = [inProject('node_modules', 'mocha', 'bin', 'mocha.js'), ...args]
  if (args.some((one) => one.endsWith('.test.ts'))) return runProgram(mocha)
  if (extent === 'quick') {
    // Those that are left share neither a cluster nor a port, so files run side by side.
    const left = slowKinds.flatMap((kind) => ['--ignore', filesOf(kind)])
    const sideBySide = ['--parallel', `--jobs=${availableParallelism()}`]
    return runProgram([...mocha, ...sideBySide, ...left, everyFile])
  }
  // Real Kafka is mostly waited for: meanwhile a second process runs the rest, and its report
  // follows that of the first.
  const rest = runHoldingOutput([...mocha, '--ignore', otherKafka, everyFile])
  const codes = [await runProgram([...mocha, '--ignore', kafkaWithTheRest, filesOf('kafka')])]
  const held = await rest
  process.stdout.write(held.output)
  codes.push(held.exitCode)
  return codes.find((code) => code !== 0) ?? 0
}
