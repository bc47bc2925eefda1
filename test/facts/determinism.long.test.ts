/** Virtual time repeats itself: the same plan and seed leave the same bytes. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { factNames } from './fact'
import { runHashes } from './run-hashes'

describe('a run on the embedded cluster', () => {
  let first: Record<string, string>

  before(async () => {
    first = await runHashes(factNames())
  })

  it('leaves the same bytes twice, whatever ran before it', async () => {
    assert.deepEqual(await runHashes(factNames().reverse()), first)
  })

  it('leaves the same bytes in another process, time zone and locale', () => {
    const printed = execFileSync(
      process.execPath,
      ['--import', 'tsx', join(__dirname, 'run-hashes.ts')],
      {
        env: { ...process.env, TZ: 'Asia/Tokyo', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' },
        encoding: 'utf8',
      },
    )
    assert.deepEqual(JSON.parse(printed), first)
  })
})
