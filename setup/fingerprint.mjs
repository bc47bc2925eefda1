// Fingerprints of what a set-up step is made from.
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'

/** SHA-256 (hex) over texts; this machine's kind counts, since native parts depend on it. */
export function fingerprintOf(...texts) {
  const hash = createHash('sha256')
  for (const text of [process.platform, process.arch, ...texts]) hash.update(`${text}\0`)
  return hash.digest('hex')
}

/** One line per file below `folder` (path, size, modification time), sorted: cheap to make. */
export function listingOf(folder) {
  if (!fs.existsSync(folder)) return ''
  const files = fs.readdirSync(folder, { recursive: true, withFileTypes: true })
  return files
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const file = path.join(entry.parentPath ?? entry.path, entry.name)
      const { size, mtimeMs } = fs.statSync(file)
      return `${path.relative(folder, file)} ${size} ${mtimeMs}`
    })
    .sort()
    .join('\n')
}
