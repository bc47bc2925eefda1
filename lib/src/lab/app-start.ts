/**
 * Starts one attempt of one app: loads a kafkajs of its own, hands the body what an app is given,
 * and ends the attempt when the body returns or throws. What is around the apps (restarts, the time
 * limit, the cluster) is execution.ts's; an app in a process of its own is started here too.
 */
import type { Cluster } from '../clusters/cluster'
import type { Plan } from '../history/plan'
import { AppAttempt } from './app-attempt'
import type { RunServices } from './app-attempt'
import { attemptSeed, appWorld, seededRandom } from './app-world'
import type { CaughtUp } from './caught-up'
import { effectOf, storeOf, type OutsideWorld } from './effects'
import type { App } from './experiment'
import { kafkaFacade } from './facade'
import { loadKafkajs } from './kafkajs-module'
import type { SocketOwner } from './lab-socket'
import type { Bodies } from './plan'

/** What the apps of one run share. */
export interface AppSurroundings extends RunServices, OutsideWorld {
  board: RunServices['board']
  plan: Plan
  bodies: Bodies
  cluster: Pick<Cluster, 'brokers' | 'open'>
  caughtUp: CaughtUp
  /** Resolves when what was appended can be read: the high watermarks are at the log ends. */
  allReadable(): Promise<void>
  /** False once a fault has struck the broker. */
  isBrokerUp(broker: number): boolean
}

/** The attempt is running when this returns; the body begins in a later microtask. */
export function startApp(around: AppSurroundings, app: string, number: number): AppAttempt {
  const attempt = new AppAttempt(app, number, around)
  around.recorder.record({ type: 'app', app, attempt: number, state: 'started' })
  const given = appOf(around, attempt)
  const body = around.bodies[app]!
  void new Promise<void>((resolve) => around.enter(attempt, resolve))
    .then(() => body(given))
    .then(
      () => attempt.exit(),
      (error: unknown) => attempt.fail(error),
    )
  return attempt
}

function appOf(around: AppSurroundings, attempt: AppAttempt): App {
  const { app, attempt: number } = attempt
  const { plan, caughtUp, cluster } = around
  const { params, client = {}, store = app } = plan.apps[app]!
  const random = seededRandom(attemptSeed(plan.seed, app, number))
  const kafkajs = loadKafkajs(appWorld(attempt.timers, random))
  return {
    kafka: kafkaFacade({
      attempt,
      kafkajs,
      brokers: cluster.brokers.map(({ host, port }) => `${host}:${port}`),
      client,
      caughtUp,
      socketOwner: (name) => socketOwner(around, attempt, name),
    }),
    kafkajs,
    attempt: number,
    params,
    store: storeOf(around, attempt, store),
    effect: effectOf(around, attempt, store),
    caughtUp: () => attempt.operate('caughtUp', undefined, {}, () => catchUp(around, attempt)),
    signal: attempt.signal,
  }
}

/**
 * A high watermark moves a little after an append with acks 0 or 1, so that a reader at its end may
 * not be at the log's: it counts only from when both are known to have met.
 */
async function catchUp(around: AppSurroundings, { app, attempt }: AppAttempt): Promise<void> {
  const { caughtUp, recorder } = around
  await caughtUp.wait(app, attempt)
  let since: number
  do {
    await around.allReadable()
    since = recorder.events.length
    await caughtUp.wait(app, attempt, since)
  } while (caughtUp.producedSince(since))
}

function socketOwner(around: AppSurroundings, attempt: AppAttempt, client: string): SocketOwner {
  const { board, names, recorder, isBrokerUp, failed } = around
  const { cluster } = around
  const ids = new Map(cluster.brokers.map(({ id, host, port }) => [`${host}:${port}`, id] as const))
  return {
    app: attempt.app,
    attempt: attempt.attempt,
    client,
    board,
    names,
    recorder,
    isBrokerUp,
    failed,
    brokerAt: (host, port) => ids.get(`${host}:${port}`) ?? -1,
    open: (host, port) => cluster.open(attempt, host, port),
  }
}
