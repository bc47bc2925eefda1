/**
 * Carries out a plan's faults. Whatever passes a point is told here first; the board says which
 * rules fire, runs their acts in order while the thing waits, and lets go whatever waited for the
 * point. Acts run synchronously up to the first one that has to wait: a crash at a request happens
 * before the next line of the app.
 */
import { nextTurn, setLabTimeout } from '../clusters/lab-timers'
import { PointMatcher, pointLabel } from '../faults'
import type { FrameAtPoint, RequestHits, ThingAtPoint } from '../faults'
import type { Act, BrokerRef, Fault, Point } from '../history/plan'
import { RunError } from './errors'
import type { Recorder } from './recorder'

/** What acts can do to the frame at the point. */
export interface FrameControls {
  frame: number
  /** Sends the request once more behind itself. */
  duplicate(): void
  /** Sends a copy on a connection of its own, and waits for its answer or for the signal. */
  resend(signal: AbortSignal): Promise<void>
  disconnect(): void
  drop(): void
}

/** The thing at a point, as far as it has one. */
export interface AtPoint {
  app?: string
  attempt?: number
  controls?: FrameControls
}

/** What the board needs of the run around it. */
export interface FaultPowers {
  /** Whether the app runs now, in this attempt if one is given. */
  isRunning(app: string, attempt: number | undefined): boolean
  crash(app: string): void
  actOnBroker(act: BrokerAct, broker: number): Promise<void>
  cutOff(app: string, broker: number): void
  moveLeader(to: { topic: string; partition: number; broker: number }): Promise<void>
  resolveBrokers(broker: BrokerRef): Promise<number[]>
  /** An act that could not be carried out ends the run with this error. */
  failed(error: unknown): void
}

/** What each act leaves of the broker. */
const states = {
  kill: 'killed',
  loseDisk: 'lost its disk',
  pause: 'paused',
  powerLoss: 'lost power',
  restart: 'restarted',
  resume: 'resumed',
} as const

export type BrokerAct = keyof typeof states

interface Gate {
  passed: Promise<void>
  open: () => void
}

export class FaultBoard {
  private readonly matcher: PointMatcher
  private readonly rules = new Map<Point, number>()
  private readonly gates = new Map<Point, Gate>()
  private readonly fired = new Set<Point>()
  private readonly timers = new Set<ReturnType<typeof setTimeout>>()
  private readonly working = new Set<Promise<unknown>>()
  private readonly closing = new AbortController()

  constructor(
    private readonly faults: readonly Fault[],
    private readonly recorder: Recorder,
    private readonly powers: FaultPowers,
    startPoints: readonly Point[] = [],
  ) {
    faults.forEach((fault, rule) => this.rules.set(fault.point, rule))
    const waitedFor = faults.flatMap((fault) =>
      fault.acts.flatMap((act) =>
        act.act === 'holdUntil' || act.act === 'resendAt' ? [act.point] : [],
      ),
    )
    for (const point of [...waitedFor, ...startPoints]) this.gates.set(point, makeGate())
    this.matcher = new PointMatcher([...this.rules.keys(), ...this.gates.keys()])
  }

  /** Arms the points in time; call when the apps start. */
  start(): void {
    for (const point of new Set([...this.rules.keys(), ...this.gates.keys()])) {
      if (point.at !== 'time') continue
      const timer = setLabTimeout(
        () => {
          this.timers.delete(timer)
          const work = this.pass([point], {})
          if (work) void this.track(work)
        },
        Math.max(1, point.ms),
      )
      this.timers.add(timer)
    }
  }

  /** Resolves when something has passed the point. */
  passed(point: Point): Promise<void> {
    const gate = this.gates.get(point)
    if (!gate) throw new Error(`nothing waits for ${pointLabel(point)} in this plan`)
    return gate.passed
  }

  /**
   * The app has written a request. What waits for this goes on at once, even if the request itself
   * stands behind a frame that is held: a retry can so let go the request it repeats.
   */
  requestLeaves(frame: FrameAtPoint): RequestHits {
    const hits = this.matcher.requestLeaves(frame)
    for (const point of hits.request) {
      if (this.rules.has(point)) continue
      this.fired.add(point)
      this.gates.get(point)?.open()
    }
    return hits
  }

  responseArrives(frame: FrameAtPoint): Point[] {
    return this.matcher.responseArrives(frame)
  }

  effectHappens(kind: string, id: string, thing: ThingAtPoint): ReturnType<FaultBoard['pass']> {
    return this.pass(this.matcher.effectHappens(kind, id, thing), thing)
  }

  valueStored(key: string, thing: ThingAtPoint): ReturnType<FaultBoard['pass']> {
    return this.pass(this.matcher.valueStored(key, thing), thing)
  }

  /**
   * Something passes these points. @returns undefined when nothing had to wait and the thing goes
   * on, else a promise of `'consumed'` or `'goes on'`.
   */
  pass(points: readonly Point[], thing: AtPoint): Promise<'consumed' | 'goes on'> | undefined {
    if (points.length === 0) return undefined
    const rules: number[] = []
    for (const point of points) {
      this.fired.add(point)
      this.gates.get(point)?.open()
      const rule = this.rules.get(point)
      if (rule !== undefined) rules.push(rule)
    }
    return rules.length === 0 ? undefined : this.carryOut(rules, thing)
  }

  /**
   * Resolves when no act that ends by itself and no resent frame is under way any more. A frame
   * held until a point may be held for ever: it is not waited for.
   */
  async settled(): Promise<void> {
    do {
      await Promise.allSettled([...this.working])
      // What waited for the act begins its next one in this turn.
      await nextTurn()
    } while (this.working.size > 0)
  }

