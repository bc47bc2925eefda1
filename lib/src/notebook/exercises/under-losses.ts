/**
 * Runs an answer that sends `params.orders` to `orders`: without any fault, and with one frame of
 * one order lost: a request, an answer, an answer that comes too late. Each run has other orders.
 */
import { disconnect, drop, on, request, response } from '../../faults'
import type { Fault } from '../../history/plan'
import type { Run } from '../../history/run'
import type { AppBody, Lab } from '../../lab'
import { endOf, values } from './exercise'

/** What is wrong with an order in a run with so many frames lost; undefined when nothing is. */
type Judge = (run: Run, order: string, losses: number) => string | undefined

/** The first problem that the judge finds, with the run's plan in words; undefined for none. */
export async function underLosses(
  body: AppBody,
  lab: Lab,
  judge: Judge,
): Promise<string | undefined> {
  const lostRequest = on(request('Produce', { value: 'order-e2', nth: 1 }), disconnect())
  const lostAnswer = on(response('Produce', { value: 'order-f4', nth: 1 }), disconnect())
  const lateAnswer = on(response('Produce', { value: 'order-g1', nth: 1 }), drop())
  return (
    (await problemOf(values('order', 3, 'd'), [], 'without any fault')) ??
    (await problemOf(values('order', 4, 'e'), [lostRequest], 'with a request lost')) ??
    (await problemOf(values('order', 6, 'f'), [lostAnswer], 'with an answer lost')) ??
    (await problemOf(values('order', 2, 'g'), [lateAnswer], 'with an answer that comes too late'))
  )

  async function problemOf(orders: string[], faults: Fault[], when: string) {
    const run = await lab.run({
      topics: { orders: {} },
      intended: { orders },
      apps: { job: { body, params: { orders } } },
      faults,
    })
    for (const order of orders) {
      const problem = judge(run, order, faults.length)
      if (problem !== undefined) return `${when}, ${problem}${endOf(run, 'job')}`
    }
    return undefined
  }
}
