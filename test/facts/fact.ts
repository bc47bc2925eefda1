/**
 * A fact: one claim about Kafka, its protocol or kafkajs 2.2.4, as an experiment on the real
 * cluster with the log contents it must leave. Every fact is a file of its own in facts/, named by
 * its file; where the cluster does otherwise than a source says, the fact states what is so.
 */
import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Lab } from '../../lib/src/lab'

export interface Fact {
  /** The claim, a sentence that can be false. */
  claim: string
  about: 'Kafka' | 'protocol' | 'kafkajs 2.2.4'
  /** Where it is written: a file of kafkajs, a class of Kafka, a KIP, an issue. */
  source: string
  /**
   * Runs the experiment and asserts the claim. `outcome` is what happened in a line (what the apps
   * were told, the log), without times or ids: it is the same in every repetition.
   */
  run(lab: Lab): Promise<{ outcome: string }>
}

const folder = join(__dirname, 'facts')

/** Names of all facts: their files' names. */
export function factNames(): string[] {
  return readdirSync(folder)
    .map((file) => basename(file, '.ts'))
    .sort()
}

/** The fact of this name; throws, naming those there are. */
export function loadFact(name: string): Fact {
  if (!factNames().includes(name)) {
    throw new Error(`there is no fact '${name}'; known are: ${factNames().join(', ')}`)
  }
  const { fact } = require(join(folder, `${name}.ts`)) as { fact: Fact }
  return fact
}
