/**
 * One attempt of one app: a process in all that matters. It owns its sockets and timers; when it
 * crashes they are gone, its calls never settle, and what it had promised itself never happens.
 * When its body returns, the process exits: what was written leaves, the rest is dropped.
 */
import type { ErrorRecord, History, OperationName, OperationValues } from '../history/events'
import { AppTimers } from './app-world'
import { errorRecord } from './errors'
import type { FaultBoard } from './fault-board'
import type { LabSocket } from './lab-socket'
import type { Names } from './names'
import { completeOperation, invokeOperation } from './recorder'
import type { OperationSource, Recorder } from './recorder'
import { ownPromise } from './unhandled-rejections'

export interface RunServices {
  recorder: Recorder
  board: FaultBoard
  names: Names
  /** Does something in the name of the attempt, in a turn of its own where time is virtual. */
  enter(attempt: AppAttempt, run: () => void): void
  /** Told of the settings of each client that the app makes. */
  configured(settings: object): void
  /** Ends the run with this error. */
  failed(error: unknown): void
}

/** `done`: the body returned; an error: it threw; `crashed`: it was killed. */
export type AttemptEnd = 'done' | 'crashed' | ErrorRecord

export class AppAttempt {
  readonly timers = new AppTimers()
  readonly sockets = new Set<LabSocket>()
  private state: 'running' | 'crashed' | 'ended' = 'running'
  private readonly pending = new Map<number, { label: string; sinceMs: number }>()
  /** Messages being handled now, by the call of their handler. */
  private readonly handling = new Map<number, string>()
  /** Values of all messages that handlers were given. */
  private readonly takenUp = new Set<string>()
  private readonly abort = new AbortController()

  /** How the attempt ended, once it has. */
  readonly ended: Promise<AttemptEnd>
  private readonly end: (ended: AttemptEnd) => void

  constructor(
    readonly app: string,
    readonly attempt: number,
    readonly services: RunServices,
  ) {
    let end!: (ended: AttemptEnd) => void
    this.ended = new Promise((resolve) => (end = resolve))
    this.end = end
  }

  get running(): boolean {
    return this.state === 'running'
  }

  get signal(): AbortSignal {
    return this.abort.signal
  }

  /** A promise that settles like `promise` while the app lives, and never after. */
  alive<Value>(promise: Promise<Value>): Promise<Value> {
    const settled = new Promise<Value>((resolve, reject) => {
      const settle = (run: () => void) => this.services.enter(this, () => this.running && run())
      promise.then(
        (value) => settle(() => resolve(value)),
        (error: unknown) => settle(() => reject(error)),
      )
    })
    return ownPromise(settled, this)
  }

  /** For calls that answer at once: a dead process answers nothing. */
  requireRunning(what: string): void {
    if (!this.running) throw new Error(`${what}: ${this.app} is no longer running`)
  }

  /** Runs and records one operation of the app. */
  operate<Name extends OperationName, Result>(
    operation: Name,
    client: string | undefined,
    value: OperationValues[Name],
    work: (call: number) => Promise<Result>,
    atOk: (result: Result) => Partial<OperationValues[Name]> = () => ({}),
  ): Promise<Result> {
    if (!this.running) return new Promise(() => undefined)
    const { recorder, names } = this.services
    const source: OperationSource<Name> = {
      app: this.app,
      attempt: this.attempt,
      operation,
      ...(client !== undefined && { client }),
      value,
    }
    const since = recorder.events.length
    const call = invokeOperation(recorder, source)
    this.pending.set(call, { label: label(source), sinceMs: recorder.now() })
    return this.alive(
      work(call).then(
        (result) => {
          this.pending.delete(call)
          if (this.running) {
            const ended = { ...source, value: { ...value, ...atOk(result) } }
            completeOperation(recorder, ended, { call, type: 'ok' })
          }
          return result
        },
        (error: unknown) => {
          this.pending.delete(call)
          names.errorInside(error)
          if (this.running) {
            const type = mayHaveHappened(recorder.events, since, source) ? 'info' : 'fail'
            completeOperation(recorder, source, { call, type, error: errorRecord(error) })
          }
          throw error
        },
      ),
    )
  }

