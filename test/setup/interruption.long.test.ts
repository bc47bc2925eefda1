import assert from 'node:assert/strict'
import fs from 'node:fs'
import { Sandbox, until } from './sandbox'

const everything = ['npm', 'venv', 'pip', 'tsc']
const lockFolder = '.cache/set-up.lock'

describe('an interrupted set-up', () => {
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

  for (const tool of everything) {
    it(`killed with SIGKILL during ${tool} is completed by the next one`, async () => {
      sandbox.hold(tool)
      const killed = sandbox.start(['build'])
      const leftBehind = await sandbox.held(tool)
      killed.child.kill('SIGKILL')
      await until(() => killed.child.signalCode !== null)
      assert.ok(isAlive(leftBehind), 'the tool outlives its set-up, as npm and pip do')
      sandbox.takeCalls()

      sandbox.letGo(tool)
      const first = everything.indexOf(tool === 'pip' ? 'venv' : tool)
      assert.deepEqual(await build(), everything.slice(first))
      assert.deepEqual(await build(), [])
      assert.ok(!sandbox.exists(lockFolder))
    })
  }

  it('has its abandoned tool ended before the next one writes to the same folders', async () => {
    sandbox.hold('npm')
    const killed = sandbox.start(['build'])
    const abandoned = await sandbox.held('npm')
    killed.child.kill('SIGKILL')
    const next = sandbox.start(['build'])
    assert.notEqual(await sandbox.held('npm'), abandoned)
    assert.ok(!isAlive(abandoned))
    sandbox.letGo('npm')
    assert.equal((await next.ended).code, 0)
  })

  it('stopped with SIGTERM ends its tool, frees the lock and ends non-zero', async () => {
    sandbox.hold('pip')
    const stopped = sandbox.start(['build'])
    const tool = await sandbox.held('pip')
    stopped.child.kill('SIGTERM')
    const { code, stderr } = await stopped.ended
    assert.equal(code, 1)
    assert.match(stderr, /Set-up was stopped \(SIGTERM\)/)
    assert.ok(!isAlive(tool))
    assert.ok(!sandbox.exists(lockFolder))
  })
})

describe('the lock of set-up', () => {
  let sandbox: Sandbox
  beforeEach(() => {
    sandbox = new Sandbox()
  })
  afterEach(() => sandbox.remove())

  it('lets two set-ups of one folder work in turn: the second finds all done', async () => {
    sandbox.hold('npm')
    const first = sandbox.start(['build'])
    await sandbox.held('npm')
    const second = sandbox.start(['build'])
    await second.said(/Waiting for another set-up in this folder \(process \d+\)/)
    sandbox.letGo('npm')
    assert.equal((await first.ended).code, 0)
    assert.equal((await second.ended).code, 0)
    assert.deepEqual(sandbox.takeCalls(), everything)
  })

  it('admits one of eight that start together', async () => {
    const all = Array.from({ length: 8 }, () => sandbox.run(['build']))
    for (const { code, stderr } of await Promise.all(all)) assert.equal(code, 0, stderr)
    assert.deepEqual(sandbox.takeCalls(), everything)
  })

  it('admits one of eight that find the lock of a dead owner', async () => {
    holdAs(process.pid, 'another time')
    const all = Array.from({ length: 8 }, () => sandbox.run(['build']))
    for (const { code, stderr } of await Promise.all(all)) assert.equal(code, 0, stderr)
    assert.deepEqual(sandbox.takeCalls(), everything)
  })

  it('is not held by a process that only has the number of the dead owner', async () => {
    holdAs(process.pid, 'another time')
    const { code, stderr } = await sandbox.run(['build'])
    assert.equal(code, 0, stderr)
    assert.doesNotMatch(stderr, /Waiting/)
  })

  it('does not end a process that only has the number of the abandoned tool', async () => {
    holdAs(process.pid, 'another time', { pid: process.pid, started: 'another time' })
    assert.equal((await sandbox.run(['build'])).code, 0)
    assert.ok(isAlive(process.pid))
  })

  function holdAs(pid: number, started: string, child: object | null = null): void {
    sandbox.write(`${lockFolder}/holder.json`, JSON.stringify({ owner: { pid, started }, child }))
  }
})

/** False for a process that ended, also while its parent has not yet taken notice. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, 'ESRCH')
    return false
  }
  const stat = `/proc/${pid}/stat`
  return !fs.existsSync(stat) || !/\) Z /.test(fs.readFileSync(stat, 'utf8'))
}
