import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { Sandbox } from './sandbox'

const everything = ['npm', 'venv', 'pip', 'tsc']

describe('set-up', () => {
  let sandbox: Sandbox
  beforeEach(() => {
    sandbox = new Sandbox()
  })
  afterEach(() => sandbox.remove())

  async function build(): Promise<string[]> {
    const { code, stderr } = await sandbox.run(['build'])
    assert.equal(code, 0, stderr)
    return sandbox.takeCalls()
  }

  it('makes packages, Python environment and library once, and then nothing', async () => {
    assert.deepEqual(await build(), everything)
    assert.deepEqual(await build(), [])
  })

  it('writes nothing to the home folder', async () => {
    await build()
    assert.deepEqual(fs.readdirSync(sandbox.home), [])
  })

  it('keeps caches and temporary files of its tools inside the project', async () => {
    sandbox.write('setup/notebooks.mjs', 'console.log(JSON.stringify(process.env))')
    const { stdout } = await sandbox.run(['notebooks'])
    const environment = JSON.parse(stdout) as Record<string, string>
    for (const name of ['TMPDIR', 'npm_config_cache', 'PIP_CACHE_DIR', 'RUSTUP_HOME']) {
      assert.ok(environment[name]?.startsWith(sandbox.path('.cache')), name)
    }
  })

  it('installs packages again when the lock changed, and Python only for its own', async () => {
    await build()
    sandbox.write('package-lock.json', '{ "packages": {} }')
    assert.deepEqual(await build(), ['npm', 'tsc'])
    sandbox.write('requirements.txt', 'jupyterlab\nplotly\n')
    assert.deepEqual(await build(), ['venv', 'pip'])
  })

  it('builds only the library when a source changed', async () => {
    await build()
    sandbox.write('lib/src/index.ts', 'export const two = 2\n')
    assert.deepEqual(await build(), ['tsc'])
  })

  it('removes the output of a deleted source', async () => {
    sandbox.write('lib/src/old.ts', 'export const old = 1\n')
    await build()
    assert.ok(sandbox.exists('lib/dist/old.js'))
    fs.rmSync(sandbox.path('lib', 'src', 'old.ts'))
    assert.deepEqual(await build(), ['tsc'])
    assert.ok(!sandbox.exists('lib/dist/old.js'))
  })

  it('makes the Python environment again in a moved folder: scripts hold its path', async () => {
    await build()
    const moved = path.join(path.dirname(sandbox.root), 'moved project')
    fs.renameSync(sandbox.root, moved)
    const script = path.join(moved, 'setup', 'run.mjs')
    const { code, stderr } = await sandbox.startScript(script, ['build']).ended
    assert.equal(code, 0, stderr)
    assert.deepEqual(sandbox.takeCalls(), ['venv', 'pip'])
  })

  it('makes again what was deleted by hand', async () => {
    await build()
    fs.rmSync(sandbox.path('.venv', 'bin'), { recursive: true })
    fs.rmSync(sandbox.path('lib', 'dist'), { recursive: true })
    assert.deepEqual(await build(), ['venv', 'pip', 'tsc'])
  })

  for (const tool of everything) {
    it(`shows why ${tool} failed, ends non-zero, and goes on there the next time`, async () => {
      sandbox.failing(tool, 'yes')
      const { code, stderr } = await sandbox.run(['build'])
      assert.equal(code, 1)
      assert.match(stderr, new RegExp(`ended with 3[^]*${tool} has no network`))
      sandbox.takeCalls()
      sandbox.failing(tool, 'no')
      const first = everything.indexOf(tool === 'pip' ? 'venv' : tool)
      assert.deepEqual(await build(), everything.slice(first))
    })
  }
})
