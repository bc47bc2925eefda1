/**
 * `npm run bench`: runs the named benchmarks, or all. Each is a file beside this one that exports
 * `run`; a ratio below 1 is better than the goal's other side.
 */
import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { BenchResult, Benchmark } from './result'

const notBenchmarks = ['built', 'main', 'result']

function known(): string[] {
  const names = readdirSync(__dirname).filter((name) => name.endsWith('.ts'))
  return names.map((name) => basename(name, '.ts')).filter((name) => !notBenchmarks.includes(name))
}

function usage(): string {
  return `Usage: npm run bench [-- NAME ... --json]

Runs the benchmarks named, or all of them: ${known().join(', ')}
  --json   print [{name, goal, ratio: {median, min, max}, runs, ...}]`
}

function table(results: BenchResult[]): string {
  const head = ['name', 'goal', 'ratio', 'lowest', 'highest', 'runs', 'figures']
  const rows = results.map(({ name, goal, ratio, runs, ...figures }) => [
    name,
    goal,
    ...[ratio.median, ratio.min, ratio.max].map((each) => each.toFixed(2)),
    String(runs),
    Object.entries(figures)
      .map(([key, value]) => `${key} ${JSON.stringify(value)}`)
      .join(' '),
  ])
  const widths = head.map((_, column) => {
    return Math.max(...[head, ...rows].map((row) => (row[column] as string).length))
  })
  const line = (row: string[]): string => {
    return row
      .map((cell, column) => cell.padEnd(widths[column] as number))
      .join('  ')
      .trimEnd()
  }
  return [head, ...rows].map(line).join('\n')
}

async function main(words: string[]): Promise<void> {
  if (words.includes('--help')) return console.log(usage())
  const names = words.filter((word) => word !== '--json')
  const unknown = names.find((name) => !known().includes(name))
  if (unknown !== undefined) {
    throw new Error(`there is no benchmark ${unknown}; known are: ${known().join(', ')}`)
  }
  const results: BenchResult[] = []
  for (const name of names.length > 0 ? names : known()) {
    const benchmark = (await import(join(__dirname, `${name}.ts`))) as Benchmark
    results.push(...(await benchmark.run()))
  }
  console.log(words.includes('--json') ? JSON.stringify(results, null, 2) : table(results))
}

main(process.argv.slice(2)).catch((error: Error) => {
  console.error(error.message)
  process.exitCode = 1
})
