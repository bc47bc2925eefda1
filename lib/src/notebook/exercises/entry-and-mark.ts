/**
 * Notebook 09: enter each order once into the shop's own ledger, a table of the database that the
 * store is in. The answer is the app's body; its effect is `entry`. It is crashed at every place of
 * its run, with one crash and with two.
 */
import { crash, effect, on } from '../../faults'
import type { Fault } from '../../history/plan'
import type { AppBody, Experiment } from '../../lab'
import { notOnce, notOnceUnderCrashes } from './charges-under-crashes'
import { values } from './exercise'
import type { Exercise } from './exercise'

const entered = { kind: 'entry', done: 'entered' }

const twice: Fault[] = [
  on(effect('entry', { id: 'order-c2', nth: 1 }), crash()),
  on(effect('entry', { id: 'order-c3', nth: 1 }), crash()),
].map((fault) => ({ ...fault, optional: true as const }))

export const entryAndMark: Exercise<AppBody> = {
  name: '09-entry-and-mark',
  hints: [
    'Between which two lines does the crash fall? Swapping them is no help: see the first panels.',
    'The entry is a row of the same database as the mark. What may two writes of one database be?',
    "effect('entry', order, { store: { … } }): entry and mark in one write",
  ],
  async grade(body, lab) {
    return (
      (await problemOf('without any fault', experiment('a', 6, 2, []))) ??
      (await notOnceUnderCrashes(experiment('b', 3, 1, []), 'billing', entered)) ??
      (await problemOf('with two crashes', experiment('c', 5, 1, twice)))
    )

    async function problemOf(when: string, tried: Experiment): Promise<string | undefined> {
      const problem = notOnce(await lab.run(tried), entered, 'billing')
      return problem && `${when}, ${problem}`
    }

    function experiment(
      mark: string,
      orders: number,
      partitions: number,
      faults: Fault[],
    ): Experiment {
      const records = values('order', orders, mark).map((value, i) => {
        return { value, partition: i % partitions }
      })
      return {
        topics: { orders: { partitions, records } },
        apps: { billing: { body, restart: { times: faults.length } } },
        faults,
        seed: orders,
      }
    }
  },
}
