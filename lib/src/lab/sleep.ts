/**
 * Waiting by the global timers, which are virtual during an embedded run; those of
 * `node:timers/promises` are always real.
 */

/** Resolves after `ms` milliseconds; never when `signal` comes first. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal?.addEventListener('abort', () => clearTimeout(timer), { once: true })
  })
}

/** Resolves when what is under way in this turn of the event loop has gone on. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
