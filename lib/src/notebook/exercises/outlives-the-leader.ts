/**
 * Notebook 02: change the producer so that no order dies with the leader. The answer is the app's
 * body; it sends `params.orders` to `orders`. The leader dies with an order that its followers do
 * not have, at a moment that does not depend on the answer: an app of the grader's own, started by
 * that order's first request, gives the sign. An order that is there twice is no fault here.
 */
import { ledger } from '../../checker'
import type { LedgerRow } from '../../checker'
import {
  followersOf,
  kill,
  leaderOf,
  on,
  pause,
  request,
  resume,
  sleep,
  stored,
} from '../../faults'
import type { Run } from '../../history/run'
import type { AppBody, Experiment } from '../../lab'
import { endOf, values } from './exercise'
import type { Exercise } from './exercise'

/**
 * Counted from the request, which waits 150 ms after the followers froze: then no Fetch of theirs
 * is under way at the leader (replica.fetch.wait.max.ms is 50). The leader has the order soon
 * after, and the followers leave the ISR 800 ms after they froze at the earliest.
 */
const leaderDiesAfterMs = 650

const clock: AppBody = async ({ store }) => {
  await new Promise((resolve) => setTimeout(resolve, leaderDiesAfterMs))
  await store.set('the leader dies', true)
}

export const outlivesTheLeader: Exercise<AppBody> = {
  name: '02-outlives-the-leader',
  hints: [
    'Whose word does the producer wait for? The leader that gave its word is the one that dies.',
    'A new leader is there after a second or two. How long does your producer go on asking?',
    'acks: -1 in send(), and the retries that kafkajs makes unless told otherwise, or more.',
  ],
  async grade(body, lab) {
    const calm = values('order', 6, 'a')
    const dying = values('order', 5, 'b')
    const victim = 'order-b4'
    const death = `when the leader dies with ${victim}`
    return (
      problemOf(await lab.run(experiment(calm)), calm, 'without any fault') ??
      // The victim first: an earlier order may or may not have been copied.
      problemOf(await lab.run(leaderDies()), [victim, ...dying], death)
    )

    function experiment(orders: string[]): Experiment {
      return {
        topics: { orders: { records: ['order-0'] } },
        intended: { orders },
        apps: { shop: { body, params: { orders } } },
      }
    }

    function leaderDies(): Experiment {
      const leaves = request('Produce', { value: victim, nth: 1 })
      const { apps, ...rest } = experiment(dying)
      return {
        ...rest,
        apps: { ...apps, clock: { body: clock, startAt: leaves } },
        faults: [
          on(leaves, pause(followersOf('orders')), sleep(150)),
          on(stored('the leader dies'), kill(leaderOf('orders')), resume(2), resume(3)),
        ],
      }
    }
  },
}

const toldWords: Partial<Record<LedgerRow['told'], string>> = {
  ok: 'was acknowledged and is lost: no broker that leads has it',
  sent: 'was sent without waiting for an answer and is lost: no broker that leads has it',
  info: 'is not in the log, and what became of it was never told',
  fail: 'was refused and is not in the log',
  'never sent': 'was never sent',
}

/** What is wrong with the run: names the first of the orders that is in no leader's log. */
function problemOf(run: Run, orders: string[], circumstances: string): string | undefined {
  const rows = orders.map((order) => ledger(run).find(({ value }) => value === order))
  const gone = rows.find((row) => row?.copies === 0)
  if (gone === undefined) return undefined
  return `${circumstances}, ${gone.value} ${toldWords[gone.told]}${endOf(run, 'shop')}`
}
