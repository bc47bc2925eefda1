/** When a fact counts as holding, and what the command answers to a wrong word; without Kafka. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import type { Lab } from '../../lib/src/lab'
import { factNames, loadFact } from './fact'
import type { Fact } from './fact'
import { repeatFact } from './repeat'

const lab = {} as Lab

function factThat(run: (repetition: number) => string): Fact {
  let repetition = 0
  return {
    claim: 'one is one',
    about: 'protocol',
    source: 'arithmetic',
    run: async () => ({ outcome: run(++repetition) }),
  }
}

function facts(...words: string[]) {
  return spawnSync(process.execPath, ['--import', 'tsx', join(__dirname, 'main.ts'), ...words], {
    encoding: 'utf8',
    env: { ...process.env, KAFKA_LAB: 'no cluster is opened' },
  })
}

describe('facts: repetition', () => {
  it('holds when every repetition ends the same', async () => {
    const result = await repeatFact(lab, { name: 'one', fact: factThat(() => 'A A') }, 3)
    assert.deepEqual(
      [result.holds, result.outcome, result.same, result.repetitions, result.others],
      [true, 'A A', 3, 3, {}],
    )
  })

  it('does not hold when one outcome differs, and shows both', async () => {
    const fact = factThat((repetition) => (repetition === 2 ? 'A' : 'A A'))
    const result = await repeatFact(lab, { name: 'one', fact }, 3)
    assert.deepEqual([result.holds, result.outcome, result.same], [false, 'A A', 2])
    assert.deepEqual(result.others, { A: 1 })
  })

  it('does not hold when one assertion fails, and shows it', async () => {
    const fact = factThat((repetition) => {
      if (repetition === 3) throw new Error('the log is empty')
      return 'A A'
    })
    const result = await repeatFact(lab, { name: 'one', fact }, 3)
    assert.deepEqual([result.holds, result.same], [false, 2])
    assert.deepEqual(result.others, { 'Error: the log is empty': 1 })
  })
})

describe('facts: the command', () => {
  it('refuses an unknown name before it opens a cluster, naming the known ones', () => {
    const { status, stderr } = facts('lost-ack')
    assert.equal(status, 1)
    assert.match(stderr, /there is no fact 'lost-ack'; known are: .*lost-ack-with-idempotence/)
  })

  it('refuses a count that is none', () => {
    const { status, stderr } = facts('--repeat', '0')
    assert.equal(status, 1)
    assert.match(stderr, /--repeat 0 is not a count: give a whole number from 1 to 9999/)
  })

  it('says in its help which facts there are', () => {
    const { status, stdout } = facts('--help')
    assert.equal(status, 0)
    for (const name of factNames()) assert.ok(stdout.includes(`  ${name}\n`), name)
  })
})

describe('facts: the collection', () => {
  it('makes each claim once and says where it comes from', () => {
    const all = factNames().map(loadFact)
    assert.equal(new Set(all.map(({ claim }) => claim)).size, all.length)
    assert.deepEqual(
      all.filter(({ source }) => source.trim() === ''),
      [],
    )
  })
})
