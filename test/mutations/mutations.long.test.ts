/**
 * Are the tests worth anything? Each guard of the simulated cluster is broken once, alone, and some
 * test of its module must turn red. A piece of source that is not there any more, a mutation that
 * does not compile and tests that cannot be loaded are failures of this check, not successes.
 */
import assert from 'node:assert/strict'
import { modules } from './guards'
import { breakGuard, placeOf, type Mutation } from './mutation'
import { Trials } from './trials'

const mutations = modules.flatMap((module) => module.mutations)

describe('A guard of the simulated cluster that is broken turns a test red', function () {
  this.timeout(300_000)
  let trials: Trials
  const noticed: string[] = []

  before(() => {
    trials = new Trials(mutations)
  })

  after(async () => {
    await trials.end()
    console.log(`\n  ${noticed.length} of ${mutations.length} guards were broken and noticed:`)
    for (const line of noticed) console.log(`    ${line}`)
  })

  describe('first of all', () => {
    it('every guard stands once where the list says, under a name of its own', () => {
      const names = mutations.map(({ guard }) => guard)
      assert.deepEqual([...new Set(names)], names)
      for (const each of mutations) placeOf(each, trials.workshop.source(each.file))
    })

    it('the library compiles with any of them broken', async () => {
      for (const round of roundsOf(mutations)) {
        const texts = new Map<string, string>()
        for (const each of round) {
          const text = texts.get(each.file) ?? trials.workshop.source(each.file)
          texts.set(each.file, breakGuard(each, text))
        }
        assert.equal(await trials.workshop.typeErrors(texts), '')
      }
    })

    it('with none of them broken all tests are green', async () => {
      const tests = [...new Set(mutations.flatMap((each) => each.tests))]
      const run = await trials.workshop.run(tests)
      assert.equal(run.kind, 'green', JSON.stringify(run))
    })
  })

  for (const { name, mutations: own } of modules) {
    describe(name, () => {
      for (const mutation of own) {
        it(mutation.guard, async () => {
          const run = await trials.resultOf(mutation)
          if (run.kind === 'green') assert.fail(`none of ${run.count} tests noticed`)
          if (run.kind === 'broken off') assert.fail(`the tests came to no end: ${run.why}`)
          noticed.push(`${mutation.guard}\n      red: ${run.test}`)
        })
      }
    })
  }
})

/** So that no two of one round are in each other's way: all that one text has room for. */
function roundsOf(all: readonly Mutation[]): Mutation[][] {
  const rounds: Mutation[][] = []
  for (const mutation of all) {
    const fits = (round: Mutation[]) =>
      round.every((other) => other.file !== mutation.file || !overlap(other, mutation))
    const round = rounds.find(fits)
    if (round === undefined) rounds.push([mutation])
    else round.push(mutation)
  }
  return rounds
}

function overlap(one: Mutation, other: Mutation): boolean {
  return (
    [one.source, one.broken].some((text) => text.includes(other.source)) ||
    [other.source, other.broken].some((text) => text.includes(one.source))
  )
}
