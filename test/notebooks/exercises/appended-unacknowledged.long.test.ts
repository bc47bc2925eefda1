/**
 * The grader of notebook 00's second exercise: one order in the log whose shop is never told. A
 * lost request, a crash, a lost first answer alone and a fault that hits other orders are refused.
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
import { grade } from '../../../lib/src/notebook/check'
import { appendedUnacknowledged } from '../../../lib/src/notebook/exercises/appended-unacknowledged'
import type { FaultForOrder } from '../../../lib/src/notebook/exercises/appended-unacknowledged'

describe('Exercise 00: appended, not acknowledged', () => {
  const failsWith = async (answer: FaultForOrder, word: RegExp): Promise<void> => {
    const { passed, message } = await grade(appendedUnacknowledged, answer)
    assert.equal(passed, false, message)
    assert.match(message, word)
  }

  /** As in the notebook's solution. */
  const solution: FaultForOrder = (order) => on(response('Produce', { value: order }), disconnect())

  it('takes every answer lost with its connection', async () => {
    const { passed, message } = await grade(appendedUnacknowledged, solution)
    assert.equal(passed, true, message)
  })

  it('takes every answer swallowed, as good', async () => {
    const swallowed: FaultForOrder = (order) => on(response('Produce', { value: order }), drop())
    const { passed, message } = await grade(appendedUnacknowledged, swallowed)
    assert.equal(passed, true, message)
  })

  it('refuses the untouched cell: its request is lost once, and the order never comes', () =>
    failsWith(
      (order) => on(request('Produce', { value: order, nth: 1 }), disconnect()),
      /order-p3 is not in the log/,
    ))

  it('refuses a request that is dropped each time', () =>
    failsWith((order) => on(request('Produce', { value: order }), drop()), /is not in the log/))

  it('refuses a crash of the shop', () =>
    failsWith((order) => on(response('Produce', { value: order }), crash()), /crashed at order-p3/))

  it('refuses to lose the first answer alone: who resends is told', () =>
    failsWith(
      (order) => on(response('Produce', { value: order, nth: 1 }), disconnect()),
      /order-q1 is in the log, and the shop was told ok/,
    ))

  it('refuses a fault for all orders', () =>
    failsWith(() => on(response('Produce'), disconnect()), /order-p1 was hit as well/))

  it('refuses an order of the notebook: the fault never happens', async () => {
    const other: FaultForOrder = () => on(response('Produce', { value: 'order-1' }), disconnect())
    await failsWith(other, /nothing passed the point/)
  })

  it('refuses a dead broker and a fault that loses nothing', async () => {
    const killed = kill(leaderOf('orders'))
    await failsWith((order) => on(response('Produce', { value: order }), killed), /was killed/)
    const late: FaultForOrder = (order) => on(response('Produce', { value: order }), delay(5))
    await failsWith(late, /order-p3 is in the log, and the shop was told ok/)
  })

  it('refuses a fault in place of a function', () =>
    failsWith(solution('order-1') as never, /is a function/))
})
