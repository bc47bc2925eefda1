import assert from 'node:assert/strict'
import fs from 'node:fs'
import { Sandbox, project } from './sandbox'

const { scripts } = JSON.parse(fs.readFileSync(`${project}/package.json`, 'utf8')) as {
  scripts: Record<string, string>
}

describe('the commands', () => {
  let sandbox: Sandbox
  beforeEach(() => {
    sandbox = new Sandbox()
  })
  afterEach(() => sandbox.remove())

  it('are npm scripts, each in place of its shell, so that a signal to npm arrives', () => {
    const wanted =
      'start test test:quick doctor build kafka embedded notebooks facts record bench'.split(' ')
    for (const name of wanted) assert.equal(scripts[name], `exec node setup/run.mjs ${name}`)
  })

  it('name the known ones when they are asked for another', async () => {
    const { code, stderr } = await sandbox.run(['destroy'])
    assert.equal(code, 1)
    for (const name of Object.keys(scripts)) assert.ok(stderr.includes(name), name)
  })

  it('say what they do with --help, and set nothing up for that', async () => {
    for (const name of ['start', 'test', 'test:quick', 'build', 'doctor']) {
      const { code, stdout } = await sandbox.run([name, '--help'])
      assert.equal(code, 0)
      assert.match(stdout, new RegExp(`^npm (run )?${name}`))
    }
    assert.deepEqual(sandbox.takeCalls(), [])
  })

  it('pass arguments and exit code on', async () => {
    sandbox.write('setup/notebooks.mjs', 'console.log(process.argv.slice(2)); process.exit(7)')
    const { code, stdout } = await sandbox.run(['notebooks', '00', '--write', 'a b'])
    assert.equal(code, 7)
    assert.equal(stdout, "[ '00', '--write', 'a b' ]\n")
  })

  it('end with 128 + 15 when their program was killed with SIGTERM, like a shell', async () => {
    sandbox.write('setup/notebooks.mjs', "process.kill(process.pid, 'SIGTERM')")
    assert.equal((await sandbox.run(['notebooks'])).code, 143)
  })

  it('pass SIGTERM on to their program', async () => {
    sandbox.write('setup/notebooks.mjs', waiting)
    const running = sandbox.start(['notebooks'])
    await running.said(/ready/)
    running.child.kill('SIGTERM')
    assert.equal((await running.ended).code, 5)
  })

  it('refuse arguments that npm start does not know', async () => {
    const { code, stderr } = await sandbox.run(['start', '--nobrowser'])
    assert.equal(code, 1)
    assert.match(stderr, /does not know "--nobrowser"/)
  })

  for (const name of ['kafka', 'facts', 'bench']) {
    it(`fail when the program of "${name}" is not there`, async () => {
      const { code, stderr } = await sandbox.run([name])
      assert.equal(code, 1)
      assert.match(stderr, /main\.(js|ts) does not exist/)
    })
  }
})

const waiting = `
process.on('SIGTERM', () => process.exit(5))
console.error('ready')
setInterval(() => {}, 1000)
`
