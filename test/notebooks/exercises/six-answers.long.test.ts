/**
 * The grader of notebook 10's first exercise: it makes each of the six cases happen and takes what
 * the broker did there, so a word is right or wrong by a run, not by a list.
 */
import assert from 'node:assert/strict'
import { grade } from '../../../lib/src/notebook/check'
import { sixAnswers, type SixAnswers } from '../../../lib/src/notebook/exercises/six-answers'

/** The solution as the notebook has it. */
const solution: SixAnswers = {
  'the number after the last': 'appended',
  'the fifth last batch once more': 'repeat',
  'the sixth last batch once more': 'OUT_OF_ORDER_SEQUENCE_NUMBER',
  'a number that leaves a gap': 'OUT_OF_ORDER_SEQUENCE_NUMBER',
  'an older epoch': 'INVALID_PRODUCER_EPOCH',
  'any number, from a producer id that the leader does not know': 'appended',
}
const words = ['appended', 'repeat', 'OUT_OF_ORDER_SEQUENCE_NUMBER', 'INVALID_PRODUCER_EPOCH']
const every = (word: string) =>
  Object.fromEntries(Object.keys(solution).map((one) => [one, word])) as SixAnswers

describe('Exercise 10: the broker’s six answers', () => {
  const failsWith = async (answers: SixAnswers, ...expected: RegExp[]): Promise<void> => {
    const { passed, message } = await grade(sixAnswers, answers)
    assert.equal(passed, false, message)
    for (const word of expected) assert.match(message, word)
  }

  it('takes the solution', async () => {
    const { passed, message } = await grade(sixAnswers, solution)
    assert.equal(passed, true, message)
  })

  it('refuses the untouched cell, and a cell with a case left open', async () => {
    await failsWith(every('?'), /'the number after the last' has no answer yet/)
    await failsWith({ ...solution, 'an older epoch': '?' }, /'an older epoch' has no answer yet/)
  })

  for (const [one, right] of Object.entries(solution)) {
    it(`refuses every other word for ${one}, and names the batch without the answer`, async () => {
      for (const word of words.filter((each) => each !== right)) {
        const { passed, message } = await grade(sixAnswers, { ...solution, [one]: word })
        assert.equal(passed, false, message)
        assert.ok(message.startsWith(`'${one}': `), message)
        assert.match(message, /order-[wxy]\d, sequence \d of epoch \d, when it remembered/)
        assert.ok(!message.includes(right), message)
      }
    })
  }

  it('refuses one word for all six', async () => {
    for (const word of words) await failsWith(every(word), /the leader answered otherwise/)
  })
})
