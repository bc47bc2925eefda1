// What a stranger does: clone, one command, an empty home folder, nothing installed. Slow (about a
// minute) because it really installs, from the registries of the user's own settings.
import assert from 'node:assert/strict'
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { project, Running } from './sandbox'

const unreachable = 'http://127.0.0.1:9/'

describe('a fresh clone, in a path with spaces, with an empty home folder', function () {
  this.timeout(600_000)

  let base: string
  let clone: string
  let home: string

  before(() => {
    base = fs.mkdtempSync(path.join(os.tmpdir(), 'fresh clone '))
    clone = path.join(base, 'kafka lab')
    home = path.join(base, 'home')
    fs.mkdirSync(home)
    execFileSync('git', ['clone', '--quiet', project, clone])
  })

  after(() => fs.rmSync(base, { recursive: true }))

  afterEach('the home folder stays empty and git clean', () => {
    assert.deepEqual(fs.readdirSync(home), [])
    const status = execFileSync('git', ['status', '--short'], { cwd: clone, encoding: 'utf8' })
    assert.equal(status, '')
  })

  const npm = (args: string[], environment = {}): ReturnType<typeof spawnSync> & Texts =>
    spawnSync('npm', args, {
      cwd: clone,
      env: { ...strangersEnvironment(home), ...environment },
      encoding: 'utf8',
    })

  it('is ready but for what set-up makes, says the doctor', () => {
    const { status, stdout, stderr } = npm(['run', '--silent', 'doctor', '--', '--json'])
    assert.equal(status, 0, stderr + stdout)
    const rows = JSON.parse(stdout) as { name: string; state: string }[]
    for (const name of ['node_modules', '.venv', 'lib/dist']) {
      assert.equal(rows.find((row) => row.name === name)?.state, 'later', name)
    }
  })

  it('is set up by one command', () => {
    const { status, stderr } = npm(['run', '--silent', 'build'])
    assert.equal(status, 0, stderr)
    assert.equal(stderr.match(/: done in/g)?.length, 3, stderr)
  })

  it('has its native packages without any install script: kernel, compiler, test runner', () => {
    const program = "require('zeromq'); require('tslab/dist/jupyter'); require('esbuild').version"
    execFileSync(process.execPath, ['--eval', program], { cwd: clone })
  })

  it('has the library where notebooks import it from, and it loads', () => {
    const from = JSON.stringify({ paths: [path.join(clone, 'notebooks')] })
    const program =
      `const file = require.resolve('kafka-lab', ${from}); require(file); ` + 'console.log(file)'
    const printed = execFileSync(process.execPath, ['--eval', program], { encoding: 'utf8' })
    assert.equal(printed.trim(), path.join(fs.realpathSync(clone), 'lib', 'dist', 'index.js'))
  })

  it('finds everything done the next time, without a network', () => {
    const { status, stderr } = npm(['run', '--silent', 'build'], {
      npm_config_registry: unreachable,
      PIP_INDEX_URL: unreachable,
      HTTP_PROXY: unreachable,
      HTTPS_PROXY: unreachable,
    })
    assert.equal(status, 0, stderr)
    assert.equal(stderr, '')
  })

  it('opens JupyterLab, prints its address and ends with it', async () => {
    const lab = new Running(
      spawn('npm', ['start', '--', '--no-browser'], {
        cwd: clone,
        env: strangersEnvironment(home),
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    )
    await lab.printed(/token=\S+\n/)
    const address = new URL(/http\S+/.exec(lab.stdout)?.[0] ?? '')
    assert.equal((await fetch(address)).status, 200)
    lab.child.kill('SIGTERM')
    await lab.ended
    await assert.rejects(fetch(address), 'the server is gone')
  })
})

interface Texts {
  stdout: string
  stderr: string
}

/**
 * This process's environment without what npm and the set-up added to it, and with another home;
 * registries and mirrors stay those of the user's settings.
 */
function strangersEnvironment(home: string): NodeJS.ProcessEnv {
  const ours = /^(npm_|NODE_OPTIONS|TMPDIR|PIP_CACHE_DIR|RUSTUP_HOME|INIT_CWD|MOCHA)/
  const kept = Object.entries(process.env).filter(([name]) => !ours.test(name))
  const settings = { npm_config_userconfig: '.npmrc', PIP_CONFIG_FILE: '.config/pip/pip.conf' }
  const present = Object.entries(settings)
    .map(([name, file]) => [name, path.join(os.homedir(), file)] as const)
    .filter(([, file]) => fs.existsSync(file))
  return { ...Object.fromEntries([...kept, ...present]), HOME: home }
}
