/**
 * Every fact against the real cluster, twice in a row: each holds, and ends the same way both
 * times. `npm run facts -- --repeat 20` asks for more.
 */
import assert from 'node:assert/strict'
import type { Lab } from '../../lib/src/lab'
import { factNames, loadFact } from './fact'
import { openRealLab } from '../support/real-lab'

describe('facts: each gives the same outcome twice', () => {
  let lab: Lab

  before(async () => {
    lab = await openRealLab()
  })

  after(() => lab.close())

  for (const name of factNames()) {
    const fact = loadFact(name)
    it(`${fact.claim} (${name})`, async () => {
      const first = await fact.run(lab)
      const second = await fact.run(lab)
      assert.equal(second.outcome, first.outcome)
    })
  }
})
