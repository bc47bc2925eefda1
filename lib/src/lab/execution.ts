/**
 * Carries out one plan: starts the apps, restarts those that crash, ends when each has ended for
 * good. What is asked of the cluster before and after is in prepare.ts and observe.ts.
 */
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { BrokerRef, Plan } from '../history/plan'
import type { AppOutcome } from '../history/run'
import { partitionState } from '../clusters/admin'
import { findCoordinator } from '../clusters/admin-groups'
import type { Cluster } from '../clusters/cluster'
import { AppAttempt } from './app-attempt'
import type { AttemptEnd } from './app-attempt'
import { attemptSeed, realWorld, seededRandom } from './app-world'
import { CaughtUp } from './caught-up'
import { watchCommits } from './commit-recorder'
import { RunError, TimeLimitError } from './errors'
import type { App, Store } from './experiment'
import { clientDefaults, consumerDefaults, kafkaFacade } from './facade'
import { FaultBoard } from './fault-board'
import { loadKafkajs } from './kafkajs-module'
import type { SocketOwner } from './lab-socket'
import { Names } from './names'
import { partitionsOf } from './plan'
import type { Bodies } from './plan'
import { Recorder } from './recorder'
import { watchRejections } from './unhandled-rejections'

export class Execution {
  readonly recorder = new Recorder()
  readonly outcomes: Record<string, AppOutcome> = {}
  private readonly board: FaultBoard
  private readonly caughtUp: CaughtUp
  private readonly stores = new Map<string, Map<string, string>>()
  private readonly attempts = new Map<string, AppAttempt>()
  private readonly all: AppAttempt[] = []
  private readonly struck = new Set<number>()
  private failure: { error: unknown } | undefined
  private fail!: (error: unknown) => void
  private readonly failed = new Promise<never>((_, reject) => (this.fail = reject))

  constructor(
    private readonly plan: Plan,
    private readonly bodies: Bodies,
    private readonly cluster: Cluster,
    readonly names: Names,
  ) {
    const apps = Object.entries(plan.apps)
    const startPoints = apps.flatMap(([, { startAt }]) => (startAt ? [startAt] : []))
    this.board = new FaultBoard(plan.faults, this.recorder, this.powers(), startPoints)
    const partitions = Object.entries(plan.topics).map(
      ([topic, settings]) => [topic, partitionsOf(settings)] as const,
    )
    this.caughtUp = new CaughtUp(Object.keys(plan.apps), new Map(partitions))
    this.recorder.subscribe((event) => this.caughtUp.observe(event))
    watchCommits(this.recorder)
    this.failed.catch((error: unknown) => (this.failure ??= { error }))
  }

  /** Whether a fault killed or paused a broker: then the cluster needs healing. */
  get brokersStruck(): boolean {
    return this.struck.size > 0
  }

  /** Resolves when every app has ended for good and no fault is at work any more. */
  async run(): Promise<void> {
    const stopWatching = watchRejections(() => this.all.filter((attempt) => attempt.running))
    const limit = new AbortController()
    try {
      this.recorder.start()
      this.board.start()
      const apps = Object.keys(this.plan.apps).map((app) => this.runApp(app))
      await Promise.race([
        Promise.all(apps).then(() => this.board.settled()),
        this.neverStarted(apps),
        this.failed,
        this.timeLimit(limit.signal),
      ])
      if (this.failure) throw this.failure.error
      const unfired = this.board.unfired()
      if (unfired.length > 0) {
        throw new RunError(
          `nothing passed the point of ${unfired.join(' and of ')}: ` +
            `an experiment whose fault never happened proves nothing`,
        )
      }
    } finally {
      limit.abort()
      this.board.close()
      for (const attempt of this.all) attempt.giveUp()
      await this.closeSockets()
      stopWatching()
    }
  }

  private async runApp(app: string): Promise<void> {
    const { startAt, restart, client = {} } = this.plan.apps[app]!
    if (startAt) await this.board.passed(startAt)
    const most = restart ? (restart.times ?? 1) : 0
    for (let attempt = 1; ; attempt++) {
      const ended = await this.runAttempt(app, attempt)
      const final = ended !== 'crashed' || attempt > most
      this.caughtUp.attemptEnded(app, attempt, this.recorder.events.length, final)
      if (final) {
        const settings = { ...clientDefaults, ...client, consumer: consumerDefaults }
        this.outcomes[app] = { attempts: attempt, ended, client: settings }
        return
      }
      await sleep(restart?.afterMs ?? 0)
    }
  }

  private async runAttempt(app: string, number: number): Promise<AttemptEnd> {
    const { recorder, board, names } = this
    const attempt = new AppAttempt(app, number, { recorder, board, names })
    this.attempts.set(app, attempt)
    this.all.push(attempt)
    recorder.record({ type: 'app', app, attempt: number, state: 'started' })
    const given = this.appOf(attempt)
    const body = this.bodies[app]!
    void Promise.resolve()
      .then(() => body(given))
      .then(
        () => attempt.exit(),
        (error: unknown) => attempt.fail(error),
      )
    return attempt.ended
  }

