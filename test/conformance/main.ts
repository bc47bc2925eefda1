/**
 * `npx tsx test/conformance/main.ts`: generated plans on real Kafka and on the embedded cluster, and
 * every difference in words. Ends with 1 when a plan differs.
 */
import { parseArgs } from 'node:util'
import { pointLabel } from '../../lib/src/faults'
import type { Act } from '../../lib/src/history/plan'
import type { AppSettings } from '../../lib/src/lab'
import { openRealLab } from '../support/real-lab'
import { conform } from './conform'
import type { Conformance } from './conform'
import { generatePlans } from './generate-plans'
import type { GeneratedPlan } from './generate-plans'
import { openEmbeddedLab } from './labs'
import { mayDiffer } from '../../lib/src/checker/may-differ'

const usage = `Usage: npx tsx test/conformance/main.ts [--seed N --plans M --only I,J --repeat R]

  --seed N      of the generator (default 1)
  --plans M     how many plans (default 10)
  --only I,J    only the plans with these numbers
  --repeat R    runs of each plan on real Kafka (default 3)
  --real WHICH  what stands for real Kafka: local (default) or embedded, which shows determinism`

const notCompared = mayDiffer.map(({ what, why }) => `  ${what}: ${why}`).join('\n')

function wholeNumber(name: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw new Error(`--${name} ${text} is not a whole number`)
}

function actText(act: Act): string {
  const { act: name, ...rest } = act
  if ('point' in rest) return `${name}(${pointLabel(rest.point)})`
  const details = Object.values(rest).map((value) => JSON.stringify(value))
  return `${name}(${details.join(', ')})`
}

/** The plan as a reader needs it to understand a difference. */
function planText({ experiment }: GeneratedPlan): string[] {
  const apps = Object.entries(experiment.apps).map(([name, given]) => {
    const { body, params, client, restart } = given as AppSettings
    return `${name}: ${body.name} ${JSON.stringify({ params, client, restart })}`
  })
  const faults = (experiment.faults ?? []).map(
    ({ point, acts }, index) =>
      `faults[${index}]: on(${pointLabel(point)}, ${acts.map(actText).join(', ')})`,
  )
  return [`topics: ${JSON.stringify(experiment.topics)}`, ...apps, ...faults]
}

function report(conformance: Conformance): string {
  const { plan, outcome, differences, rejection, realMs, embeddedMs } = conformance
  const times = `real ${realMs.join(' ')} ms, embedded ${embeddedMs} ms`
  const note = rejection === undefined ? '' : `  no run: ${rejection}`
  const head = `${outcome.padEnd(9)}  ${plan.name}  ${times}${note}`
  if (differences.length === 0) return head
  const names = outcome === 'differs' ? ['real    ', 'embedded'] : ['one run ', 'another ']
  const lines = differences.flatMap(({ where, left, right }) => [
    `  ${where}`,
    `    ${names[0]}  ${left}`,
    `    ${names[1]}  ${right}`,
  ])
  return [head, ...planText(plan).map((line) => `  ${line}`), ...lines].join('\n')
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      help: { type: 'boolean' },
      only: { type: 'string' },
      plans: { type: 'string', default: '10' },
      real: { type: 'string', default: 'local' },
      repeat: { type: 'string', default: '3' },
      seed: { type: 'string', default: '1' },
    },
  })
  if (values.help) return console.log(`${usage}\n\nNot compared:\n${notCompared}`)
  const only = values.only?.split(',').map((text) => wholeNumber('only', text))
  const count = only ? Math.max(...only) + 1 : wholeNumber('plans', values.plans)
  const all = generatePlans(wholeNumber('seed', values.seed), count)
  const plans = only ? only.map((index) => all[index]!) : all
  const embedded = await openEmbeddedLab()
  const real = values.real === 'embedded' ? await openEmbeddedLab() : await openRealLab()
  const begin = performance.now()
  const counts = { agrees: 0, differs: 0, 'set aside': 0 }
  try {
    for (const plan of plans) {
      const repetitions = wholeNumber('repeat', values.repeat)
      const conformance = await conform(plan, { real, embedded }, repetitions)
      counts[conformance.outcome]++
      console.log(report(conformance))
    }
  } finally {
    await real.close()
    await embedded.close()
  }
  const seconds = ((performance.now() - begin) / 1000).toFixed(1)
  const { agrees, differs } = counts
  console.log(
    `${plans.length} plans: ${agrees} agree, ${differs} differ, ${counts['set aside']} set aside ` +
      `because their real runs differ, in ${seconds} s`,
  )
  if (differs > 0) process.exitCode = 1
}

main().catch((error: Error) => {
  console.error(error.stack)
  process.exitCode = 1
})
