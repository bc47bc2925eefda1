/**
 * The grader of notebook 13's services: it runs the halves chosen, names an order that the service
 * cannot bear, and runs cheaper halves to see whether they would have done.
 */
import assert from 'node:assert/strict'
import { grade } from '../../../lib/src/notebook/check'
import { chooseHalves } from '../../../lib/src/notebook/exercises/choose-halves'
import type { Halves, ThreeServices } from '../../../lib/src/notebook/exercises/choose-halves'

const most = 'at most once'
const least = 'at least once'
const exactly = 'exactly once'
const both = (name: Halves['delivery']): Halves => ({ delivery: name, processing: name })

/** As in the notebook's solution. */
const solution: ThreeServices = { points: both(most), stock: both(least), payouts: both(exactly) }

describe('Exercise 13: choose halves', () => {
  const failsWith = async (answer: Partial<ThreeServices>, word: RegExp): Promise<void> => {
    const { passed, message } = await grade(chooseHalves, { ...solution, ...answer })
    assert.equal(passed, false, message)
    assert.match(message, word)
  }

  it('takes the solution', async () => {
    const { passed, message } = await grade(chooseHalves, solution)
    assert.equal(passed, true, message)
  })

  it('refuses the untouched cell', () =>
    failsWith({ points: both(undefined) }, /points: no delivery is chosen/))

  it('refuses exactly once everywhere: it holds and is too dear', async () => {
    await failsWith({ points: both(exactly) }, /points: it holds.*too dear/)
    await failsWith({ stock: both(exactly) }, /stock: it holds.*too dear/)
  })

  it('refuses one half too dear', async () => {
    await failsWith({ points: { delivery: most, processing: exactly } }, /points: .*too dear/)
    await failsWith({ stock: { delivery: exactly, processing: least } }, /stock: .*too dear/)
  })

  it('refuses the weaker half: one half that forbids it is not enough', async () => {
    const twice = /points: order-h2 was credited 2 times/
    await failsWith({ points: { delivery: least, processing: most } }, twice)
    const never = /stock: order-h3 never left the stock/
    await failsWith({ stock: { delivery: least, processing: most } }, never)
    const paidTwice = /payouts: order-h2 was paid 2 times/
    await failsWith({ payouts: { delivery: least, processing: exactly } }, paidTwice)
  })

  it('refuses what loses money, or pays twice', async () => {
    await failsWith({ payouts: both(most) }, /payouts: order-h1 was paid never/)
    await failsWith({ payouts: both(least) }, /payouts: order-h2 was paid 2 times/)
  })

  it('refuses a name that no half has', () =>
    failsWith({ stock: both('idempotent' as never) }, /delivery is one of at most once/))
})
