/** What a broker of the lab's says of itself in ApiVersions: the registry, key by key. */
import { apis } from './registry'

export interface VersionRange {
  apiKey: number
  minVersion: number
  maxVersion: number
}

/** For each API key the lowest and highest version that the registry has, in its order. */
export function versionRanges(): VersionRange[] {
  const ranges = new Map<number, VersionRange>()
  for (const { key, version } of apis) {
    const range = ranges.get(key)
    if (range === undefined) {
      ranges.set(key, { apiKey: key, minVersion: version, maxVersion: version })
    } else {
      range.minVersion = Math.min(range.minVersion, version)
      range.maxVersion = Math.max(range.maxVersion, version)
    }
  }
  return [...ranges.values()]
}
