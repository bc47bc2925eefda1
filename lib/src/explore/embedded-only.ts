/** What exploring asks of its lab: the embedded cluster, where a plan and a seed repeat a run. */
import type { Run } from '../history/run'
import { PlanError, RunError } from '../lab/errors'
import type { Lab } from '../lab'

/** @throws {PlanError} when the first argument of `what` is no lab */
export function requireLab(what: string, lab: Lab): void {
  if (typeof (lab as Partial<Lab> | undefined)?.run === 'function') return
  throw new PlanError([
    `${what}: its first argument is ${described(lab)}, not a lab: give it await openLab()`,
  ])
}

/** @throws {RunError} when the run was on another cluster */
export function requireEmbedded(what: string, { cluster }: Run): void {
  if (cluster.kind === 'embedded') return
  throw new RunError(
    `${what} needs the embedded cluster, and this lab's is '${cluster.kind}': only virtual time ` +
      `repeats a run exactly; open the lab with KAFKA_LAB=embedded`,
  )
}

/** A wrong value in a few words. */
export function described(value: unknown): string {
  if (typeof value === 'string') return `the text ${JSON.stringify(value)}`
  if (typeof value !== 'object' || value === null) return String(value)
  if (value instanceof Promise) return 'a promise (put `await` before it)'
  if (Array.isArray(value)) return `a list of ${value.length}`
  const names = Object.keys(value)
  return names.length === 0 ? 'an empty object' : `an object with ${names.slice(0, 6).join(', ')}`
}
