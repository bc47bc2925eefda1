/** The facts' outcomes on the embedded cluster are those that real Kafka gave, kept in data/. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import type { Lab } from '../../lib/src/lab'
import { openEmbeddedLab } from '../conformance/labs'
import { factNames, loadFact } from './fact'
import { factsFile } from './recorded'
import type { RecordedFacts } from './recorded'

const recorded = JSON.parse(readFileSync(factsFile, 'utf8')) as RecordedFacts

describe('facts: the embedded cluster gives the outcome recorded on real Kafka', () => {
  let lab: Lab

  before(async () => {
    lab = await openEmbeddedLab()
  })

  after(() => lab.close())

  it('for every fact there is', () => {
    const names = recorded.outcomes.map(({ name }) => name)
    assert.deepEqual(names, factNames(), 'renew them: npm run record -- facts')
    assert.match(recorded.kafkaVersion, /^\d+\.\d+\.\d+$/)
  })

  for (const { name, outcome } of recorded.outcomes) {
    it(name, async () => {
      assert.equal((await loadFact(name).run(lab)).outcome, outcome)
    })
  }
})
