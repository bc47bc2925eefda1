import assert from 'node:assert/strict'
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ScriptRunner } from './script-runner'

// A script is blocks of commands, `----` and the trace they leave, then an empty line. Lines with
// `#` say why. `UPDATE_SNAPSHOTS=1` with this file writes the traces anew: read the difference.
const folder = join(__dirname, 'scripts')
const updating = process.env.UPDATE_SNAPSHOTS === '1'

const isComment = (line: string) => line.startsWith('#')

/** The script with the traces that its commands leave now. */
function rerun(script: string): string {
  const runner = new ScriptRunner()
  const blocks = script.trimEnd().split(/\n\n+/)
  return `${blocks.map((block) => rerunBlock(block, runner)).join('\n\n')}\n`
}

function rerunBlock(block: string, runner: ScriptRunner): string {
  const [asked = ''] = block.split(/^----$/m)
  const lines = asked.trimEnd().split('\n')
  const commands = lines.filter((line) => !isComment(line))
  if (commands.length === 0) return block
  return `${lines.join('\n')}\n----\n${runner.run(commands)}`
}

describe('the group coordinator, script by script', () => {
  for (const file of readdirSync(folder)) {
    it(file.replace('.txt', '').replaceAll('-', ' '), () => {
      const script = readFileSync(join(folder, file), 'utf8')
      const now = rerun(script)
      if (updating) writeFileSync(join(folder, file), now)
      else assert.equal(now, script)
    })
  }

  it('has scripts', () => {
    assert.ok(readdirSync(folder).length > 10)
  })
})