  private appOf(attempt: AppAttempt): App {
    const { app, attempt: number } = attempt
    const plan = this.plan.apps[app]!
    const random = seededRandom(attemptSeed(this.plan.seed, app, number))
    const kafkajs = loadKafkajs(realWorld(attempt.timers, random))
    const { board, caughtUp } = this
    return {
      kafka: kafkaFacade({
        attempt,
        kafkajs,
        brokers: this.cluster.brokers.map(({ host, port }) => `${host}:${port}`),
        client: plan.client ?? {},
        caughtUp,
        socketOwner: (client) => this.socketOwner(attempt, client),
      }),
      kafkajs,
      attempt: number,
      params: plan.params,
      store: this.storeOf(attempt),
      effect: (kind, id) => {
        const cause = attempt.handled
        const value = { kind, id, ...(cause !== undefined && cause !== id && { cause }) }
        return attempt.happens('effect', value, () => board.effectHappens(kind, id, attempt))
      },
      caughtUp: () =>
        attempt.operate('caughtUp', undefined, {}, () => caughtUp.wait(app, number)),
      signal: attempt.signal,
    }
  }

  private storeOf(attempt: AppAttempt): Store {
    const values = this.stores.get(attempt.app) ?? new Map<string, string>()
    this.stores.set(attempt.app, values)
    return {
      get: <Value>(key: string) => {
        attempt.requireRunning('store.get()')
        const text = values.get(key)
        return text === undefined ? undefined : (JSON.parse(text) as Value)
      },
      set: (key, value) => {
        if (attempt.running) values.set(key, JSON.stringify(value))
        return attempt.happens('store', { key, value }, () =>
          this.board.valueStored(key, attempt),
        )
      },
    }
  }

  private socketOwner(attempt: AppAttempt, client: string): SocketOwner {
    const { board, names, recorder } = this
    const ids = new Map(
      this.cluster.brokers.map(({ id, host, port }) => [`${host}:${port}`, id] as const),
    )
    return {
      app: attempt.app,
      attempt: attempt.attempt,
      client,
      board,
      names,
      recorder,
      brokerAt: (host, port) => ids.get(`${host}:${port}`) ?? -1,
      isBrokerUp: (broker) => !this.struck.has(broker),
      open: (host, port) => connect({ host, port }),
      failed: (error) => this.fail(error),
    }
  }

  private powers() {
    return {
      crash: (app: string) => this.attempts.get(app)?.crash(),
      failed: (error: unknown) => this.fail(error),
      actOnBroker: async (act: 'kill' | 'pause' | 'resume' | 'restart', broker: number) => {
        const { processes } = this.cluster
        if (!processes) throw new RunError(`${act} is refused on a cluster of your own`)
        this.struck.add(broker)
        await processes[act](broker)
      },
      resolveBrokers: (ref: BrokerRef) => this.resolveBrokers(ref),
    }
  }

  private async resolveBrokers(ref: BrokerRef): Promise<number[]> {
    const { wire, brokers } = this.cluster
    if (typeof ref === 'number') return [ref]
    if (ref === 'all') return brokers.map(({ id }) => id)
    if ('coordinatorOf' in ref) {
      const of = ref.coordinatorOf
      const key =
        'group' in of
          ? { group: this.names.outside(of.group) }
          : { transactionalId: this.names.outside(of.transactionalId) }
      return [await findCoordinator(wire, key)]
    }
    const { topic, partition } = 'leaderOf' in ref ? ref.leaderOf : ref.followersOf
    const states = await partitionState(wire, this.names.outside(topic))
    const state = states.find((entry) => entry.partition === partition)
    if (!state || state.leader < 0) throw new RunError(`${topic}-${partition} has no leader now`)
    if ('leaderOf' in ref) return [state.leader]
    return state.replicas.filter((replica) => replica !== state.leader)
  }

  /** Rejects when all that was started has ended and a `startAt` can no longer be passed. */
  private async neverStarted(apps: Promise<void>[]): Promise<never> {
    const waiting = Object.entries(this.plan.apps).filter(([, { startAt }]) => startAt)
    const others = apps.filter((_, index) => !Object.values(this.plan.apps)[index]?.startAt)
    if (waiting.length > 0) {
      await Promise.all(others)
      await this.board.settled()
      const unstarted = waiting.filter(
        ([app, { startAt }]) => startAt?.at !== 'time' && !this.attempts.has(app),
      )
      if (unstarted.length > 0 && !this.all.some((attempt) => attempt.running)) {
        const names = unstarted.map(([app]) => app).join(', ')
        throw new RunError(`${names} never started: nothing passed its startAt point`)
      }
    }
    return new Promise<never>(() => undefined)
  }

  private async timeLimit(signal: AbortSignal): Promise<never> {
    const { timeLimitMs } = this.plan
    await sleep(timeLimitMs, undefined, { signal }).catch(() => new Promise<never>(() => undefined))
    const waits = this.all
      .filter((attempt) => attempt.running)
      .map((attempt) => {
        const missing = this.caughtUp.missing(attempt.app, attempt.attempt)
        const what = attempt.waits().join(', ') || 'nothing the lab knows of'
        const details = /caughtUp/.test(what) ? ` (${missing.join(', ')})` : ''
        return `${attempt.app} (attempt ${attempt.attempt}) waits for ${what}${details}`
      })
    throw new TimeLimitError(
      `the run went past its limit of ${timeLimitMs} ms: ${waits.join('; ') || 'no app runs'}`,
    )
  }

  /** A broker that is paused never closes: then the lab does, after a second. */
  private async closeSockets(): Promise<void> {
    const sockets = this.all.flatMap((attempt) => [...attempt.sockets])
    const patience = new AbortController()
    const closed = Promise.all(sockets.map((socket) => socket.closed))
    const tired = sleep(1000, undefined, { signal: patience.signal }).catch(() => undefined)
    await Promise.race([closed, tired])
    patience.abort()
    for (const socket of sockets) socket.crash()
  }
}
