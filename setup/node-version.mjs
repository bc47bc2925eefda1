// Says whether a Node version is new enough, in syntax that old versions read.
import { fixFor } from './advice.mjs'

/** The oldest Node that the course runs on. */
export const minimumNodeMajor = 20

/** Null when `version` ('20.1.0') is new enough, else a sentence with the command that helps. */
export function nodeProblem(version) {
  if (parseInt(version, 10) >= minimumNodeMajor) return null
  return (
    'Node ' +
    version +
    ' is too old: kafka-lab needs Node ' +
    minimumNodeMajor +
    ' or newer.\n  To mend it: ' +
    fixFor('node')
  )
}
