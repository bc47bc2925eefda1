/**
 * Carries out one plan: starts the apps, restarts those that crash, ends when each has ended for
 * good and what they had sent has arrived. What is asked of the cluster before and after is in
 * prepare.ts and observation.ts.
 */
import type { BrokerRef, Plan } from '../history/plan'
import type { AppOutcome } from '../history/run'
import { partitionState } from '../clusters/admin'
import { moveLeader } from '../clusters/admin-leaders'
import { findCoordinator } from '../clusters/admin-groups'
import type { Cluster } from '../clusters/cluster'
import { sleep } from '../clusters/lab-timers'
import { allReadable } from '../clusters/observe'
import { pointLabel } from '../faults'
import type { AppAttempt } from './app-attempt'
import { startApp } from './app-start'
import type { AppSurroundings } from './app-start'
import { CaughtUp } from './caught-up'
import { watchCommits } from './commit-recorder'
import type { DurableValues } from './effects'
import { RunError, TimeLimitError } from './errors'
import { clientDefaults, consumerDefaults } from './facade'
import { FaultBoard } from './fault-board'
import type { FaultPowers } from './fault-board'
import type { Names } from './names'
import { partitionsOf } from './plan'
import type { Bodies } from './plan'
import { ProgressWatch } from './progress-watch'
import { Recorder } from './recorder'
import { watchRejections } from './unhandled-rejections'

/** How long a connection may take to close: a paused broker never answers. */
const closingMs = 1000

export class Execution {
  readonly recorder = new Recorder()
  readonly outcomes: Record<string, AppOutcome> = {}
  private readonly board: FaultBoard
  private readonly caughtUp: CaughtUp
  private readonly progress = new ProgressWatch()
  private readonly around: AppSurroundings
  private readonly stores = new Map<string, DurableValues>()
  private readonly attempts = new Map<string, AppAttempt>()
  private readonly all: AppAttempt[] = []
  private readonly struck = new Set<number>()
  /** Apps whose `startAt` point nothing has passed yet. */
  private readonly waiting: Set<string>
  private readonly finished = new Set<string>()
  private fail!: (error: unknown) => void
  private readonly failed = new Promise<never>((_, reject) => (this.fail = reject))

  constructor(
    private readonly plan: Plan,
    bodies: Bodies,
    private readonly cluster: Cluster,
    private readonly names: Names,
  ) {
    const apps = Object.entries(plan.apps)
    const startPoints = apps.flatMap(([, { startAt }]) => (startAt ? [startAt] : []))
    this.waiting = new Set(apps.flatMap(([app, { startAt }]) => (startAt ? [app] : [])))
    const { recorder } = this
    this.board = new FaultBoard(plan.faults, recorder, this.powers(), startPoints)
    const partitions = Object.entries(plan.topics).map(
      ([topic, settings]) => [topic, partitionsOf(settings)] as const,
    )
    this.caughtUp = new CaughtUp(Object.keys(plan.apps), new Map(partitions))
    recorder.subscribe((event) => this.caughtUp.observe(event))
    recorder.subscribe((event) => this.progress.observe(event))
    this.progress.configured({ ...plan, timeLimitMs: 0 })
    watchCommits(recorder)
    this.around = {
      plan,
      bodies,
      cluster,
      recorder,
      names,
      board: this.board,
      caughtUp: this.caughtUp,
      allReadable: () => this.allReadable(),
      doneByKey: new Set(),
      valuesOf: (store) => this.valuesOf(store),
      isBrokerUp: (broker) => !this.struck.has(broker),
      enter: (attempt, run) => cluster.time.enter(attempt, run),
      failed: (error) => this.fail(error),
      configured: (settings) => this.progress.configured(settings),
    }
  }

  private async allReadable(): Promise<void> {
    for (const [topic, { config }] of Object.entries(this.plan.topics)) {
      const leastInSync = Number(config?.['min.insync.replicas'] ?? 1)
      await allReadable(this.cluster.wire, this.names.outside(topic), leastInSync)
    }
  }

  /** Resolves when every app has ended for good and no fault is at work any more. */
  async run(): Promise<void> {
    const running = () => this.all.filter((attempt) => attempt.running)
    const stopWatching = watchRejections(
      () => this.cluster.time.owner,
      running,
      (error) => this.fail(error),
    )
    const stopListening = this.endOnInterrupt()
    const limit = new AbortController()
    try {
      this.recorder.start()
      this.board.start()
      const apps = Object.keys(this.plan.apps).map((app) => this.runApp(app))
      await Promise.race([
        ...[this.allEnded(apps), this.failed],
        ...[this.timeLimit(limit.signal), this.noProgress(limit.signal)],
      ])
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
      for (const socket of this.sockets) socket.crash()
      await Promise.all(this.sockets.map((socket) => socket.closed))
      stopListening()
      stopWatching()
    }
  }

  /** What the apps wrote before they ended still arrives, and faults may strike it. */
  private async allEnded(apps: Promise<void>[]): Promise<void> {
    await Promise.all(apps)
    await this.board.settled()
    await this.socketsClosed()
    await this.board.settled()
  }

