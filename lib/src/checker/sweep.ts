/**
 * What a sweep saw: of one experiment in several variations, each under many seeds, how many runs
 * showed which guarantee at each stage. A seed decides the simulated latencies and kafkajs's random
 * numbers, so a share over seeds speaks about the model and not about how often a real cluster
 * would do the same.
 */
import type { Plan } from '../history/plan'
import { clopperPearson, type Interval } from './clopper-pearson'
import { sameStage, type StageOutcome } from './outcomes'
import type { Guarantee } from './verdict'

/** What a run is counted as; `nothing happened`: other runs of the sweep have the stage. */
export type RunClass = Guarantee | 'nothing happened' | 'no verdict'

export const runClasses: readonly RunClass[] = [
  ...(['exactly once', 'at least once', 'at most once', 'none'] as const),
  ...(['nothing happened', 'no verdict'] as const),
]

export interface SweptRun {
  seed: number
  /** Absent when the run ended without a verdict. */
  stages?: readonly StageOutcome[]
  error?: string
}

export interface ClassCount {
  class: RunClass
  runs: number
  /** 95 % interval of the share of runs, by Clopper and Pearson. */
  share: Interval
  /** The first seed that showed it, for a run to look at. */
  seed: number
}

export interface SweptStage {
  stage: StageOutcome['stage']
  name: string
  /** In the order of `runClasses`, those that occurred. */
  counts: readonly ClassCount[]
  /** Messages of all runs by cell. */
  messages: Readonly<Record<string, number>>
}

export interface Variation {
  /** The alternative chosen in each dimension. */
  chosen: Readonly<Record<string, string>>
  /** A run of it: `lab.run({ ...plan, seed }, { bodies })`. */
  plan: Plan
  runs: readonly SweptRun[]
}

export interface Sweep {
  seeds: readonly number[]
  variations: readonly (Variation & { stages: readonly SweptStage[] })[]
}

/** Counts the runs of every variation at every stage that any run has. */
export function sweepOf(seeds: readonly number[], variations: readonly Variation[]): Sweep {
  const stages: Pick<StageOutcome, 'stage' | 'name'>[] = []
  for (const { runs } of variations) {
    for (const found of runs.flatMap((run) => run.stages ?? [])) {
      const isKnown = stages.some(({ stage, name }) => stage === found.stage && name === found.name)
      if (!isKnown) stages.push({ stage: found.stage, name: found.name })
    }
  }
  return {
    seeds,
    variations: variations.map((variation) => ({
      ...variation,
      stages: stages.map((stage) => countStage(stage, variation.runs)),
    })),
  }
}

function countStage(
  stage: Pick<StageOutcome, 'stage' | 'name'>,
  runs: readonly SweptRun[],
): SweptStage {
  const messages: Record<string, number> = {}
  const classes = runs.map(({ stages }): RunClass => {
    if (stages === undefined) return 'no verdict'
    const there = sameStage(stages, stage)
    for (const { cell } of there?.messages ?? []) messages[cell] = (messages[cell] ?? 0) + 1
    return there?.guarantee ?? 'nothing happened'
  })
  const counts = runClasses.flatMap((each): ClassCount[] => {
    const first = runs[classes.indexOf(each)]
    if (first === undefined) return []
    const number = classes.filter((other) => other === each).length
    const share = clopperPearson(number, runs.length)
    return [{ class: each, runs: number, share, seed: first.seed }]
  })
  return { ...stage, counts, messages }
}
