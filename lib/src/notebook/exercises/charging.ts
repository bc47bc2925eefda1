/**
 * What graders of consuming services share: a run in which the answer's body, as the app `billing`,
 * charges orders that are waiting (`effect('charge', order)`) and dies where the grader says.
 */
import { crash, effect, on } from '../../faults'
import { operationsNamed } from '../../history/operations'
import type { Fault, TopicPlan } from '../../history/plan'
import type { Run } from '../../history/run'
import type { AppBody, Experiment } from '../../lab'

export interface ChargingPlan {
  body: AppBody
  orders: string[]
  /** Default 1. The orders are dealt out one by one. */
  partitions?: number
  params: object
  /** Each strikes at most once, and the app is started again after it. */
  crashes?: Fault[]
}

/** The experiment of a service that charges the orders of `orders`. */
export function charging({ body, orders, partitions = 1, params, crashes = [] }: ChargingPlan) {
  const records = orders.map((value, i) => ({ value, partition: i % partitions }))
  const topic: TopicPlan = { partitions, records }
  const experiment: Experiment = {
    topics: { orders: topic },
    apps: { billing: { body, params, restart: { times: crashes.length } } },
    faults: crashes.map((fault) => ({ ...fault, optional: true as const })),
    timeLimitMs: 120_000,
  }
  return experiment
}

/** The app dies when it has charged the order for the first time. */
export function crashWhenCharged(order: string): Fault {
  return on(effect('charge', { id: order, nth: 1 }), crash())
}

/** How often the order was charged. An effect that names another one is none, whatever was read. */
export function chargesOf(run: Run, order: string): number {
  return operationsNamed(run.history, 'effect').filter(
    ({ outcome, value }) => outcome === 'ok' && value.kind === 'charge' && value.id === order,
  ).length
}

/** The first order that was never charged. */
export function uncharged(run: Run, orders: readonly string[]): string | undefined {
  return orders.find((order) => chargesOf(run, order) === 0)
}
