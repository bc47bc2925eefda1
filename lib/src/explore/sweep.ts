/**
 * Runs an experiment in variations, each under many seeds, and counts what they showed. A plan that
 * cannot be carried out ends the sweep; a run that proves nothing is counted as `no verdict`.
 */
import { outcomeOf, sweepOf } from '../checker'
import type { Sweep, SweptRun } from '../checker'
import type { Plan } from '../history/plan'
import { embeddedLab } from '../lab'
import type { Bodies, Experiment, Lab } from '../lab'
import { PlanError } from '../lab/errors'
import { planOf } from '../lab/plan'
import { described } from './described'
import { inSeries, orNoVerdict, type SeriesOptions } from './series'
import { variationsOf, type Vary } from './vary'

export interface SweepOptions extends SeriesOptions {
  /** Default: the experiment as it is. */
  vary?: Vary
  /** So many seeds, from 1, or the seeds themselves. */
  seeds: number | readonly number[]
}

/**
 * Runs every variation under every seed, on the embedded cluster.
 * @throws {PlanError} for alternatives, seeds or experiments that cannot be
 * @throws {RunError} when interrupted
 */
export async function sweep(
  experiment: Experiment,
  { vary = {}, seeds: given, ...options }: SweepOptions,
): Promise<Sweep> {
  const lab = embeddedLab()
  const seeds = seedsOf(given)
  const variations = variationsOf(experiment, vary).map(({ label, chosen, experiment: varied }) => {
    const { plan, bodies } = explained(label, () => planOf(varied))
    return { label, chosen, plan, bodies }
  })
  const planned = variations.flatMap((variation) => seeds.map((seed) => ({ ...variation, seed })))
  const runs = await inSeries(
    'sweep',
    planned,
    ({ label, plan, bodies, seed }) => runOne(lab, label, { plan: { ...plan, seed }, bodies }),
    options,
  )
  const counted = variations.map(({ chosen, plan }, i) => ({
    chosen,
    plan,
    runs: runs.slice(i * seeds.length, (i + 1) * seeds.length),
  }))
  return sweepOf(seeds, counted)
}

async function runOne(
  lab: Lab,
  label: string,
  { plan, bodies }: { plan: Plan; bodies: Bodies },
): Promise<SweptRun> {
  const { seed } = plan
  try {
    const ended = await orNoVerdict(lab.run(plan, { bodies }))
    if ('error' in ended) return { seed, error: ended.error }
    return { seed, stages: outcomeOf(ended.result) }
  } catch (error) {
    return explained(label, () => {
      throw error
    })
  }
}

/** A plan's problems with the variation that has them. */
function explained<Result>(label: string, work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof PlanError) || label === '') throw error
    throw new PlanError([`sweep, ${label}: ${error.message}`])
  }
}

function seedsOf(given: SweepOptions['seeds']): readonly number[] {
  const isSeed = (seed: unknown) => Number.isInteger(seed)
  if (typeof given === 'number' && isSeed(given) && given >= 1) {
    return Array.from({ length: given }, (_, i) => i + 1)
  }
  const whatToDo = 'give a number from 1, or a list of whole numbers'
  if (!Array.isArray(given) || given.length === 0) {
    throw new PlanError([`sweep: seeds is ${described(given)}: ${whatToDo}`])
  }
  const seeds = given as readonly number[]
  const wrong = seeds.find((seed, i) => !isSeed(seed) || seeds.indexOf(seed) !== i)
  if (wrong === undefined) return seeds
  const why = isSeed(wrong) ? 'twice' : 'which is not a whole number'
  throw new PlanError([`sweep: seeds holds ${described(wrong)} ${why}: ${whatToDo}, each once`])
}
