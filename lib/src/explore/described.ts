/** A wrong value in a few words. */
export function described(value: unknown): string {
  if (typeof value === 'string') return `the text ${JSON.stringify(value)}`
  if (typeof value !== 'object' || value === null) return String(value)
  if (value instanceof Promise) return 'a promise (put `await` before it)'
  if (Array.isArray(value)) return `a list of ${value.length}`
  const names = Object.keys(value)
  return names.length === 0 ? 'an empty object' : `an object with ${names.slice(0, 6).join(', ')}`
}