  /** Stops all waiting: what is held stays held, and resent frames are given up. */
  close(): void {
    this.closing.abort()
    for (const timer of this.timers) clearTimeout(timer)
    this.timers.clear()
  }

  /** Labels of the points that had to be passed and were not. */
  unfired(): string[] {
    return this.faults.flatMap((fault, rule) => {
      if (fault.optional === true) return []
      const label = `faults[${rule}], on(${pointLabel(fault.point)}, …)`
      if (!this.fired.has(fault.point)) return [label]
      return this.stillWaitedFor(fault).map((point) => `${label}: ${pointLabel(point)}`)
    })
  }

  private stillWaitedFor(fault: Fault): Point[] {
    return fault.acts.flatMap((act) =>
      (act.act === 'holdUntil' || act.act === 'resendAt') && !this.fired.has(act.point)
        ? [act.point]
        : [],
    )
  }

  private async carryOut(
    rules: readonly number[],
    thing: AtPoint,
  ): Promise<'consumed' | 'goes on'> {
    let consumed = false
    for (const rule of rules) {
      for (const act of this.faults[rule]?.acts ?? []) {
        if (this.closing.signal.aborted) return 'consumed'
        consumed = isConsuming(act, thing) || consumed
        try {
          const work = this.doAct(act, rule, thing)
          if (work) await work
        } catch (error) {
          this.powers.failed(error)
          return 'consumed'
        }
      }
    }
    return consumed ? 'consumed' : 'goes on'
  }

  /** @returns a promise when the act takes time */
  private doAct(act: Act, rule: number, thing: AtPoint): Promise<unknown> | void {
    const { controls } = thing
    const app = act.act === 'cutOff' ? act.app : thing.app
    const note = (broker?: number) =>
      void this.recorder.record({
        type: 'act',
        rule,
        act: act.act,
        ...(app !== undefined && { app }),
        ...(thing.attempt !== undefined && { attempt: thing.attempt }),
        ...(controls && { frame: controls.frame }),
        ...(broker !== undefined && { broker }),
      })
    switch (act.act) {
      case 'drop':
      case 'disconnect':
      case 'duplicate':
        note()
        return controls?.[act.act]()
      case 'resendAt':
        note()
        return void this.passed(act.point).then(() => this.resend(controls))
      case 'delay':
      case 'sleep':
        note()
        return this.track(this.wait(act.ms))
      case 'holdUntil':
        note()
        return this.passed(act.point)
      case 'crash':
        return this.crash(act.app, rule, thing, note)
      case 'kill':
      case 'pause':
      case 'resume':
      case 'powerLoss':
      case 'loseDisk':
      case 'restart':
        return this.track(this.onBrokers(act.act, act.broker, note))
      case 'moveLeader':
        note(act.broker)
        return this.track(this.powers.moveLeader(act))
      case 'cutOff':
        return this.track(this.cutOff(act.app, act.broker, note))
    }
  }

  /** The app named; without a name the one at the point, and no later attempt of it. */
  private crash(named: string | undefined, rule: number, thing: AtPoint, note: () => void): void {
    const app = named ?? thing.app
    if (app === undefined) throw new RunError('crash() has no app here: write crash(name)')
    const attempt = named === undefined ? thing.attempt : undefined
    if (this.powers.isRunning(app, attempt)) {
      note()
      this.powers.crash(app)
    } else if (this.faults[rule]?.optional !== true) {
      throw new RunError(
        `faults[${rule}]: crash('${app}') came when ${app} was not running: ` +
          `choose a point at which it is`,
      )
    }
  }

  private resend(controls: FrameControls | undefined): void {
    const { signal } = this.closing
    if (signal.aborted || !controls) return
    const work = controls.resend(signal).catch((error: unknown) => this.powers.failed(error))
    void this.track(work)
  }

  private async onBrokers(
    act: BrokerAct,
    ref: BrokerRef,
    note: (broker: number) => void,
  ): Promise<void> {
    const brokers = await this.brokersOf(act, ref)
    await Promise.all(
      brokers.map(async (broker) => {
        note(broker)
        await this.powers.actOnBroker(act, broker)
        this.recorder.record({ type: 'broker', broker, state: states[act] })
      }),
    )
  }

  private async cutOff(app: string, ref: BrokerRef, note: (broker: number) => void): Promise<void> {
    for (const broker of await this.brokersOf('cutOff', ref)) {
      note(broker)
      this.powers.cutOff(app, broker)
    }
  }

  private async brokersOf(act: Act['act'], ref: BrokerRef): Promise<number[]> {
    const brokers = typeof ref === 'number' ? [ref] : await this.powers.resolveBrokers(ref)
    if (brokers.length > 0) return brokers
    throw new RunError(`${act}() found no broker for ${JSON.stringify(ref)}`)
  }

  private wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setLabTimeout(() => {
        this.timers.delete(timer)
        resolve()
      }, ms)
      this.timers.add(timer)
    })
  }

  /** Counts as under way until it settles. */
  private track<Result>(work: Promise<Result>): Promise<Result> {
    const done = () => void this.working.delete(work)
    this.working.add(work)
    work.then(done, done)
    return work
  }
}

/** Whether the thing at the point does not go on after this act. */
function isConsuming(act: Act, thing: AtPoint): boolean {
  if (act.act === 'crash') return act.app === undefined || act.app === thing.app
  return act.act === 'drop' || act.act === 'disconnect'
}

function makeGate(): Gate {
  let open!: () => void
  const passed = new Promise<void>((resolve) => (open = resolve))
  return { passed, open }
}
