/**
 * The grader of notebook 05's first exercise: a job passes when it loses no order wherever it
 * crashes. How often it repeats is no matter here.
 */
import assert from 'node:assert/strict'
import type { AppBody } from '../../../lib/src/lab'
import { grade } from '../../../lib/src/notebook/check'
import { noneLost } from '../../../lib/src/notebook/exercises/none-lost'
import * as loading from './loading-job'

describe('Exercise 05: a policy with no loss', () => {
  const passes = async (body: AppBody): Promise<void> => {
    const { passed, message } = await grade(noneLost, body)
    assert.equal(passed, true, message)
  }

  const failsWith = async (body: AppBody, words: RegExp): Promise<void> => {
    const { passed, message } = await grade(noneLost, body)
    assert.equal(passed, false, message)
    assert.match(message, words)
  }

  it('takes the solution: progress after the ack', () => passes(loading.savesAfter))

  it('takes a job that saves once at the end, or nothing: they repeat and lose nothing', async () => {
    await passes(loading.savesAtTheEnd)
    await passes(loading.savesNothing)
  })

  it('takes a job that asks the topic where it stood', () => passes(loading.asksTheTopic))

  it('refuses the untouched cell, which saves before the send, by an order and a point', () =>
    failsWith(
      loading.savesBefore,
      /^with a crash at store done, once it is done, order-b1 is not in the topic$/,
    ))

  it('refuses a note that is one too far', () =>
    failsWith(
      loading.job(async ({ send, store, orders }) => {
        const done = store.get<number>('done') ?? 0
        for (const [nth, order] of orders.entries()) {
          if (nth < done) continue
          await send(order)
          await store.set('done', nth + 2)
        }
      }),
      /order-b2 is not in the topic/,
    ))

  it('refuses a job that loses only when it crashes a second time', () =>
    failsWith(
      loading.job(async ({ send, orders, app }) => {
        if (app.attempt < 3) for (const order of orders) await send(order)
      }),
      /, and another, order-c\d is not in the topic$/,
    ))

  it('refuses orders of its own', () =>
    failsWith(loading.hardCoded, /^without any fault, order-a1 is not in the topic$/))

  it('refuses a job that does nothing', () =>
    failsWith(async () => {}, /^without any fault, order-a1 is not in the topic$/))

  it('names the error a job ended with', () =>
    failsWith(async () => {
      throw new RangeError('too far')
    }, /your code ended with RangeError: too far$/))
})
