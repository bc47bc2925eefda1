/**
 * Virtual time for one run: events happen in the order of their time and, at the same time, in the
 * order in which they were made. Time moves from one event to the next, never by itself. Each event
 * is dispatched in an immediate of its own, with everything that it started in promises, so that
 * what happens inside can be attributed to the event's owner. Between some events and the next the
 * process is free to serve others, a kernel's messages for instance.
 */
import { EventQueue } from '../../simulation/event-queue'
import type { Timer } from '../../simulation/timers'

/** Whose event it is: an app's attempt; the lab's own events have no owner. */
export type EventOwner = object | undefined

/** Steps that need no turn of their own, since no app's code runs in them: the brokers'. */
export interface StepSource {
  /** When its next step is due; undefined: never. */
  readonly nextAtMs: number | undefined
  advanceTo(nowMs: number): void
}

/** Swaps what an event's code finds in the global scope: in before its dispatch, out behind it. */
export interface Surroundings {
  enter(): void
  leave(): void
}

const nothingLeft = 'the work has not ended, and nothing is left to happen in virtual time'

/** About a millisecond of work: a turn costs as much as an event, and the process must be free. */
const eventsPerTurn = 32

export class EventLoop {
  private readonly queue = new EventQueue()
  private current: EventOwner
  private surroundings: Surroundings | undefined

  constructor(private readonly sources: readonly StepSource[]) {}

  /** Milliseconds of virtual time since the loop was made. */
  now(): number {
    return this.queue.now()
  }

  /** Whose event is being dispatched. */
  get owner(): EventOwner {
    return this.current
  }

  /** Puts these in place around every dispatch from now on. */
  surroundWith(surroundings: Surroundings): void {
    this.surroundings = surroundings
  }

  /** Runs `run` that many milliseconds from now, as an event of `owner`. */
  at(delayMs: number, owner: EventOwner, run: () => void): Timer {
    return this.queue.after(Math.max(0, delayMs), () => this.dispatch(owner, run))
  }

  /**
   * Begins `work` as the first event and dispatches until it settles; what is left then never
   * happens. Rejects as `work` does, and when nothing is left that could settle it.
   */
  run<Result>(work: () => Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      let settled: (() => void) | undefined
      this.at(0, undefined, () => {
        void work().then(
          (result) => (settled = () => resolve(result)),
          (error: unknown) => (settled = () => reject(error)),
        )
      })
      let over = false
      const end = (how: () => void): void => {
        over = true
        how()
      }
      const prepare = (): void => {
        // Not before everything virtual is gone from the global scope of whoever waits.
        if (settled !== undefined) end(settled)
        else if (!this.stepToEvent()) end(() => reject(new Error(nothingLeft)))
      }
      const runEvent = (): void => {
        if (!over) this.queue.runNext(Infinity)
      }
      const leaveEvent = (): void => {
        if (over) return
        this.surroundings?.leave()
        this.current = undefined
        prepare()
      }
      const turn = (): void => {
        if (over) return
        // Two immediates of one turn per event: promises are drained between them, and nothing
        // else runs.
        for (let event = 0; event < eventsPerTurn; event++) {
          setImmediate(runEvent)
          setImmediate(leaveEvent)
        }
        setImmediate(turn)
      }
      prepare()
      turn()
    })
  }

  private dispatch(owner: EventOwner, run: () => void): void {
    this.current = owner
    this.surroundings?.enter()
    try {
      run()
    } catch (error) {
      // Nobody is there to catch it: it meets the owner as a rejection would.
      void Promise.reject(error)
    }
  }

  /** Takes all steps that come before the next event. @returns whether there is one */
  private stepToEvent(): boolean {
    for (;;) {
      const source = this.earliestSource()
      const sourceAt = source?.nextAtMs ?? Infinity
      const eventAt = this.queue.nextAtMs ?? Infinity
      if (source === undefined || eventAt < sourceAt) {
        if (eventAt === Infinity) return false
        for (const each of this.sources) each.advanceTo(eventAt)
        return true
      }
      this.queue.passTo(sourceAt)
      source.advanceTo(sourceAt)
    }
  }

  private earliestSource(): StepSource | undefined {
    let earliest: StepSource | undefined
    for (const source of this.sources) {
      const at = source.nextAtMs
      if (at !== undefined && at < (earliest?.nextAtMs ?? Infinity)) earliest = source
    }
    return earliest
  }
}
