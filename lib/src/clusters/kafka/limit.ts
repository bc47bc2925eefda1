/**
 * A limit on waiting, by time and by whatever else makes it pointless, such as the end of the
 * process waited for. What is waited for need not know of it, but may say what it last saw.
 */
import { setLabTimeout } from '../lab-timers'

export interface Limit {
  /** Raised with the error with which the wait ended. */
  signal: AbortSignal
  /** Ends the wait with this error. */
  cut(error: Error): void
  /** What stands in the way now; the error of a wait that took too long ends with it. */
  seen(what: string): void
}

/** Resolves or rejects as `work` does, or rejects with `why` after `ms`, or with what cut it. */
export async function withLimit<T>(
  ms: number,
  why: string,
  work: (limit: Limit) => Promise<T>,
): Promise<T> {
  const controller = new AbortController()
  let last = 'nothing'
  const cut = (error: Error): void => controller.abort(error)
  const timer = setLabTimeout(() => cut(new Error(`${why}; last seen: ${last}`)), ms)
  const over = new Promise<never>((_, reject) => {
    controller.signal.addEventListener('abort', () => reject(controller.signal.reason as Error))
  })
  const limit = { signal: controller.signal, cut, seen: (what: string) => (last = what) }
  try {
    return await Promise.race([work(limit), over])
  } finally {
    clearTimeout(timer)
  }
}
