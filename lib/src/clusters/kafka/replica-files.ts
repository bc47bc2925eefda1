/**
 * Where the replicas of a partition lie on disk: read from the brokers' folders without asking
 * Kafka, so that what a dead leader acknowledged can still be seen.
 */
import { existsSync, readdirSync } from 'node:fs'
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
