/**
 * Gives an unhandled rejection to the app it belongs to: in a process of its own it would have
 * ended that app, as Node does since version 15. Those of nobody's are passed on to the listeners
 * that were there before.
 */
import type { AppAttempt } from './app-attempt'

const owners = new WeakMap<Promise<unknown>, AppAttempt>()

/** Says whose promise this is. */
export function ownPromise<Value>(promise: Promise<Value>, attempt: AppAttempt): Promise<Value> {
  owners.set(promise, attempt)
  return promise
}

/**
 * Watches while a run lasts. `running` gives the attempts alive now: a rejection that no app owns
 * belongs to the only one, if there is just one.
 * @returns the function that ends it
 */
export function watchRejections(running: () => AppAttempt[]): () => void {
  const before = process.listeners('unhandledRejection')
  process.removeAllListeners('unhandledRejection')
  const listener = (reason: unknown, promise: Promise<unknown>) => {
    const alive = running()
    const owner = owners.get(promise) ?? (alive.length === 1 ? alive[0] : undefined)
    if (owner) owner.fail(reason)
    else for (const other of before) other(reason, promise)
  }
  process.on('unhandledRejection', listener)
  return () => {
    process.removeListener('unhandledRejection', listener)
    for (const other of before) process.on('unhandledRejection', other)
  }
}