  /**
   * Records an act that takes place the moment it is called, then lets the faults at its point
   * strike: after a crash there the act has happened and the app has not gone on. Rejects as
   * `passPoint` does.
   */
  happens<Name extends 'effect' | 'store'>(
    operation: Name,
    value: OperationValues[Name],
    passPoint: () => Promise<unknown> | undefined,
  ): Promise<void> {
    if (!this.running) return new Promise(() => undefined)
    const { recorder } = this.services
    const source: OperationSource<Name> = {
      app: this.app,
      attempt: this.attempt,
      operation,
      value,
    }
    const call = invokeOperation(recorder, source)
    completeOperation(recorder, source, { call, type: 'ok' })
    return this.alive(Promise.resolve(passPoint()).then(() => undefined))
  }

  /**
   * The message an effect was done for, where its id is not the value of one that was taken up: the
   * message whose handler runs, when exactly one does. Work that was handed off names its own.
   */
  causeOf(id: string): string | undefined {
    if (this.takenUp.has(id) || this.handling.size !== 1) return undefined
    return [...this.handling.values()][0]
  }

  beginHandling(call: number, values: readonly (string | null)[]): void {
    for (const value of values) if (value !== null) this.takenUp.add(value)
    const [only] = values
    if (values.length === 1 && typeof only === 'string') this.handling.set(call, only)
  }

  endHandling(call: number): void {
    this.handling.delete(call)
  }

  /** What the app waits for now, longest first. */
  waits(): string[] {
    const now = this.services.recorder.now()
    return [...this.pending.values()].map(
      ({ label: what, sinceMs }) => `${what} for ${((now - sinceMs) / 1000).toFixed(1)} s`,
    )
  }

  /** SIGKILL: sockets and timers are gone, and nothing of the app goes on. */
  crash(): void {
    if (!this.running) return
    this.state = 'crashed'
    this.record('crashed')
    this.timers.freeze()
    for (const socket of this.sockets) socket.crash()
    this.end('crashed')
  }

  /** The body returned, so the process exits: connections close behind what was written. */
  exit(): void {
    this.leave('done')
  }

  /** The body threw, or a rejection was handled by nobody: the process exits with an error. */
  fail(error: unknown): void {
    this.leave(errorRecord(this.services.names.errorInside(error)))
  }

  private leave(ended: AttemptEnd): void {
    if (!this.running) return
    this.state = 'ended'
    this.record('ended', typeof ended === 'string' ? undefined : ended)
    this.timers.freeze()
    for (const socket of this.sockets) socket.end()
    this.end(ended)
  }

  private record(state: 'crashed' | 'ended', error?: ErrorRecord): void {
    const { app, attempt } = this
    this.services.recorder.record({ type: 'app', app, attempt, state, ...(error && { error }) })
  }

  /** The run is given up. */
  giveUp(): void {
    this.abort.abort()
    this.crash()
  }
}

const writing = ['Produce', 'EndTxn', 'TxnOffsetCommit', 'OffsetCommit']

/**
 * Whether the operation may have happened although it was rejected: something that writes left
 * this client meanwhile. If nothing did, it certainly did not happen.
 */
function mayHaveHappened(events: History, since: number, source: OperationSource<OperationName>) {
  return events
    .slice(since)
    .some(
      (event) =>
        event.type === 'frame' &&
        event.direction === 'request' &&
        event.client === source.client &&
        event.app === source.app &&
        event.attempt === source.attempt &&
        writing.includes(event.api),
    )
}

function label<Name extends OperationName>(source: OperationSource<Name>): string {
  const { operation, client, value } = source
  const where = client === undefined ? operation : `${client}.${operation}`
  const messages = 'messages' in value ? value.messages : []
  const named = messages.slice(0, 3).map((message) => `${message.topic}: ${message.value}`)
  const more = messages.length > 3 ? `, and ${messages.length - 3} more` : ''
  return named.length > 0 ? `${where} (${named.join(', ')}${more})` : where
}
