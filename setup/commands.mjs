// The commands of the project, one per npm script: each brings the set-up up to date, then runs
// its program with the caller's arguments and passes its exit code on.
import fs from 'node:fs'
import { Advice } from './advice.mjs'
import { doctor } from './doctor.mjs'
import { ensureSetUp } from './ensure.mjs'
import { inProject } from './environment.mjs'
import { runProgram } from './program.mjs'
import { startJupyterLab } from './start.mjs'
import { runTests } from './test.mjs'

const kafkaMain = 'lib/dist/clusters/kafka/main.js'
const embeddedMain = 'lib/dist/clusters/embedded/main.js'

const commands = {
  start: {
    help: 'npm start [-- --no-browser]: opens JupyterLab on the course',
    run: startJupyterLab,
  },
  test: {
    help: 'npm test [-- mocha arguments or test files]: type check, then every test',
    run: (args) => runTests(args, 'all'),
  },
  'test:quick': {
    help: 'npm run test:quick [-- mocha arguments]: the tests without Kafka, browser and notebooks',
    run: (args) => runTests(args, 'quick'),
  },
  build: { help: 'npm run build: builds the library into lib/dist', run: async () => 0 },
  kafka: { run: (args) => runNode(kafkaMain, args) },
  embedded: { run: (args) => runNode(embeddedMain, args) },
  notebooks: { run: (args) => runNode('setup/notebooks.mjs', args) },
  facts: { run: (args) => runTypeScript('test/facts/main.ts', args) },
  record: { run: (args) => runTypeScript('setup/recordings/main.ts', args) },
  java: { run: (args) => runTypeScript('setup/java/main.ts', args) },
  bench: { run: (args) => runTypeScript('test/bench/main.ts', args) },
}

/** Runs one command; resolves with its exit code, throws Advice when it cannot run. */
export async function runCommand(name, args) {
  if (name === 'doctor') return doctor(args)
  const command = commands[name]
  if (command === undefined) {
    const known = [...Object.keys(commands), 'doctor'].join(', ')
    throw new Advice(`There is no command "${name}". The commands are: ${known}`)
  }
  if (command.help !== undefined && args.includes('--help')) {
    console.log(command.help)
    return 0
  }
  await ensureSetUp()
  return command.run(args)
}

const runNode = (file, args) => runProgram([existing(file), ...args])

const runTypeScript = (file, args) => runProgram(['--import', 'tsx', existing(file), ...args])

function existing(file) {
  if (!fs.existsSync(inProject(file))) throw new Advice(`${file} does not exist in this version.`)
  return inProject(file)
}
