/**
 * The strict runner: what tslab and nbclient let pass fails the notebook here, named by its cell.
 * Each bad fixture holds one such thing. All run on one runner, which goes on after a failure.
 */
import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import type { NotebookResult } from '../../setup/notebooks/execute'
import {
  executed,
  executeNotebook,
  executeNotebooks,
  failureText,
} from '../../setup/notebooks/execute'
import { differences } from '../../setup/notebooks/findings'
import { codeCells, readNotebook } from '../../setup/notebooks/notebook'

const fixture = (name: string): string => path.resolve(__dirname, 'fixtures', `${name}.ipynb`)

/** The fixture, the cell that the failure must name, and what it must say. */
const failures: [string, string, RegExp][] = [
  ['throwing-cell', 'cell "throws-here" (cell 3)', /answered "error"[^]*Error: the cell threw/],
  ['unhandled-rejection', 'cell "rejects-silently" (cell 2)', /unhandled rej[^]*nobody waits/],
  ['late-rejection', 'after the last cell', /unhandled rejection[^]*later than the reply/],
  ['stderr', 'cell "writes-stderr" (cell 2)', /wrote to stderr[^]*a warning nobody asked for/],
  ['endless-await', 'cell "waits-for-ever" (cell 2)', /time limit of 5 s and was interrupted/],
  ['endless-loop', 'cell "loops-for-ever" (cell 2)', /time limit of 5 s and ignored the interrupt/],
  ['exits', 'cell "exits-here" (cell 2)', /the kernel died/],
  ['type-error', 'cell "wrong-type" (cell 2)', /answered "error"[^]*not assignable/],
]

describe('The notebook runner', function () {
  this.timeout(240_000)
  const results = new Map<string, NotebookResult>()

  before(async () => {
    const jobs = failures.map(([name]) => ({ path: fixture(name) }))
    for await (const result of executeNotebooks(jobs, { timeLimitMs: 5_000 })) {
      results.set(path.basename(result.path, '.ipynb'), result)
    }
  })

  for (const [name, place, message] of failures) {
    it(`fails ${name} and names the place`, () => {
      const text = failureText(results.get(name) as NotebookResult)
      assert.ok(text.startsWith(`${name}.ipynb, ${place}: `), text)
      assert.match(text, message)
    })
  }

  it('runs no cell after a failed one', () => {
    const cells = codeCells(executed(results.get('throwing-cell') as NotebookResult))
    assert.deepEqual(
      cells.map((cell) => cell.execution_count),
      [1, 2, null],
    )
  })

  it('gives a good notebook the bytes that are committed', async () => {
    const result = await executeNotebook({ path: fixture('charts') })
    assert.equal(result.failure, null)
    assert.deepEqual(result.notes, [])
    assert.equal(result.text, fs.readFileSync(fixture('charts'), 'utf8'))
  })

  it('runs other sources in place of cells, and the findings tell', async () => {
    const replace = { 'show-table': "show({ 'text/plain': 'order-1  twice' })" }
    const result = await executeNotebook({ path: fixture('charts'), replace })
    assert.equal(result.failure, null)
    const found = differences(readNotebook(fixture('charts')), executed(result))
    assert.deepEqual(found, [
      {
        cell: 'show-table',
        committed: ['[text/html, text/plain]', 'order-1 once', '[stdout]', 'took <time>'],
        now: ['[text/plain]', 'order-1 twice'],
      },
    ])
  })
})
