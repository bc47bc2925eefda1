/**
 * `npm run facts`: runs the named facts, or all, on the cluster that KAFKA_LAB names. Each is
 * repeated as often as asked; it holds when every assertion held and every outcome was the same.
 */
import { parseArgs } from 'node:util'
import { openLab } from '../../lib/src/lab'
import type { Lab } from '../../lib/src/lab'
import { factNames, loadFact } from './fact'
import type { Fact } from './fact'

/** How a fact went. `same` counts the repetitions that ended with the commonest outcome. */
interface Result {
  name: string
  claim: string
  about: Fact['about']
  source: string
  holds: boolean
  outcome: string | null
  same: number
  repetitions: number
  medianMs: number
  /** Other outcomes and failed assertions, each with how often it came. */
  others: Record<string, number>
}

function usage(): string {
  return `Usage: npm run facts [-- NAME ... --repeat N --json]

Checks the facts named, or all, on the cluster that KAFKA_LAB names (default: local):
${factNames().map((name) => `  ${name}`).join('\n')}

  --repeat N   run each N times; all outcomes must be the same (default 1)
  --json       print [{name, claim, about, source, holds, outcome, same, repetitions, …}]`
}

async function repeat(lab: Lab, name: string, repetitions: number): Promise<Result> {
  const { run, claim, about, source } = await loadFact(name)
  const outcomes = new Map<string, number>()
  const failures = new Map<string, number>()
  const count = (counts: Map<string, number>, key: string) =>
    counts.set(key, (counts.get(key) ?? 0) + 1)
  const times: number[] = []
  for (let repetition = 1; repetition <= repetitions; repetition++) {
    const begin = performance.now()
    try {
      count(outcomes, (await run(lab)).outcome)
    } catch (error) {
      count(failures, error instanceof Error ? `${error.name}: ${error.message}` : String(error))
    }
    times.push(performance.now() - begin)
  }
  const [commonest, ...rest] = [...outcomes].sort(([, a], [, b]) => b - a)
  return {
    name,
    claim,
    about,
    source,
    holds: failures.size === 0 && rest.length === 0,
    outcome: commonest ? commonest[0] : null,
    same: commonest ? commonest[1] : 0,
    repetitions,
    medianMs: median(times),
    others: Object.fromEntries([...rest, ...failures]),
  }
}

function median(times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b)
  const middle = sorted[Math.floor(sorted.length / 2)]
  if (middle === undefined) throw new Error('a median needs a value')
  return Math.round(middle)
}

function report({ name, holds, outcome, same, repetitions, medianMs, others }: Result): string {
  const head = `${holds ? 'holds' : 'FAILS'}  ${name}  ${same}/${repetitions}  ${medianMs} ms`
  const lines = [head, ...(outcome === null ? [] : [`       ${outcome}`])]
  for (const [other, times] of Object.entries(others)) lines.push(`     ${times} times: ${other}`)
  return lines.join('\n')
}

function repetitionsOf(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text)
  throw new Error(`--repeat ${text} is not a count: give a whole number from 1 to 9999`)
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      help: { type: 'boolean' },
      json: { type: 'boolean' },
      repeat: { type: 'string', default: '1' },
    },
  })
  if (values.help) return console.log(usage())
  const repetitions = repetitionsOf(values.repeat)
  for (const name of positionals) await loadFact(name)
  const names = positionals.length > 0 ? positionals : factNames()
  const begin = performance.now()
  const lab = await openLab()
  const results: Result[] = []
  try {
    for (const name of names) {
      const result = await repeat(lab, name, repetitions)
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
