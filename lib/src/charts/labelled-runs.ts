/**
 * Charts that compare take one run, or several with a label each: `counts({ 'acks 1': one, 'acks
 * all': other })`. Labels stand in the order given.
 */
import type { Run } from '../history/run'

export type Runs = Run | Readonly<Record<string, Run>>

export interface LabelledRun {
  /** Empty for a single run, which needs none. */
  label: string
  run: Run
}

/** @throws TypeError when something that is no run stands where a run should. */
export function labelledRuns(chart: string, runs: Runs): LabelledRun[] {
  if (isRun(runs)) return [{ label: '', run: runs }]
  return Object.entries(runs).map(([label, run]) => {
    if (!isRun(run)) {
      throw new TypeError(`${chart}: '${label}' is not a run; give a run, or { label: run, … }`)
    }
    return { label, run }
  })
}

export function isRun(value: unknown): value is Run {
  return (
    typeof value === 'object' &&
    value !== null &&
    (value as Partial<Run>).format === 1 &&
    Array.isArray((value as Partial<Run>).history)
  )
}
