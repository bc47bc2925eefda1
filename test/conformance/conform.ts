/**
 * One plan on both clusters: three times on real Kafka and once on the embedded one. A plan whose
 * real runs differ among themselves depends on time and proves nothing: it is set aside.
 */
import type { Lab } from '../../lib/src/lab'
import { differencesBetween, essenceOf } from '../../lib/src/checker/agreement'
import type { Difference, Essence } from '../../lib/src/checker/agreement'
import type { GeneratedPlan } from './generate-plans'

export interface Conformance {
  plan: GeneratedPlan
  outcome: 'agrees' | 'differs' | 'set aside'
  /** `left` is the real cluster; where set aside, its first run against another one. */
  differences: Difference[]
  /** Why the embedded lab gave the run up, if it did: then little was compared. */
  rejection: string | undefined
  realMs: number[]
  embeddedMs: number
}

export interface Labs {
  real: Lab
  embedded: Lab
}

export async function conform(
  plan: GeneratedPlan,
  { real, embedded }: Labs,
  repetitions = 3,
): Promise<Conformance> {
  const simulated = await observe(embedded, plan)
  const runs = []
  for (let run = 0; run < repetitions; run++) runs.push(await observe(real, plan))
  const [first, ...others] = runs
  if (first === undefined) throw new Error(`${repetitions} repetitions compare nothing: give 1 up`)
  const { rejection } = simulated
  const times = { realMs: runs.map(({ ms }) => ms), embeddedMs: simulated.ms }
  const unlike = others
    .map(({ essence }) => differencesBetween(first.essence, essence))
    .find((differences) => differences.length > 0)
  if (unlike) return { plan, outcome: 'set aside', differences: unlike, rejection, ...times }
  const differences = differencesBetween(first.essence, simulated.essence)
  const outcome = differences.length > 0 ? 'differs' : 'agrees'
  return { plan, outcome, differences, rejection, ...times }
}

/** A run that was given up is an outcome too: its error's name. */
export async function observe(
  lab: Lab,
  { experiment }: GeneratedPlan,
): Promise<{ essence: Essence; rejection: string | undefined; ms: number }> {
  const begin = performance.now()
  const [result] = await Promise.allSettled([lab.run(experiment)])
  const ms = Math.round(performance.now() - begin)
  if (result.status === 'fulfilled')
    return { essence: essenceOf(result.value), rejection: undefined, ms }
  const error = result.reason as Error
  const rejection = `${error.name}: ${error.message}`
  return { essence: { run: { rejected: rejection } }, rejection, ms }
}
