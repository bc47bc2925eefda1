/**
 * A limit on waiting, by time and by whatever else makes it pointless, such as the end of the
 * process waited for. What is waited for need not know of it.
 */

export interface Limit {
  signal: AbortSignal
  /** Ends the wait with this error. */
  cut(error: Error): void
}

/** Resolves or rejects as `work` does, or rejects with `why` after `ms`, or with what cut it. */
export async function withLimit<T>(
  ms: number, why: string, work: (limit: Limit) => Promise<T>
): Promise<T> {
  const controller = new AbortController()
  const { signal } = controller
  const timer = setTimeout(() => controller.abort(new Error(why)), ms)
  const cut = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => {
      // A wait that hears the signal tells what it last saw; it goes first.
      setTimeout(() => reject(signal.reason as Error), 100)
    })
  })
  try {
    return await Promise.race([work({ signal, cut: (error) => controller.abort(error) }), cut])
  } finally {
    clearTimeout(timer)
  }
}
