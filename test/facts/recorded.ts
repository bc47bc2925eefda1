/** The facts' outcomes on real Kafka, in data/facts.json: one line per fact. */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { dataFolder } from '../../lib/src/notebook/recordings'
import { openRealLab } from '../support/real-lab'
import { factNames, loadFact } from './fact'

export const factsFile = path.join(dataFolder, 'facts.json')

export interface RecordedFacts {
  kafkaVersion: string
  kafkajsVersion: string
  /** The day, in UTC. */
  recorded: string
  outcomes: { name: string; outcome: string }[]
}

/** Runs all facts and writes their outcomes; returns how many. Rejects when one does not hold. */
export async function recordFacts(): Promise<number> {
  const lab = await openRealLab()
  const versions = new Set<string>()
  const outcomes: RecordedFacts['outcomes'] = []
  try {
    const watched: typeof lab = {
      close: () => lab.close(),
      run: (async (...given: Parameters<typeof lab.run>) => {
        const run = await lab.run(...given)
        versions.add(`${run.cluster.kafkaVersion} ${run.kafkajsVersion}`)
        return run
      }) as typeof lab.run,
    }
    for (const name of factNames()) {
      const { outcome } = await loadFact(name).run(watched)
      outcomes.push({ name, outcome })
    }
  } finally {
    await lab.close()
  }
  const [kafkaVersion, kafkajsVersion] = [...versions].join().split(' ') as [string, string]
  const recorded = new Date().toISOString().slice(0, 10)
  const facts: RecordedFacts = { kafkaVersion, kafkajsVersion, recorded, outcomes }
  const { outcomes: _, ...head } = facts
  const lines = outcomes.map((one) => `  ${JSON.stringify(one)}`).join(',\n')
  const text = `${JSON.stringify(head).slice(0, -1)},"outcomes":[\n${lines}\n]}\n`
  writeFileSync(factsFile, text)
  return outcomes.length
}
