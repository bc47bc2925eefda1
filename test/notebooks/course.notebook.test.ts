/** The course's notebooks on the embedded cluster: what is committed is what they give, byte by byte. */
import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { executeNotebooks } from '../../setup/notebooks/execute'
import type { NotebookResult } from '../../setup/notebooks/execute'
import { notebooksIn } from '../../setup/notebooks/notebook'

const files = notebooksIn(path.resolve(__dirname, '../../notebooks'))

describe('The course on the embedded cluster', function () {
  this.timeout(900_000)
  const results = new Map<string, NotebookResult>()

  before(async () => {
    const jobs = files.map((file) => ({ path: file }))
    for await (const result of executeNotebooks(jobs, { environment: { KAFKA_LAB: 'embedded' } })) {
      results.set(result.path, result)
    }
  })

  for (const file of files) {
    it(`${path.basename(file)} gives the committed bytes`, () => {
      const result = results.get(file)
      assert.equal(result?.failure ?? null, null)
      assert.ok(
        result?.text === fs.readFileSync(file, 'utf8'),
        'its outputs are not the committed ones: renew them with npm run notebooks -- --write',
      )
    })
  }
})
