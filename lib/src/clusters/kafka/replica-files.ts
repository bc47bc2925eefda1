/**
 * Where the replicas of a partition lie on disk: read from the brokers' folders without asking
 * Kafka, so that what a dead leader acknowledged can still be seen; and a disk that is lost.
 */
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/** Paths of a partition's segment files, by base offset; empty where the broker has no replica. */
export function segmentFiles(dataFolder: string, topic: string, partition: number): string[] {
  const folder = join(dataFolder, `${topic}-${partition}`)
  if (!existsSync(folder)) return []
  // File names are base offsets with leading zeros: their order as text is their order.
  const names = readdirSync(folder)
    .filter((name) => name.endsWith('.log'))
    .sort()
  return names.map((name) => join(folder, name))
}

/** What a formatted folder has: the broker's name and the cluster's first metadata. */
const formatted = ['meta.properties', 'bootstrap.checkpoint']

/**
 * Leaves of a dead broker's data folder what a newly formatted one has. The directory's id stays,
 * so to the controller it is the broker it knew, back with nothing.
 */
export function emptyDisk(dataFolder: string): void {
  for (const name of readdirSync(dataFolder)) {
    if (!formatted.includes(name)) rmSync(join(dataFolder, name), { recursive: true })
  }
}
