/**
 * `npm run facts`: runs the named facts, or all, on real Kafka or on the embedded cluster. Each is
 * repeated as often as asked; it holds when every assertion held and every outcome was the same.
 */
import { parseArgs } from 'node:util'
import { openLab, type Lab } from '../../lib/src/lab'
import { openRealLab } from '../support/real-lab'
import { factNames, loadFact } from './fact'
import { repeatFact } from './repeat'
import type { FactResult } from './repeat'

function usage(): string {
  return `Usage: npm run facts [-- NAME ... --cluster embedded --repeat N --json]

Checks the facts named, or all, on real Kafka: the local cluster, or the one that KAFKA_LAB names:
${factNames()
  .map((name) => `  ${name}`)
  .join('\n')}

  --cluster embedded   on the embedded cluster
  --repeat N   run each N times; all outcomes must be the same (default 1)
  --json       print [{name, claim, about, source, holds, outcome, same, repetitions, …}]`
}

function report({ name, holds, outcome, same, repetitions, medianMs, others }: FactResult): string {
  const head = `${holds ? 'holds' : 'FAILS'}  ${name}  ${same}/${repetitions}  ${medianMs} ms`
  const lines = [head, ...(outcome === null ? [] : [`       ${outcome}`])]
  for (const [other, times] of Object.entries(others)) lines.push(`     ${times} times: ${other}`)
  return lines.join('\n')
}

function repetitionsOf(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text)
  throw new Error(`--repeat ${text} is not a count: give a whole number from 1 to 9999`)
}

function open(cluster: string | undefined): Promise<Lab> {
  if (cluster === undefined) return openRealLab()
  if (cluster !== 'embedded') throw new Error(`--cluster ${cluster}: it can be embedded`)
  process.env['KAFKA_LAB'] = cluster
  return openLab()
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      cluster: { type: 'string' },
      help: { type: 'boolean' },
      json: { type: 'boolean' },
      repeat: { type: 'string', default: '1' },
    },
  })
  if (values.help) return console.log(usage())
  const repetitions = repetitionsOf(values.repeat)
  for (const name of positionals) loadFact(name)
  const names = positionals.length > 0 ? positionals : factNames()
  const begin = performance.now()
  const lab = await open(values.cluster)
  const results: FactResult[] = []
  try {
    for (const name of names) {
      const result = await repeatFact(lab, { name, fact: loadFact(name) }, repetitions)
      results.push(result)
      if (!values.json) console.log(report(result))
    }
  } finally {
    await lab.close()
  }
  const failed = results.filter(({ holds }) => !holds)
  if (values.json) console.log(JSON.stringify(results, null, 2))
  else {
    const seconds = ((performance.now() - begin) / 1000).toFixed(1)
    const held = `${results.length - failed.length} of ${results.length} facts hold`
    console.log(`${held}, ${repetitions} times each, in ${seconds} s`)
  }
  if (failed.length > 0) process.exitCode = 1
}

main().catch((error: Error) => {
  console.error(error.message)
  process.exitCode = 1
})
