/** The cluster ends with its owner, however that ends: no JVM and no folder is left. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { connect } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { projectRoot } from '../../../../lib/src/clusters/kafka/installation'
import { isStopped } from '../../../../lib/src/clusters/kafka/process-table'
import { eventually } from './eventually'
import { isAlive, isCleared, startOwner, type Owner } from './owner'

const forever = 'setInterval(() => {}, 60_000)'

describe('the owner of a local cluster', function () {
  this.timeout(180_000)
  const owners: Owner[] = []

  after(() => {
    for (const { child } of owners) child.kill('SIGKILL')
  })

  async function owner(then: string): Promise<Owner> {
    const started = await startOwner(then)
    owners.push(started)
    return started
  }

  it("takes its JVMs along when it is killed, and no other owner's", async () => {
    const [first, second] = await Promise.all([
      owner(forever),
      owner(`await cluster.pause(2); ${forever}`),
    ])
    assert.equal(first.processes.length, 4)
    assert.ok(first.processes.every(isAlive))
    first.child.kill('SIGKILL')
    await eventually('the JVMs of the killed owner are gone', () => isCleared(first))
    assert.ok(second.processes.every(isAlive))
    assert.ok(await accepts(second.brokers[0]?.port as number))

    // As Jupyter does to a kernel; one of the brokers stands still and cannot react.
    await eventually('a broker is paused', () => second.processes.some(({ pid }) => isStopped(pid)))
    process.kill(-(second.child.pid as number), 'SIGKILL')
    await eventually('the JVMs of the killed group are gone', () => isCleared(second))
  })

  it('may just end: the cluster does not keep it alive, and ends too', async () => {
    const started = await owner('')
    assert.deepEqual(await started.ended, { code: 0, signal: null })
    await eventually('the JVMs are gone', () => isCleared(started))
  })

  it('ends with nothing left after stop(), which waits for the JVMs', async () => {
    const started = await owner(`
      await cluster.stop()
      console.log(cluster.brokers.map(({ id }) => cluster.state(id)).join())
    `)
    const last = new Promise((resolve) => {
      createInterface({ input: started.child.stdout as NodeJS.ReadableStream }).on('line', resolve)
    })
    assert.equal(await last, 'dead,dead,dead')
    assert.ok(isCleared(started))
  })
})

describe('npm run kafka', function () {
  this.timeout(120_000)

  it('prints its broker list and ends on SIGTERM without leaving a broker', async () => {
    const program = join(projectRoot, 'lib/dist/clusters/kafka/main.js')
    const child = spawn(process.execPath, [program, '--json'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const exited = new Promise((resolve) => child.once('exit', resolve))
    const line = await new Promise<string>((resolve) => {
      createInterface({ input: child.stdout }).once('line', resolve)
    })
    const { list, brokers } = JSON.parse(line) as { list: string; brokers: { port: number }[] }
    assert.match(list, /^127\.0\.0\.1:\d+,127\.0\.0\.1:\d+,127\.0\.0\.1:\d+$/)
    for (const { port } of brokers) assert.ok(await accepts(port))
    child.kill('SIGTERM')
    assert.equal(await exited, 0)
    for (const { port } of brokers) assert.equal(await accepts(port), false)
  })
})

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port })
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