  private async runApp(app: string): Promise<void> {
    const { startAt, restart, client = {} } = this.plan.apps[app]!
    if (startAt) await this.board.passed(startAt)
    this.waiting.delete(app)
    const most = restart ? (restart.times ?? 1) : 0
    for (let number = 1; ; number++) {
      const attempt = startApp(this.around, app, number)
      this.attempts.set(app, attempt)
      this.all.push(attempt)
      const ended = await attempt.ended
      const again = restart?.on === 'crash or error' ? ended !== 'done' : ended === 'crashed'
      const final = !again || number > most
      this.caughtUp.attemptEnded(app, number, this.recorder.events.length, final)
      if (final) {
        const settings = { ...clientDefaults, ...client, consumer: consumerDefaults }
        this.outcomes[app] = { attempts: number, ended, client: settings }
        this.finished.add(app)
        void this.checkStarts()
        return
      }
      await sleep(restart?.afterMs ?? 0)
    }
  }

  /** Ends the run when all that was started has ended and a `startAt` cannot be passed any more. */
  private async checkStarts(): Promise<void> {
    await this.board.settled()
    const unstarted = [...this.waiting]
    const isTimed = (app: string) => this.plan.apps[app]?.startAt?.at === 'time'
    const someRun = this.finished.size + unstarted.length < Object.keys(this.plan.apps).length
    if (unstarted.length === 0 || someRun || unstarted.some(isTimed)) return
    await this.socketsClosed()
    if (unstarted.some((app) => !this.waiting.has(app))) return
    const points = unstarted.map((app) => `${app} (${pointLabel(this.plan.apps[app]!.startAt!)})`)
    this.fail(new RunError(`never started, for nothing passed its startAt: ${points.join(', ')}`))
  }

  private valuesOf(store: string): DurableValues {
    const values = this.stores.get(store) ?? new Map<string, string>()
    this.stores.set(store, values)
    return values
  }

  private powers(): FaultPowers {
    return {
      isRunning: (app, number) => {
        const attempt = this.attempts.get(app)
        return attempt?.running === true && (number === undefined || attempt.attempt === number)
      },
      crash: (app) => this.attempts.get(app)?.crash(),
      failed: (error) => this.fail(error),
      actOnBroker: async (act, broker) => {
        const { control, simulated } = this.cluster
        const suffers = act === 'powerLoss' ? simulated : control
        if (!suffers) throw new RunError(`${act} is refused on the ${this.cluster.kind} cluster`)
        this.struck.add(broker)
        if (act === 'powerLoss') await simulated?.powerLoss(broker)
        else await control?.[act](broker)
      },
      cutOff: (app, broker) => {
        const { simulated, kind } = this.cluster
        if (!simulated) throw new RunError(`cutOff is refused on the ${kind} cluster`)
        simulated.cutOff(app, broker)
      },
      moveLeader: async ({ topic, partition, broker }) => {
        const place = { topic: this.names.outside(topic), partition }
        await moveLeader(this.cluster.wire, place, broker)
      },
      resolveBrokers: (ref) => this.resolveBrokers(ref),
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

  /**
   * An interrupted cell would leave its run going on in the background. Only where somebody else
   * listens too, as a notebook's kernel does: otherwise the signal ends the process, as it should.
   */
  private endOnInterrupt(): () => void {
    if (process.listenerCount('SIGINT') === 0) return () => undefined
    const listener = () => this.fail(new RunError('the run was interrupted'))
    process.on('SIGINT', listener)
    return () => process.removeListener('SIGINT', listener)
  }

  private async timeLimit(signal: AbortSignal): Promise<never> {
    const { timeLimitMs } = this.plan
    await sleep(timeLimitMs, signal)
    throw new TimeLimitError(`the run went past its limit of ${timeLimitMs} ms: ${this.whoWaits()}`)
  }

  /** In virtual time alone: a real cluster may be slow, and costs its reader's time anyhow. */
  private async noProgress(signal: AbortSignal): Promise<never> {
    const { time } = this.cluster
    if (!time.onTimer) return new Promise(() => undefined)
    time.onTimer((delayMs) => this.progress.waited(delayMs))
    for (;;) {
      const leftMs = this.progress.leftMs(this.recorder.now())
      if (leftMs < 0) break
      await sleep(leftMs + 1, signal)
    }
    throw new RunError(
      `nothing happened for ${this.progress.longestMs} ms, the longest timeout of this run: ` +
        this.whoWaits(),
    )
  }

  /** Each app that has not ended, and its calls that have not returned. */
  private whoWaits(): string {
    const { apps } = this.plan
    const running = this.all
      .filter((attempt) => attempt.running)
      .map((attempt) => {
        const missing = this.caughtUp.missing(attempt.app, attempt.attempt)
        const what = attempt.waits().join(', ') || 'nothing the lab knows of'
        const details = /caughtUp/.test(what) ? ` (${missing.join(', ')})` : ''
        return `${attempt.app} (attempt ${attempt.attempt}) waits for ${what}${details}`
      })
    const unstarted = [...this.waiting].map(
      (app) => `${app} waits for its startAt, ${pointLabel(apps[app]!.startAt!)}`,
    )
    return [...running, ...unstarted].join('; ') || 'every app has ended'
  }

  private get sockets() {
    return this.all.flatMap((attempt) => [...attempt.sockets])
  }

  /** Resolves when the sockets of the ended apps are closed, or when they had time to. */
  private async socketsClosed(): Promise<void> {
    const patience = new AbortController()
    const closed = Promise.all(this.sockets.map((socket) => socket.closed))
    await Promise.race([closed, sleep(closingMs, patience.signal)])
    patience.abort()
  }
}
