/** What `npm run record` answers to wrong words, and what a cell that fails leaves behind. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { recordingsIn, recordNotebooks } from '../../setup/recordings/record'

const program = path.resolve(__dirname, '../../setup/recordings/main.ts')

function record(...args: string[]) {
  return spawnSync(process.execPath, ['--import', 'tsx', program, ...args], { encoding: 'utf8' })
}

describe('npm run record', () => {
  it('refuses a notebook that there is not, naming those there are, before it starts Kafka', () => {
    const { status, stderr } = record('04', '77')
    assert.equal(status, 2)
    assert.match(stderr, /There is no notebook 77: there are 00, 01, .*, and facts/)
  })

  it('refuses an option that it does not know, and says what it does', () => {
    const { status, stderr } = record('--cluster', 'local')
    assert.equal(status, 2)
    assert.match(stderr, /--cluster[^]*npm run record \[-- NN … facts\]/)
    assert.equal(record('--help').status, 0)
  })

  it('fails with the cell that failed and its words, and records nothing for it', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'kafka-lab-failing-'))
    const failing = path.resolve(__dirname, '../notebooks/fixtures/throwing-cell.ipynb')
    try {
      await assert.rejects(
        recordNotebooks([failing], 'embedded', folder),
        /throwing-cell could not be recorded on embedded:\n[^]*the cell "[a-z-]+" failed/,
      )
      assert.equal(recordingsIn(folder).size, 0)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
