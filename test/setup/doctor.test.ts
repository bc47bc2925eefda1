import assert from 'node:assert/strict'
import fs from 'node:fs'
import { Sandbox } from './sandbox'

interface Row {
  name: string
  state: 'ok' | 'later' | 'optional' | 'missing'
  found: string
  fix: string | null
}

describe('the doctor', () => {
  let sandbox: Sandbox
  afterEach(() => sandbox.remove())

  async function rows(expectedCode: number, environment = {}): Promise<Map<string, Row>> {
    const { code, stdout, stderr } = await sandbox.run(['doctor', '--json'], environment)
    assert.equal(code, expectedCode, stderr + stdout)
    return new Map((JSON.parse(stdout) as Row[]).map((row) => [row.name, row]))
  }

  function newSandbox(...args: ConstructorParameters<typeof Sandbox>): void {
    sandbox = new Sandbox(...args)
    sandbox.program('npm', "console.log('11.0.0')")
    sandbox.write('setup/kafka.mjs', kafkaSays({ java: null, fetched: false, problems: [] }))
  }

  it('shows a fresh clone as complete but for what set-up will make', async () => {
    newSandbox()
    const found = await rows(0)
    for (const name of ['Node', 'npm', 'Python with venv', 'Loopback ports']) {
      assert.equal(found.get(name)?.state, 'ok', name)
    }
    for (const name of ['node_modules', '.venv', 'lib/dist', 'Java 17 or newer', 'Kafka 4.4.0']) {
      assert.equal(found.get(name)?.state, 'later', name)
    }
  })

  it('changes nothing', async () => {
    newSandbox()
    const before = fs.readdirSync(sandbox.root, { recursive: true }).sort()
    await rows(0)
    assert.deepEqual(fs.readdirSync(sandbox.root, { recursive: true }).sort(), before)
    assert.deepEqual(fs.readdirSync(sandbox.home), [])
    assert.deepEqual(sandbox.takeCalls(), [])
  })

  it('shows what set-up made, and what has become out of date', async () => {
    newSandbox()
    await sandbox.run(['build'])
    sandbox.write('requirements.txt', 'jupyterlab\nplotly\n')
    const found = await rows(0)
    assert.equal(found.get('node_modules')?.state, 'ok')
    assert.equal(found.get('lib/dist')?.state, 'ok')
    assert.match(found.get('.venv')?.found ?? '', /out of date/)
  })

  it('ends non-zero with the fix when Python is missing', async () => {
    newSandbox('none')
    const row = (await rows(1)).get('Python with venv')
    assert.equal(row?.state, 'missing')
    assert.match(row.fix ?? '', /install/)
  })

  it('ends non-zero when npm is missing', async () => {
    sandbox = new Sandbox()
    assert.equal((await rows(1)).get('npm')?.state, 'missing')
  })

  it('shows an old Node as missing, and the other rows all the same', async () => {
    newSandbox()
    const fake =
      "Object.defineProperty(process, 'versions', " +
      "{ value: { ...process.versions, node: '18.20.0' } })"
    sandbox.write('old-node.cjs', fake)
    const options = { NODE_OPTIONS: `--require "${sandbox.path('old-node.cjs')}"` }
    const found = await rows(1, options)
    assert.equal(found.get('Node')?.state, 'missing')
    assert.equal(found.get('Python with venv')?.state, 'ok')
  })

  it('names a browser that is missing as optional, with the command that brings it', async () => {
    newSandbox()
    const row = (await rows(0, { CHROME_PATH: '/no/such/chrome' })).get('Chromium')
    assert.equal(row?.state, 'optional')
    assert.match(row.fix ?? '', /(install|brew).* \(or set CHROME_PATH\)/)
  })

  it('shows the Java and the jars that the Kafka check reports', async () => {
    newSandbox()
    const java = { path: '/opt/java', version: '21.0.1' }
    sandbox.write('setup/kafka.mjs', kafkaSays({ java, fetched: true, problems: [] }))
    const found = await rows(0)
    assert.equal(found.get('Java 17 or newer')?.found, '21.0.1, /opt/java')
    assert.equal(found.get('Kafka 4.4.0')?.state, 'ok')
  })

  it('ends non-zero when the Kafka check reports a problem or breaks', async () => {
    newSandbox()
    const problems = ['JAVA_HOME names Java 11: unset it']
    sandbox.write('setup/kafka.mjs', kafkaSays({ java: null, fetched: true, problems }))
    assert.equal((await rows(1)).get('Kafka')?.found, problems[0])
    sandbox.write('setup/kafka.mjs', "throw new Error('no list of jars')")
    assert.equal((await rows(1)).get('Kafka')?.state, 'missing')
  })

  it('prints a table for people, with the fix below the row', async () => {
    newSandbox('none')
    const { stdout } = await sandbox.run(['doctor'])
    assert.match(stdout, /^ok +Node +\d+\./m)
    assert.match(stdout, /^missing +Python with venv +none found.*\n +fix: /m)
    assert.match(stdout, /1 required thing is missing: see "fix"\.\n$/)
  })
})

function kafkaSays(said: { java: object | null; fetched: boolean; problems: string[] }): string {
  const { java, fetched, problems } = said
  const report = { java, kafka: { version: '4.4.0', fetched }, problems }
  return `console.log(${JSON.stringify(JSON.stringify(report))})`
}
