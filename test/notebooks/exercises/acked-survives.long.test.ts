/**
 * The graders of notebook 03: settings pass when no acknowledged order is lost with a broker, and,
 * for the second, when one broker that is down stops nobody from writing.
 */
import assert from 'node:assert/strict'
import { grade } from '../../../lib/src/notebook/check'
import { andStillWrites, survivesAnyBroker } from '../../../lib/src/notebook/exercises'
import type { OrderSettings } from '../../../lib/src/notebook/exercises/acked-survives'

/** The solution of ★★ as the notebook has it. */
const solution: OrderSettings = {
  acks: -1,
  replicationFactor: 3,
  config: { 'min.insync.replicas': 2, 'unclean.leader.election.enable': false },
}
const minimum = (number: number): OrderSettings => {
  return { ...solution, config: { ...solution.config, 'min.insync.replicas': number } }
}

type Graded = typeof survivesAnyBroker

async function passes(exercise: Graded, answer: OrderSettings): Promise<void> {
  const { passed, message } = await grade(exercise, answer)
  assert.equal(passed, true, message)
}

async function failsWith(exercise: Graded, answer: OrderSettings, words: RegExp): Promise<void> {
  const { passed, message } = await grade(exercise, answer)
  assert.equal(passed, false, message)
  assert.match(message, words)
}

for (const [title, exercise] of [
  ['★ acknowledged orders survive any one broker', survivesAnyBroker],
  ['★★ and can still be written with one broker down', andStillWrites],
] as const) {
  describe(`Exercise 03 ${title}`, () => {
    it('takes the solution', () => passes(exercise, solution))

    it('takes the solution with the default left unsaid', () =>
      passes(exercise, { ...solution, config: { 'min.insync.replicas': '2' } }))

    it('refuses the untouched cell of ★', () =>
      failsWith(
        exercise,
        {
          acks: 1,
          replicationFactor: 3,
          config: { 'min.insync.replicas': 1, 'unclean.leader.election.enable': true },
        },
        /loses its disk as it answers.*order-k3 was acknowledged and is gone/,
      ))

    it('refuses a minimum of one: the last disk may be lost', () =>
      failsWith(exercise, minimum(1), /the third then loses its disk, order-k\d was acknowledged/))

    it('refuses unclean elections', () =>
      failsWith(
        exercise,
        { ...solution, config: { ...solution.config, 'unclean.leader.election.enable': true } },
        /comes back as the two others stop, order-k3 was acknowledged and is gone/,
      ))

    it('refuses acks 1: the minimum does not bind it', () =>
      failsWith(exercise, { ...solution, acks: 1 }, /order-k3 was acknowledged and is gone/))

    it('refuses acks 0', () =>
      failsWith(exercise, { ...solution, acks: 0 }, /order-k\d was sent without waiting/))

    it('refuses one replica', () =>
      failsWith(exercise, { ...solution, replicationFactor: 1 }, /order-k1 was acknowledged/))

    it('refuses acks that are none: nothing is written', () =>
      failsWith(exercise, { ...solution, acks: 2 }, /without any fault, order-k1/))

    it('refuses what is no settings', () =>
      failsWith(exercise, {} as OrderSettings, /no settings: give \{ acks/))
  })
}

describe('Exercise 03, where ★★ asks for more', () => {
  it('a minimum of three survives, and stops all writing when one broker is down', async () => {
    await passes(survivesAnyBroker, minimum(3))
    await failsWith(andStillWrites, minimum(3), /while broker \d is down, order-k3 was refused/)
  })

  it('two replicas of which both must have it survive, and cannot be written', async () => {
    const two = { ...solution, replicationFactor: 2 }
    await passes(survivesAnyBroker, two)
    await failsWith(andStillWrites, two, /while broker \d is down, order-k3/)
  })
})
