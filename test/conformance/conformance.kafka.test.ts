/**
 * The embedded cluster against real Kafka: every fact ends the same way on both, and so do sixty
 * generated plans. `npx tsx test/conformance/main.ts` runs other seeds and shows differences.
 */
import assert from 'node:assert/strict'
import { factNames, loadFact } from '../facts/fact'
import { openRealLab } from '../support/real-lab'
import { conform } from './conform'
import type { Labs } from './conform'
import { generatePlans } from './generate-plans'
import { openEmbeddedLab } from './labs'

const seed = 1
const plans = generatePlans(seed, 60)

describe('the embedded cluster ends as real Kafka does', () => {
  let labs: Labs

  before(async () => {
    labs = { real: await openRealLab(), embedded: await openEmbeddedLab() }
  })

  after(async () => {
    await labs.embedded.close()
    await labs.real.close()
  })

  describe('in every fact', () => {
    for (const name of factNames()) {
      it(name, async () => {
        const embedded = await loadFact(name).run(labs.embedded)
        const real = await loadFact(name).run(labs.real)
        assert.equal(embedded.outcome, real.outcome)
      })
    }
  })

  describe(`in generated plans (seed ${seed})`, () => {
    const setAside: string[] = []
    let compared = 0

    for (const plan of plans) {
      it(`plan ${plan.name}`, async function () {
        const { outcome, differences } = await conform(plan, labs)
        if (outcome !== 'set aside') {
          compared++
          const text = differences.map(
            ({ where, left, right }) => `${where}\n  real:     ${left}\n  embedded: ${right}`,
          )
          return assert.equal(outcome, 'agrees', text.join('\n'))
        }
        setAside.push(plan.name)
        const where = differences.map((difference) => difference.where).join(', ')
        this.test!.title += ` (set aside: real Kafka differs from itself in ${where})`
      })
    }

    it('of which real Kafka agrees with itself in at least four of five', function () {
      this.test!.title += ` (set aside: ${setAside.length} of ${compared + setAside.length})`
      assert.equal(compared + setAside.length, plans.length)
      assert.ok(setAside.length <= plans.length / 5, setAside.join(', '))
    })
  })
})
