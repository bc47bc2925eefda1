// `npm test` and `.ci/run` with the real compiler and mocha, on a project of a few tiny tests.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { Sandbox, project, type Ended } from './sandbox'

const kinds = ['plain', 'a.kafka', 'a.browser', 'a.notebook', 'a.network', 'a.long']

describe('npm test', () => {
  let sandbox: Sandbox
  beforeEach(() => {
    sandbox = new Sandbox()
    sandbox.program('npm-cli.js', linkingNpm)
    sandbox.write('.mocharc.json', fs.readFileSync(path.join(project, '.mocharc.json'), 'utf8'))
    sandbox.write('tsconfig.json', tsconfig('test', { noEmit: true }))
    const emitting = { composite: true, rootDir: 'src', outDir: 'dist' }
    sandbox.write('lib/tsconfig.json', tsconfig('src', emitting))
    for (const kind of kinds) sandbox.write(`test/some/${kind}.test.ts`, testNamed(kind))
  })
  afterEach(() => sandbox.remove())

  const namesIn = ({ stdout }: Ended): string[] =>
    kinds.filter((kind) => stdout.includes(`✔ claim of ${kind}.`))

  it('runs the tests of every kind, once', async () => {
    const ended = await sandbox.run(['test'])
    assert.equal(ended.code, 0, ended.stdout + ended.stderr)
    assert.deepEqual(namesIn(ended), kinds)
    assert.equal(ended.stdout.match(/✔/g)?.length, kinds.length)
  })

  it('runs those that need Kafka while the rest runs, and then shows the report of the rest', async () => {
    const waitFor = (name: string): string => `
      fs.writeFileSync('${name}-runs', '')
      const end = Date.now() + 20_000
      while (!fs.existsSync('${name === 'kafka' ? 'rest' : 'kafka'}-runs'))
        if (Date.now() > end) throw new Error('the other does not run')`
    sandbox.write('test/some/b.kafka.test.ts', testNamed('kafka', waitFor('kafka')))
    sandbox.write('test/some/b.test.ts', testNamed('rest', waitFor('rest')))
    const { code, stdout, stderr } = await sandbox.run(['test'])
    assert.equal(code, 0, stdout + stderr)
    assert.ok(stdout.indexOf('claim of kafka.') < stdout.indexOf('claim of rest.'), stdout)
  })

  it('runs quickly without those that need Kafka, a browser, notebooks, a registry or a while', async () => {
    const ended = await sandbox.run(['test:quick'])
    assert.equal(ended.code, 0, ended.stdout + ended.stderr)
    assert.deepEqual(namesIn(ended), ['plain'])
  })

  it('runs only the file it is given, and takes mocha arguments', async () => {
    const ended = await sandbox.run(['test', 'test/some/a.kafka.test.ts', '--reporter', 'dot'])
    assert.equal(ended.code, 0, ended.stderr)
    assert.match(ended.stdout, /1 passing/)
    assert.deepEqual(namesIn(ended), [])
  })

  it('runs nothing when the types do not fit', async () => {
    sandbox.write('test/some/wrong.test.ts', 'export const count: number = "one"\n')
    const { code, stdout, stderr } = await sandbox.run(['test'])
    assert.notEqual(code, 0)
    assert.match(stdout, /wrong\.test\.ts.*TS2322/)
    assert.match(stderr, /no test was run/)
    assert.doesNotMatch(stdout, /✔/)
  })

  it('has a library again after lib/dist was deleted, which the compiler misses', async () => {
    const first = await sandbox.run(['build'])
    assert.equal(first.code, 0, first.stderr)
    fs.rmSync(sandbox.path('lib', 'dist'), { recursive: true })
    const { code, stderr } = await sandbox.run(['build'])
    assert.equal(code, 0, stderr)
    assert.ok(sandbox.exists('lib/dist/index.js'), stderr)
  })

  for (const name of ['failing', 'failing.kafka'])
    it(`ends non-zero when a test of ${name}.test.ts fails`, async () => {
      sandbox.write(`test/some/${name}.test.ts`, testNamed('failing', 'throw 1'))
      assert.notEqual((await sandbox.run(['test'])).code, 0)
    })
})

