import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CoordinatorWorld } from './coordinator-world'
import { readScript, runScript } from './script'

// `UPDATE_SNAPSHOTS=1` with this file writes what happens now into the scripts.
const folder = join(__dirname, 'scripts')
const updating = process.env.UPDATE_SNAPSHOTS === '1'

describe('the transaction coordinator', () => {
  for (const name of readdirSync(folder).sort()) {
    const file = join(folder, name)
    const text = readFileSync(file, 'utf8')
    const blocks = readScript(text)
    const claim = blocks[0]?.remarks[0]?.replace(/^# /, '')

    it(`${claim} (${name})`, () => {
      const world = new CoordinatorWorld()
      const now = runScript(blocks, (command) => world.run(command))
      if (updating) writeFileSync(file, now)
      else assert.equal(now, text)
    })
  }
})
