/** `npm run notebooks`: its arguments, exit codes, and what it writes. */
import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { runNotebooksCommand } from '../../setup/notebooks/command'

const charts = path.resolve(__dirname, 'fixtures/charts.ipynb')
// Inside the project, so that cells find its packages as the course's notebooks do.
const folder = path.resolve(__dirname, '../../.cache/notebook-command-test')
const copy = path.join(folder, '07-charts.ipynb')

/** Runs the command on the folder; resolves with its exit code and what it printed. */
async function run(...args: string[]): Promise<{ code: number; text: string }> {
  const printed: string[] = []
  const original = { log: console.log, error: console.error }
  console.log = console.error = (line: string) => printed.push(line)
  try {
    return { code: await runNotebooksCommand(args, folder), text: printed.join('\n') }
  } finally {
    Object.assign(console, original)
  }
}

describe('npm run notebooks', function () {
  this.timeout(120_000)
  const committed = fs.readFileSync(charts, 'utf8')

  beforeEach(() => {
    fs.mkdirSync(folder, { recursive: true })
    fs.writeFileSync(copy, committed)
  })
  after(() => {
    fs.rmSync(folder, { recursive: true })
  })

  it('holds when the findings are the committed ones', async () => {
    const { code, text } = await run('07')
    assert.deepEqual({ code, text }, { code: 0, text: '07-charts.ipynb: ok' })
  })

  it('shows the difference, and --write makes the committed bytes again', async () => {
    fs.writeFileSync(copy, committed.replace('"two messages ack', '"three messages ack'))
    const found = await run()
    assert.equal(found.code, 1)
    assert.match(found.text, /- three messages ack.*\n\+ two messages ack/)
    assert.equal((await run('--write')).code, 0)
    assert.equal(fs.readFileSync(copy, 'utf8'), committed)
  })

  it('does not write a notebook that failed', async () => {
    const broken = committed.replace('const bars = {', "throw new Error('no')\\nconst bars = {")
    fs.writeFileSync(copy, broken)
    const { code, text } = await run('--write')
    assert.equal(code, 1)
    assert.match(text, /cell "bars-specification"/)
    assert.equal(fs.readFileSync(copy, 'utf8'), broken)
  })

  for (const [args, message] of [
    [['99'], /There is no notebook 99[^]*07-charts/],
    [['--cluster', 'cloud'], /--cluster cloud: the clusters are embedded and local/],
    [['--fast'], /--fast/],
  ] as const) {
    it(`refuses ${args.join(' ')} with exit code 2`, async () => {
      const { code, text } = await run(...args)
      assert.equal(code, 2)
      assert.match(text, message)
    })
  }
})
