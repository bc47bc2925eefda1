/**
 * Notebook 07: settings of auto-commit under which a crash repeats at most ten orders. The answer
 * is the app's body; it charges what is in `orders`, `params.workMs` apiece. The grader varies the
 * pace: whoever shortens the interval bounds the time that is repeated, not the number of orders.
 */
import { crash, on, response } from '../../faults'
import type { AppBody } from '../../lab'
import { charging, chargesOf, crashWhenCharged, uncharged, type ChargingPlan } from './charging'
import { endOf, values } from './exercise'
import type { Exercise } from './exercise'

const most = 10

export const atMostTenRepeats: Exercise<AppBody> = {
  name: '07-at-most-ten-repeats',
  hints: [
    'How many orders does your service charge in 5 s? The grader has services that are quicker.',
    'kafkajs can commit by time or by number. Which of the two does the requirement name?',
    'autoCommitThreshold, and no hand-off: the handler returns when the order is charged.',
  ],
  async grade(body, lab) {
    const at = crashWhenCharged
    return (
      (await problemOf('without a crash', values('order', 12, 'a'), 5)) ??
      (await problemOf('at 1 ms an order', values('order', 60, 'b'), 1, [at('order-b37')])) ??
      (await problemOf('with quick work', values('order', 60, 'c'), 0, [at('order-c55')])) ??
      (await problemOf('at 100 ms an order', values('order', 20, 'd'), 100, [at('order-d14')])) ??
      (await problemOf(
        'with three partitions and two crashes',
        values('order', 60, 'e'),
        3,
        [at('order-e27'), at('order-e52')],
        3,
      )) ??
      (await problemOf('with a crash right after a commit', values('order', 30, 'f'), 3, [
        on(response('OffsetCommit', { nth: 1 }), crash()),
      ]))
    )

    async function problemOf(
      when: string,
      orders: string[],
      workMs: number,
      crashes: ChargingPlan['crashes'] = [],
      partitions = 1,
    ) {
      const params = { workMs }
      const run = await lab.run(charging({ body, orders, partitions, params, crashes }))
      const lost = uncharged(run, orders)
      if (lost !== undefined) return `${when}, ${lost} was never charged${endOf(run, 'billing')}`
      const repeated = orders.filter((order) => chargesOf(run, order) > 1)
      const times = repeated.reduce((sum, order) => sum + chargesOf(run, order) - 1, 0)
      if (times <= most * crashes.length) return undefined
      const crash = crashes.length === 1 ? 'one crash' : `${crashes.length} crashes`
      return `${when}, ${crash} repeated ${times} charges, the first of them ${repeated[0]}`
    }
  },
}
