/**
 * What names an experiment wherever it runs: a hash of what its plan says. Two plans with the same
 * hash are the same experiment, so a run on one cluster finds its recording from another.
 */
import { createHash } from 'node:crypto'
import type { Plan } from '../history/plan'

/**
 * 16 hexadecimal digits. All of the plan counts, the apps' code among it by its hash, but for
 * `timeLimitMs`: how long one waits for a run changes nothing in it.
 */
export function experimentHash(plan: Plan): string {
  const { timeLimitMs: _, ...rest } = plan
  return hashOf(rest)
}

/** The same for a plan whose apps may have other code: equal when only bodies were changed. */
export function outlineHash(plan: Plan): string {
  const { timeLimitMs: _, apps, ...rest } = plan
  const bodiless = Object.entries(apps).map(([name, { body, bodyHash, ...others }]) => [
    name,
    others,
  ])
  return hashOf({ ...rest, apps: Object.fromEntries(bodiless) })
}

function hashOf(value: object): string {
  return createHash('sha256').update(JSON.stringify(value, sortedKeys)).digest('hex').slice(0, 16)
}

/** Who writes `{ faults, apps }` means what `{ apps, faults }` says. */
function sortedKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}
