/** What a benchmark gives back, and the spread of its measurements. */

export interface Spread {
  median: number
  min: number
  max: number
}

export interface BenchResult {
  name: string
  /** In words, what the ratio should be. */
  goal: string
  ratio: Spread
  /** How often each side was measured. */
  runs: number
  /** Further figures, with their unit at the end of the name. */
  [figure: string]: unknown
}

export interface Benchmark {
  run(): Promise<BenchResult[]>
}

/** Median, least and greatest, rounded to three places. */
export function spread(values: number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length / 2
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]]
  if (low === undefined || high === undefined) throw new Error('a spread needs a value')
  const [min, max] = [sorted[0] as number, sorted[sorted.length - 1] as number]
  const round = (value: number): number => Math.round(value * 1000) / 1000
  return { median: round((low + high) / 2), min: round(min), max: round(max) }
}
