/**
 * What graders of consuming services share: a run in which the answer's body, as the app `billing`,
 * charges orders that are waiting (`effect('charge', order)`) and dies where the grader says.
 */
import { crash, effect, on } from '../../faults'
import { operationsNamed } from '../../history/operations'
import type { Fault, Point, TopicPlan } from '../../history/plan'
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

export interface PairPlan extends Omit<ChargingPlan, 'params' | 'crashes'> {
  params: object
  /** Of `billing-2`; default: those of `billing-1`. */
  secondParams?: object
  /** When `billing-2` starts. */
  joinsAt: Point
  faults?: Fault[]
}

/** Two instances of a service in one group: `billing-1`, and `billing-2` that comes later. */
export function chargingPair(plan: PairPlan): Experiment {
  const { body, orders, partitions = 1, params, secondParams = params, joinsAt, faults = [] } = plan
  const records = orders.map((value, i) => ({ value, partition: i % partitions }))
  return {
    topics: { orders: { partitions, records } },
    apps: {
      'billing-1': { body, params },
      'billing-2': { body, params: secondParams, startAt: joinsAt },
    },
    faults: faults.map((fault) => ({ ...fault, optional: true as const })),
    timeLimitMs: 120_000,
  }
}

/** From the start of `billing-2` to its first charge; undefined if it charged nothing. */
export function firstChargeMs(run: Run): number | undefined {
  const isSecond = (event: Run['history'][number]) => 'app' in event && event.app === 'billing-2'
  const started = run.history.find((event) => event.type === 'app' && isSecond(event))
  const charged = run.history.find(
    (event) => event.type === 'ok' && event.operation === 'effect' && isSecond(event),
  )
  return started && charged && charged.timeMs - started.timeMs
}

/** The first order that was charged more than once. */
export function chargedTwice(run: Run, orders: readonly string[]): string | undefined {
  return orders.find((order) => chargesOf(run, order) > 1)
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
