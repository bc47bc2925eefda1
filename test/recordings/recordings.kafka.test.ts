/** The recordings again, on real Kafka: what is kept in data/ is still what it does. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { differencesBetween, essenceOf } from '../../lib/src/checker/agreement'
import { dataFolder } from '../../lib/src/notebook/recordings'
import { notebooksIn } from '../../setup/notebooks/notebook'
import { recordingsIn, recordNotebooks } from '../../setup/recordings/record'

const name = '04-when-the-ack-is-lost'
const notebook = notebooksIn(path.resolve(__dirname, '../../notebooks')).filter((file) =>
  file.includes(name),
)

describe('a recording made now', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'kafka-lab-real-'))

  after(() => rmSync(folder, { recursive: true, force: true }))

  it(`agrees with the one in data/, for every experiment of ${name}`, async () => {
    await recordNotebooks(notebook, 'local', folder)
    const now = recordingsIn(folder)
    const kept = recordingsIn(dataFolder)
    const mine = [...kept.keys()].filter((place) => place.startsWith(`${name}/`))
    assert.deepEqual([...now.keys()].sort(), mine.sort())
    for (const [place, { run }] of now) {
      assert.equal(run.cluster.kind, 'local')
      const recording = kept.get(place)
      assert.ok(recording, `${place} is not in data/: npm run record`)
      assert.deepEqual(differencesBetween(essenceOf(recording.run), essenceOf(run)), [], place)
    }
  })
})
