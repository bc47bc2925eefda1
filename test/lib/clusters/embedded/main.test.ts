/** `npm run embedded`: the program, and plain kafkajs in processes of their own against it. */
import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

interface Ended {
  code: number | null
  stdout: string
  stderr: string
}

function start(module: string, words: string[]): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, ['--import', 'tsx', require.resolve(module), ...words])
  const ended: Ended = { code: null, stdout: '', stderr: '' }
  child.stdout.on('data', (chunk) => (ended.stdout += chunk))
  child.stderr.on('data', (chunk) => (ended.stderr += chunk))
  return { child, ended: once(child, 'close').then(([code]) => ({ ...ended, code })) }
}

const program = '../../../../lib/src/clusters/embedded/main'

describe('npm run embedded', function () {
  this.timeout(60_000)

  it('prints its brokers, serves several kafkajs at once, and ends on SIGTERM', async () => {
    const { child, ended } = start(program, ['--json'])
    try {
      const [line] = await once(createInterface({ input: child.stdout! }), 'line')
      const { brokers, list } = JSON.parse(line as string)
      assert.deepEqual(
        brokers.map(({ id }: { id: number }) => id),
        [1, 2, 3],
      )
      const names = ['shop', 'billing']
      const words = (name: string) => [list, name, '30']
      const clients = await Promise.all(
        names.map((name) => start('./kafkajs-round-trip', words(name)).ended),
      )
      for (const [index, name] of names.entries()) {
        const { code, stdout, stderr } = clients[index] as Ended
        assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
        const sent = Array.from({ length: 30 }, (_, number) => `${name}-${number}`)
        assert.deepEqual(JSON.parse(stdout).sort(), [...sent, 'committed'].sort())
      }
    } finally {
      child.kill('SIGTERM')
    }
    const { code, stderr } = await ended
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
  })

  it('says how it is used, and refuses an option that it does not know', async () => {
    const help = await start(program, ['--help']).ended
    assert.equal(help.code, 0)
    assert.match(help.stdout, /^Usage: npm run embedded/)
    const wrong = await start(program, ['--port']).ended
    assert.equal(wrong.code, 1)
    assert.match(wrong.stderr, /unknown option --port/)
  })
})
