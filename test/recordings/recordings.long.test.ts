/**
 * data/ holds what real Kafka made of the course's experiments. Here every notebook's code runs on
 * the embedded cluster: whoever changes an experiment, the simulated cluster or the checker so that
 * a reader would see something else than real Kafka gave, sees it here first.
 */
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { differencesBetween, essenceOf } from '../../lib/src/checker/agreement'
import { wordsOf } from '../../lib/src/notebook/recording'
import type { Recording } from '../../lib/src/notebook/recording'
import { dataFolder } from '../../lib/src/notebook/recordings'
import { notebooksIn } from '../../setup/notebooks/notebook'
import { notebookName, recordingsIn, recordNotebooks } from '../../setup/recordings/record'

const notebooks = notebooksIn(path.resolve(__dirname, '../../notebooks'))
const recordings = recordingsIn(dataFolder)

describe('the recordings in data/', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'kafka-lab-embedded-'))
  let embedded: Map<string, Recording>

  before(async function () {
    this.timeout(900_000)
    await recordNotebooks(notebooks, 'embedded', folder)
    embedded = recordingsIn(folder)
  })

  after(() => rmSync(folder, { recursive: true, force: true }))

  it('are those of the experiments as they now stand in the notebooks, and no others', () => {
    const renew = 'renew them: npm run record, then npm run notebooks -- --write'
    assert.deepEqual([...recordings.keys()].sort(), [...embedded.keys()].sort(), renew)
    assert.ok(embedded.size >= 42)
  })

  for (const name of notebooks.map(notebookName)) {
    it(`${name}: every experiment ends on the embedded cluster as it did on real Kafka`, () => {
      const mine = [...recordings].filter(([place]) => place.startsWith(`${name}/`))
      assert.notEqual(mine.length, 0)
      const texts = mine.flatMap(([place, { run }]) => {
        const now = embedded.get(place)
        if (now === undefined) return [`${place}: the notebook has no such experiment any more`]
        return differencesBetween(essenceOf(run), essenceOf(now.run)).map(
          ({ where, left, right }) => `${place} ${where}\n  real: ${left}\n  embedded: ${right}`,
        )
      })
      assert.equal(texts.join('\n'), '')
    })
  }

  it('are all of a real Kafka, and say of which and when', () => {
    for (const [place, { run, recorded, format }] of recordings) {
      assert.equal(run.cluster.kind, 'local', place)
      assert.match(run.cluster.kafkaVersion, /^\d+\.\d+\.\d+$/)
      assert.match(run.kafkajsVersion, /^\d+\.\d+\.\d+$/)
      assert.match(recorded, /^\d{4}-\d\d-\d\d$/)
      assert.equal(format, 1)
    }
  })

  it('are judged by the checker as on the day of the recording', () => {
    for (const [place, { verdict, ledger, run }] of recordings) {
      assert.deepEqual({ verdict, ledger }, wordsOf(run), place)
    }
  })

  it('take less than 5 MB', () => {
    const files = readdirSync(dataFolder, { recursive: true, encoding: 'utf8' })
    const sizes = files.map((file) => statSync(path.join(dataFolder, file)).size)
    assert.ok(sizes.reduce((sum, size) => sum + size) < 5_000_000)
  })
})
