/**
 * What survived a crash at every point: per stage and half of exactly once, at how many points it
 * held, and the first point that refuted it. Surviving every point is no proof: it says so for one
 * experiment, one seed and one crash per run, and the scope names them.
 */
import type { ErrorRecord } from '../history/events'
import type { Plan, Point } from '../history/plan'
import { halfSeen, halves, sameStage, stageName } from './outcomes'
import type { Half, StageOutcome } from './outcomes'

/** A place where the app was crashed, and what that run showed. */
export interface CrashPoint {
  point: Point
  /** `Produce order-1`, `effect charge order-1`, `store position` */
  what: string
  /** Points with the same number are two sides of the same thing: 0, 1, 2, … as they happened. */
  thing: number
  /**
   * `before`: the broker has not seen the request. `after`: the request was applied, the effect
   * has happened, the value is stored, and the app has not heard of it.
   */
  side: 'before' | 'after'
  /** The run again: `lab.run(plan, { bodies })`. */
  plan: Plan
  /** Absent when the run ended without a verdict. */
  stages?: readonly StageOutcome[]
  /** How the app ended after its restart; absent as well without a verdict. */
  ended?: 'done' | 'crashed' | ErrorRecord
  /** Why there is no verdict. */
  error?: string
}

export interface Survival {
  stage: StageOutcome['stage']
  name: string
  half: Half
  held: number
  /** Numbers of the points, from 0, by what they showed. */
  refutedAt: number[]
  notShownAt: number[]
  of: number
  /** `processing of charge: at least once survived 83 of 83 crash points` */
  sentence: string
}

export interface CrashPoints {
  app: string
  /** How often it was crashed, when it was restarted, where and with which seed it ran. */
  setting: string
  /** The setting, and what was tried: how many points of what kind, what was left aside. */
  scope: string
  /** What the run without a crash showed. */
  uncrashed: readonly StageOutcome[]
  points: readonly CrashPoint[]
  survival: readonly Survival[]
}

/** Of every stage of the run without a crash. A run without a verdict shows nothing. */
export function survivalOf(
  uncrashed: readonly StageOutcome[],
  points: readonly CrashPoint[],
): Survival[] {
  return uncrashed.flatMap((stage) =>
    halves.map((half) => {
      const seen = points.map(({ stages }) =>
        stages === undefined ? 'not shown' : halfSeen(half, sameStage(stages, stage)),
      )
      const at = (what: string) => seen.flatMap((each, point) => (each === what ? [point] : []))
      const found = {
        stage: stage.stage,
        name: stage.name,
        half,
        held: at('held').length,
        refutedAt: at('refuted'),
        notShownAt: at('not shown'),
        of: points.length,
      }
      return { ...found, sentence: sentenceOf(found, halfSeen(half, stage), points) }
    }),
  )
}

function sentenceOf(
  found: Omit<Survival, 'sentence'>,
  uncrashed: ReturnType<typeof halfSeen>,
  points: readonly CrashPoint[],
): string {
  const { half, held, of, refutedAt, notShownAt } = found
  const head = `${stageName(found)}: ${half}`
  const already = uncrashed === 'held' ? '' : ` (${uncrashed} without a crash, too)`
  const places = `${of} crash point${of === 1 ? '' : 's'}`
  const more = notShownAt.length > 0 ? `, not shown at ${notShownAt.length}` : ''
  const first = points[refutedAt[0] ?? -1]
  if (first === undefined) return `${head} survived ${held} of ${places}${more}${already}`
  const where = `first at ${pointName(first)}: ${witnessOf(found, first)}`
  return `${head} refuted at ${refutedAt.length} of ${places}${more}${already}, ${where}`
}

/** `Produce order-1, before the broker has it` */
export function pointName({ what, side, point }: Pick<CrashPoint, 'what' | 'side' | 'point'>) {
  if (side === 'before') return `${what}, before the broker has it`
  const isFrame = point.at === 'response'
  return isFrame ? `${what}, before the app hears the answer` : `${what}, once it is done`
}

/** What refuted it there, in the verdict's words. */
function witnessOf({ stage, name, half }: Omit<Survival, 'sentence'>, point: CrashPoint): string {
  const there = sameStage(point.stages ?? [], { stage, name })
  const prefix = `${half}: refuted by `
  const sentence = there?.sentences.find((each) => each.startsWith(prefix))
  if (sentence === undefined) throw new Error(`${name}: nothing refutes ${half} at ${point.what}`)
  return sentence.slice(prefix.length)
}
