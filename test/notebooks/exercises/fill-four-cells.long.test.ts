/**
 * The grader of notebook 13's chains: it runs them, and names an order that the word forbids. Who
 * thinks that the weaker half decides, or that exactly once anywhere helps, is shown a witness.
 */
import assert from 'node:assert/strict'
import { grade } from '../../../lib/src/notebook/check'
import { fillFourCells } from '../../../lib/src/notebook/exercises/fill-four-cells'
import type { FourCells } from '../../../lib/src/notebook/exercises/fill-four-cells'

/** As in the notebook's solution. */
const solution: FourCells = {
  'exactly, at least, at most': 'none',
  'at least, exactly, at least': 'at least once',
  'at most, exactly, at most': 'at most once',
  'exactly, exactly, exactly': 'exactly once',
}

describe('Exercise 13: fill four cells', () => {
  const failsWith = async (answer: FourCells, word: RegExp): Promise<void> => {
    const { passed, message } = await grade(fillFourCells, answer)
    assert.equal(passed, false, message)
    assert.match(message, word)
  }
  const all = (word: FourCells[keyof FourCells]): FourCells => ({
    'exactly, at least, at most': word,
    'at least, exactly, at least': word,
    'at most, exactly, at most': word,
    'exactly, exactly, exactly': word,
  })

  it('takes the solution', async () => {
    const { passed, message } = await grade(fillFourCells, solution)
    assert.equal(passed, true, message)
  })

  it('refuses the untouched cell', () => failsWith(all(undefined), /still empty/))

  it('refuses the weaker half: at most once does not forbid what the middle stage doubles', () =>
    failsWith(
      { ...solution, 'exactly, at least, at most': 'at most once' },
      /forbids a repeat, and order-f5 came 2 times/,
    ))

  it('refuses the stronger half', () =>
    failsWith(
      { ...solution, 'exactly, at least, at most': 'at least once' },
      /forbids a loss, and order-f6 never came/,
    ))

  it('refuses exactly once everywhere', () =>
    failsWith(all('exactly once'), /'exactly, at least, at most'.*never came/))

  it('refuses that exactly once in the middle heals', () =>
    failsWith(
      { ...solution, 'at least, exactly, at least': 'exactly once' },
      /forbids a repeat, and order-f3 came 2 times/,
    ))

  it('refuses none where something is forbidden still', async () => {
    await failsWith({ ...solution, 'at most, exactly, at most': 'none' }, /no order came twice/)
    await failsWith({ ...solution, 'at least, exactly, at least': 'none' }, /no order was lost/)
    await failsWith({ ...solution, 'exactly, exactly, exactly': 'at most once' }, /was lost/)
  })

  it('refuses a word that is none of the four', () =>
    failsWith({ ...solution, 'at most, exactly, at most': 'mostly' as never }, /it is one of/))
})