describe('.ci/run', () => {
  let sandbox: Sandbox
  beforeEach(() => {
    sandbox = new Sandbox()
    sandbox.write('.ci/run', fs.readFileSync(path.join(project, '.ci', 'run'), 'utf8'))
  })
  afterEach(() => sandbox.remove())

  /** Runs it with an `npm` that does what `script` says; the browser is there. */
  function run(script: string): { status: number | null; lines: string[]; stderr: string } {
    sandbox.program('npm', script)
    const { status, stdout, stderr } = spawnSync('bash', [sandbox.path('.ci', 'run')], {
      encoding: 'utf8',
      env: {
        ...sandbox.environment(),
        PATH: [sandbox.environment().PATH, process.env.PATH].join(path.delimiter),
        CHROME_PATH: process.execPath,
      },
    })
    return { status, lines: stdout.trimEnd().split('\n'), stderr }
  }

  const leaving = (passed: number, failed: number): string =>
    `fs.appendFileSync(process.env.TEST_COUNT, '${JSON.stringify({ passed, failed })}\\n')\n`

  it('ends with the counts alone in the last line', () => {
    const { status, lines } = run(`${leaving(3, 0)} console.log('3 passing')`)
    assert.deepEqual(lines, ['3 passing', '3 passed, 0 failed'])
    assert.equal(status, 0)
  })

  it('adds up the counts of several mocha processes', () => {
    assert.equal(run(leaving(3, 0) + leaving(4, 2)).lines.at(-1), '7 passed, 2 failed')
  })

  it('ends non-zero when a test failed', () => {
    const { status, lines } = run(`${leaving(3, 1)} process.exit(1)`)
    assert.equal(lines.at(-1), '3 passed, 1 failed')
    assert.equal(status, 1)
  })

  it('ends non-zero when mocha does though no test failed (a test was skipped)', () => {
    assert.equal(run(`${leaving(3, 0)} process.exit(1)`).status, 1)
  })

  it('ends non-zero when no test ran', () => {
    assert.equal(run(leaving(0, 0)).status, 1)
  })

  it('says so when set-up failed, and counts nothing of an earlier run', () => {
    run(leaving(3, 0))
    const { status, lines, stderr } = run("console.error('no registry'); process.exit(1)")
    assert.equal(status, 1)
    assert.match(stderr, /no registry\nNo test ran: npm test ended with 1/)
    assert.equal(lines.at(-1), '0 passed, 1 failed')
  })

  it('runs npm test with CI set, skipped tests refused, and no input', () => {
    const { lines } = run(`${leaving(1, 0)}
      console.log(process.env.CI, process.argv.includes('--forbid-pending'))
      console.log(fs.readFileSync(0, 'utf8').length)`)
    assert.deepEqual(lines.slice(0, 2), ['true true', '0'])
  })
})

describe('the counting reporter', () => {
  let sandbox: Sandbox
  beforeEach(() => {
    sandbox = new Sandbox()
  })
  afterEach(() => sandbox.remove())

  it('counts what mocha ran', () => {
    const three = "it('a', () => {}); it('b', () => {}); it('c', () => { throw 1 })"
    sandbox.write('some.spec.cjs', three)
    const reporter = path.join(project, 'setup', 'counting-reporter.cjs')
    const mocha = path.join(project, 'node_modules', 'mocha', 'bin', 'mocha.js')
    const { status, stdout } = spawnSync(
      process.execPath,
      [mocha, '--no-config', '--reporter', reporter, 'some.spec.cjs'],
      {
        cwd: sandbox.root,
        encoding: 'utf8',
        env: { ...process.env, TEST_COUNT: sandbox.path('count.json') },
      },
    )
    assert.equal(status, 1)
    assert.match(stdout, /2 passing/, 'it prints as spec does')
    const counted = JSON.parse(fs.readFileSync(sandbox.path('count.json'), 'utf8')) as object
    assert.deepEqual(counted, { passed: 2, failed: 1 })
  })
})

/** Instead of installing, links to the packages of the project under test. */
const linkingNpm = `
fs.mkdirSync('node_modules')
const from = ${JSON.stringify(path.join(project, 'node_modules'))}
for (const name of fs.readdirSync(from)) {
  if (name.startsWith('.') || name === 'kafka-lab') continue
  fs.symlinkSync(from + '/' + name, 'node_modules/' + name)
}
fs.writeFileSync('node_modules/.package-lock.json', '{}')
`

/** Few types: the compiler is started often here. */
const tsconfig = (folder: string, options: object): string =>
  JSON.stringify({
    compilerOptions: { strict: true, types: [], lib: ['es5'], ...options },
    include: [folder],
  })

const testNamed = (name: string, body = ''): string =>
  `export {}
declare const require: (name: string) => any
const fs = require('fs')
declare function it(claim: string, body: () => void): void
it('claim of ${name}.', () => { ${body} })
`
