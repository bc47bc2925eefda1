/**
 * The lab's own timers. They follow the clock of the run, as the global ones do, but belong to
 * nobody: the lab is often called by an app's code, and what it waits for must not end with the
 * app. Those of `node:timers/promises` are always real.
 */

type TimerOf = ReturnType<typeof setTimeout>

/** A global timer function of an embedded run has a twin that no app's end stops. */
interface Owned<Set> {
  ofNobody?: Set
}

export function setLabTimeout(run: () => void, ms: number): TimerOf {
  const set: typeof setTimeout & Owned<typeof setTimeout> = setTimeout
  return (set.ofNobody ?? set)(run, ms)
}

/** In a later turn of the event loop, at the same time. */
export function setLabImmediate(run: () => void): void {
  const set: typeof setImmediate & Owned<typeof setImmediate> = setImmediate
  ;(set.ofNobody ?? set)(run)
}

/** Resolves after `ms` milliseconds; never when `signal` comes first. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const stop = () => clearTimeout(timer)
    const timer = setLabTimeout(() => {
      signal?.removeEventListener('abort', stop)
      resolve()
    }, ms)
    signal?.addEventListener('abort', stop, { once: true })
  })
}

/** Resolves when what is under way in this turn of the event loop has gone on. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setLabImmediate(resolve))
}
