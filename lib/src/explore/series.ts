/**
 * Many runs, one after the other, with a progress bar. An interrupted series starts no further run
 * and waits for the one under way, so it leaves no work behind.
 */
import { RunError, TimeLimitError } from '../lab/errors'
import { progress as progressLine, type Progress } from '../lab/progress'

export interface SeriesOptions {
  /** Ends the series; it rejects with a RunError. */
  signal?: AbortSignal
  /** Where the bar goes. Default: a line in the notebook, or on standard error. */
  progress?: Progress
}

const barLength = 20

/**
 * Works through `items`; `what` names the caller in the bar and in errors.
 * @throws {RunError} when interrupted by the signal or, where somebody else listens to it as a
 * notebook's kernel does, by SIGINT
 */
export async function inSeries<Item, Result>(
  what: string,
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
  { signal, progress = progressLine(what) }: SeriesOptions,
): Promise<Result[]> {
  const interrupt = new AbortController()
  const stopListening = onInterrupt(() => interrupt.abort())
  const isInterrupted = () => interrupt.signal.aborted || signal?.aborted === true
  const results: Result[] = []
  let begun = 0
  const interrupted = () =>
    new RunError(`${what}: interrupted when ${begun} of ${items.length} runs had begun`)
  try {
    let shown = ''
    for (const item of items) {
      if (isInterrupted()) throw interrupted()
      const bar = barOf(results.length, items.length)
      if (bar !== shown) progress.step(`${bar} ${results.length} of ${items.length} runs`)
      shown = bar
      begun++
      results.push(await work(item))
    }
    if (isInterrupted()) throw interrupted()
    return results
  } catch (error) {
    // A run that the same interrupt ended says so too, and knows less.
    throw isInterrupted() ? interrupted() : error
  } finally {
    stopListening()
    progress.done()
  }
}

function barOf(done: number, all: number): string {
  const full = Math.floor((done / all) * barLength)
  return '█'.repeat(full) + '░'.repeat(barLength - full)
}

function onInterrupt(interrupt: () => void): () => void {
  if (process.listenerCount('SIGINT') === 0) return () => undefined
  process.on('SIGINT', interrupt)
  return () => process.removeListener('SIGINT', interrupt)
}

/** What the work gives, or why its run ended without a verdict; other errors are thrown. */
export async function orNoVerdict<Result>(
  work: Promise<Result>,
): Promise<{ result: Result } | { error: string }> {
  try {
    return { result: await work }
  } catch (error) {
    if (error instanceof RunError || error instanceof TimeLimitError) {
      return { error: `${error.name}: ${error.message}` }
    }
    throw error
  }
}
