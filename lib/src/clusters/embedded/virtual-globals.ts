/**
 * The global timers, clock and random numbers as an app finds them during an embedded run: those of
 * the run while one of its events is dispatched, the process's own at any other time. So a reader's
 * plain `setTimeout` waits in virtual time, repeats with the run, and ends with its app, while a
 * notebook's kernel in the same process never sees a virtual clock.
 */
import type { EventLoop, EventOwner, Surroundings } from './event-loop'

/** Virtual time begins here, in every run: 2026-01-01T00:00:00Z. */
export const startOfTimeMs = Date.UTC(2026, 0, 1)

/** A timer as Node's `setTimeout` returns it, as far as callers use it. */
interface VirtualTimer {
  cancel(): void
  ref(): VirtualTimer
  unref(): VirtualTimer
  hasRef(): boolean
}

type Callback = (...values: unknown[]) => void

/** An owner whose process is gone hears no timer any more. */
interface MortalOwner {
  running?: boolean
}

export interface VirtualGlobals extends Surroundings {
  /** Called with the delay of each timer that an app sets, in milliseconds. */
  onTimer?: (delayMs: number) => void
}

/**
 * @param random numbers in [0, 1) for `Math.random`, by the owner of the event that asks
 */
export function virtualGlobals(
  loop: EventLoop,
  random: (owner: EventOwner) => number,
): VirtualGlobals {
  const timers: Pick<VirtualGlobals, 'onTimer'> = {}
  const virtual = replacements(loop, random, (delayMs) => timers.onTimer?.(delayMs))
  const own = { now: performance.now.bind(performance), random: Math.random }
  const real = {
    setTimeout,
    setInterval,
    setImmediate,
    clearTimeout,
    clearInterval,
    clearImmediate,
    Date,
  }
  return Object.assign(timers, {
    enter() {
      Object.assign(globalThis, virtual.globals)
      Math.random = virtual.random
      performance.now = virtual.now
    },
    leave() {
      Object.assign(globalThis, real)
      Math.random = own.random
      performance.now = own.now
    },
  })
}

function replacements(
  loop: EventLoop,
  random: (owner: EventOwner) => number,
  onTimer: (delayMs: number) => void,
) {
  const setTimer = (
    owner: EventOwner,
    delayMs: number,
    repeat: boolean,
    run: () => void,
  ): VirtualTimer => {
    if (owner !== undefined) onTimer(delayMs)
    const isGone = (): boolean => (owner as MortalOwner | undefined)?.running === false
    const begin = () => {
      return loop.at(delayMs, owner, () => {
        if (isGone()) return
        if (repeat) event = begin()
        run()
      })
    }
    let event = begin()
    const timer: VirtualTimer = {
      cancel: () => event.cancel(),
      ref: () => timer,
      unref: () => timer,
      hasRef: () => true,
    }
    return timer
  }
  const after = (owner: () => EventOwner, repeat: boolean) => {
    return (run: Callback, delayMs?: number, ...values: unknown[]): VirtualTimer =>
      setTimer(owner(), atLeastOne(delayMs), repeat, () => run(...values))
  }
  const soon = (owner: () => EventOwner) => {
    return (run: Callback, ...values: unknown[]): VirtualTimer =>
      setTimer(owner(), 0, false, () => run(...values))
  }
  const current = (): EventOwner => loop.owner
  const nobody = (): EventOwner => undefined
  const clear = (timer: VirtualTimer | undefined): void => timer?.cancel?.()
  return {
    globals: {
      // The lab's own (lab-timers.ts) are `ofNobody`.
      setTimeout: Object.assign(after(current, false), { ofNobody: after(nobody, false) }),
      setInterval: after(current, true),
      setImmediate: Object.assign(soon(current), { ofNobody: soon(nobody) }),
      clearTimeout: clear,
      clearInterval: clear,
      clearImmediate: clear,
      Date: virtualDate(() => startOfTimeMs + Math.floor(loop.now())),
    },
    random: () => random(loop.owner),
    now: () => loop.now(),
  }
}

/** As Node: a delay that is missing, negative or below one is one millisecond. */
function atLeastOne(delayMs: number | undefined): number {
  return delayMs !== undefined && delayMs > 1 ? delayMs : 1
}

function virtualDate(now: () => number): DateConstructor {
  const Real = Date
  const Virtual = class extends Real {
    constructor(...values: unknown[]) {
      // As many arguments as `Date` takes, which TypeScript knows only one by one.
      super(...((values.length === 0 ? [now()] : values) as [number]))
    }
    static override now(): number {
      return now()
    }
  }
  return Virtual as unknown as DateConstructor
}
