/**
 * Gives an unhandled rejection to the app it belongs to: in a process of its own it would have
 * ended that app, as Node does since version 15. In virtual time it is the app in whose event it
 * came up; else one that no app owns belongs to the only app that runs, and among several it fails
 * the run, for nobody can say whose it is. Simplification: what is left behind by apps that have
 * all ended is ignored, since their processes would be gone.
 */
import { RunError } from './errors'
import type { AppAttempt } from './app-attempt'

const owners = new WeakMap<Promise<unknown>, AppAttempt>()

/** Says whose promise this is. */
export function ownPromise<Value>(promise: Promise<Value>, attempt: AppAttempt): Promise<Value> {
  owners.set(promise, attempt)
  return promise
}

/**
 * Watches while a run lasts, in place of the listeners that were there before.
 * @param current gives the attempt whose event is being dispatched, where that is known
 * @param running gives the attempts alive now
 * @param failed ends the run
 * @returns the function that ends it
 */
export function watchRejections(
  current: () => object | undefined,
  running: () => AppAttempt[],
  failed: (error: unknown) => void,
): () => void {
  const before = process.listeners('unhandledRejection')
  process.removeAllListeners('unhandledRejection')
  const listener = (reason: unknown, promise: Promise<unknown>) => {
    const alive = running()
    const dispatched = alive.find((attempt) => attempt === current())
    const only = alive.length === 1 ? alive[0] : undefined
    const owner = owners.get(promise) ?? dispatched ?? only
    if (owner) owner.fail(reason)
    else if (alive.length > 1) failed(nobodys(reason, alive))
  }
  process.on('unhandledRejection', listener)
  return () => {
    process.removeListener('unhandledRejection', listener)
    for (const other of before) process.on('unhandledRejection', other)
  }
}

function nobodys(reason: unknown, alive: AppAttempt[]): RunError {
  const apps = alive.map(({ app }) => app).join(', ')
  const said = reason instanceof Error ? `${reason.name}: ${reason.message}` : String(reason)
  return new RunError(
    `a promise that nobody awaits was rejected while ${apps} ran (${said}): ` +
      `await it, or catch its error`,
    { cause: reason },
  )
}
