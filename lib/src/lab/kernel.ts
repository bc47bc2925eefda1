/**
 * The kernel's own display. tslab's public `display` writes one MIME type per output; what is below
 * it takes a whole bundle. That is the module of the *running* kernel: a second copy of tslab would
 * have no connection to the notebook, so it is looked up from the program that runs.
 */
import { createRequire } from 'node:module'
import { basename } from 'node:path'

interface DisplayData {
  /** By MIME type. */
  data: object
  metadata: object
  transient: { display_id?: string }
}

type WriteDisplayData = (data: DisplayData, update: boolean) => void

/** The display of the tslab kernel that runs this process; undefined outside a notebook. */
export function kernelDisplay(): WriteDisplayData | undefined {
  const program = require.main?.filename
  if (program === undefined || basename(program) !== 'tslab') return undefined
  const tslab = createRequire(program)('../dist/jupyter.js') as {
    lastWriteDisplayData: WriteDisplayData | null
  }
  return tslab.lastWriteDisplayData ?? undefined
}
