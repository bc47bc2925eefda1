/** How long the runs of a recording took, as cells.ts leaves it in the recordings' folder. */
import { readFileSync } from 'node:fs'
import path from 'node:path'

export const tookFile = 'took.jsonl'

export interface Took {
  /** `04-when-the-ack-is-lost/0f2c…` */
  place: string
  /** Of the whole `lab.run`, on the clock of the machine. */
  ms: number
  /** Of the run, on the embedded cluster's own clock; 0 on a real one. */
  virtualMs: number
}

/** In the order of the runs; an experiment that ran twice is there twice. */
export function readTook(folder: string): Took[] {
  const lines = readFileSync(path.join(folder, tookFile), 'utf8').trimEnd().split('\n')
  return lines.map((line) => JSON.parse(line) as Took)
}
