import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readScript, runScript } from '../transactions/script'
import { ControllerWorld } from './controller-world'

// `UPDATE_SNAPSHOTS=1` with this file writes what happens now into the scripts.
const folder = join(__dirname, 'scripts')
const updating = process.env.UPDATE_SNAPSHOTS === '1'

describe('the controller', () => {
  for (const name of readdirSync(folder).sort()) {
    const file = join(folder, name)
    const text = readFileSync(file, 'utf8')
    const blocks = readScript(text)
    const [claim, source] = blocks[0]!.remarks.map((remark) => remark.replace(/^# /, ''))

    it(`${claim} (${name})`, () => {
      assert.match(source ?? '', /^(KIP-\d+|[A-Z]\w+)/, `${name} names what it follows`)
      const world = new ControllerWorld()
      const now = runScript(blocks, (command) => world.run(command))
      if (updating) writeFileSync(file, now)
      else assert.equal(now, text)
    })
  }

  it('is not made with a setting it does not know', () => {
    const world = new ControllerWorld()
    assert.throws(
      () => world.run('cluster 1 min.insync.replica=2'),
      /no setting min.insync.replica/,
    )
  })
})
