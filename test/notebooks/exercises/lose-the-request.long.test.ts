/**
 * The grader of notebook 00: it tells a lost request from a lost answer, a crash, a
 * dead broker and a lucky word by what the frames' fates say, and names an order as its witness.
 */
import assert from 'node:assert/strict'
import {
  crash,
  delay,
  disconnect,
  drop,
  kill,
  leaderOf,
  on,
  request,
  response,
} from '../../../lib/src/faults'
import { grade, type Grade } from '../../../lib/src/notebook/check'
import {
  loseTheRequest,
  type LoseTheRequestAnswer,
} from '../../../lib/src/notebook/exercises/lose-the-request'

const first = { nth: 1 }

describe('Exercise 00: lose the request', () => {
  const graded = (
    fault: LoseTheRequestAnswer['fault'],
    predicted: string | undefined,
  ): Promise<Grade> => grade(loseTheRequest, { fault, predicted })

  const failsWith = async (grading: Promise<Grade>, ...words: RegExp[]): Promise<void> => {
    const { passed, message } = await grading
    assert.equal(passed, false, message)
    for (const word of [...words, /order-[cd]\d/]) assert.match(message, word)
  }

  it('takes a request lost with its connection, predicted to stand once', async () => {
    const grading = await graded(on(request('Produce', first), disconnect()), 'once')
    assert.deepEqual(grading.passed, true, grading.message)
  })

  it('takes a request that is swallowed, as good', async () => {
    const grading = await graded(on(request('Produce', { nth: 2 }), drop()), 'once')
    assert.equal(grading.passed, true, grading.message)
  })

  it('refuses the untouched cell: there the answer is lost', () =>
    failsWith(graded(on(response('Produce', first), disconnect()), undefined), /answer/))

  it('refuses a dropped response, whatever was predicted', async () => {
    await failsWith(graded(on(response('Produce', first), drop()), 'duplicated'), /answer/)
    await failsWith(graded(on(response('Produce', first), drop()), 'once'), /answer/)
  })

  it('refuses a crash at the request', () =>
    failsWith(graded(on(request('Produce', first), crash()), 'missing'), /crashed/))

  it('refuses to have the broker killed', () =>
    failsWith(graded(on(request('Produce', first), kill(leaderOf('orders'))), 'once'), /killed/))

  it('refuses the right fault with a wrong prediction or none', async () => {
    const fault = on(request('Produce', first), disconnect())
    await failsWith(graded(fault, 'missing'), /'missing' is not/)
    await failsWith(graded(fault, 'duplicated'), /'duplicated' is not/)
    await failsWith(graded(fault, undefined), /predict/)
  })

  it('refuses a fault that loses nothing, with the right word', () =>
    failsWith(graded(on(request('Produce', first), delay(5)), 'once'), /no Produce request/))

  it('refuses to lose every attempt', () =>
    failsWith(graded(on(request('Produce'), disconnect()), 'missing'), /requests were lost/))

  it('refuses a fault that names an order of the notebook: it never fires', async () => {
    const fault = on(request('Produce', { value: 'order-1' }), disconnect())
    const { passed, message } = await graded(fault, 'once')
    assert.equal(passed, false, message)
    assert.match(message, /nothing passed the point.*order-1/)
  })
})
