/**
 * A plan is JSON, and JSON loses things in silence: functions vanish, a Date becomes a string, NaN
 * becomes null. What would be lost is refused here, by its path.
 */

/** @returns one sentence per value that JSON would lose or change */
export function jsonProblems(value: unknown, path: string): string[] {
  const kind = lostKind(value)
  if (kind !== undefined) {
    return [`${path} is ${kind}, which JSON cannot hold: give text, numbers, lists or objects`]
  }
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => jsonProblems(item ?? null, `${path}[${index}]`))
  }
  if (value === null || typeof value !== 'object') return []
  return Object.entries(value).flatMap(([key, item]) => jsonProblems(item, `${path}.${key}`))
}

/** Left-out and undefined are the same in an experiment. */
function lostKind(value: unknown): string | undefined {
  if (typeof value === 'function') return 'a function'
  if (typeof value === 'symbol') return 'a symbol'
  if (typeof value === 'bigint') return 'a bigint'
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value)
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return undefined
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === null || Object.getPrototypeOf(prototype) === null) return undefined
  return `a ${value.constructor.name}`
}
