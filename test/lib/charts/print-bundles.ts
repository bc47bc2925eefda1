/** Prints a hash of every chart's bundle: started in another process under another locale. */
import { createHash } from 'node:crypto'
import { bundleOf } from '../../../lib/src/notebook/bundle'
import { gallery } from './gallery'

const hashes = Object.entries(gallery).map(([name, make]) => [
  name,
  createHash('sha256')
    .update(JSON.stringify(bundleOf(make())))
    .digest('hex'),
])
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
process.stdout.write(JSON.stringify({ zone, hashes }))
