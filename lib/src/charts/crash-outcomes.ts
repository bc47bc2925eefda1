/**
 * What the pictures of crash points share: which stages and messages a crash changed, the things
 * the app did with their one or two points, and what is kept when a picture must be cut.
 */
import { halfSeen, halves, pointName, sameStage } from '../checker'
import type { CrashPoint, CrashPoints, MessageOutcome, StageOutcome, Survival } from '../checker'
import { meanings } from './counts'
import type { Meaning } from './palette'
import { valueText } from './words'

/** Of a column or a panel at the most; messages that a crash changed stay. */
const mostMessages = 16

export function isCrashPoints(given: unknown): given is CrashPoints {
  const { points, survival } = (given ?? {}) as Partial<CrashPoints>
  return Array.isArray(points) && Array.isArray(survival)
}

export function halfText({ half, held, of, refutedAt }: Survival): string {
  if (refutedAt.length > 0) return `${half} refuted at ${refutedAt.length} of ${of}`
  return `${half} survived ${held} of ${of}`
}

export function halvesOf(
  { survival }: CrashPoints,
  { stage, name }: StageOutcome,
): readonly Survival[] {
  return survival.filter((each) => each.name === name && each.stage === stage)
}

/**
 * The stages that some crash changed; all of them where no crash changed any. A topic that is a
 * sink too is drawn once: how often an order was charged is how often its charge stands there.
 */
export function changedStages(result: CrashPoints): readonly StageOutcome[] {
  const changed = result.uncrashed.filter((stage) => !isUnharmed(result, stage))
  const stages = changed.length > 0 ? changed : result.uncrashed
  const isSink = (topic: string) =>
    stages.some(({ stage, name }) => stage === 'processing' && name === topic)
  return stages.filter(({ stage, name }) => stage === 'processing' || !isSink(name))
}

export function isUnharmed(result: CrashPoints, stage: StageOutcome): boolean {
  return halvesOf(result, stage).every(({ held, of }) => held === of)
}

export function isOdd({ uncrashed }: CrashPoints, { stages }: CrashPoint): boolean {
  return uncrashed.some((stage) => {
    const there = stages && sameStage(stages, stage)
    return halves.some((half) => halfSeen(half, there) !== 'held')
  })
}

export interface Thing {
  what: string
  before?: CrashPoint
  after?: CrashPoint
}

export function thingsOf({ points }: CrashPoints): Thing[] {
  const things = new Map<number, Thing>()
  for (const point of points) {
    const thing: Thing = things.get(point.thing) ?? { what: point.what }
    thing[point.side] = point
    things.set(point.thing, thing)
  }
  return [...things.values()]
}

export function isOddThing(result: CrashPoints, { before, after }: Thing): boolean {
  return [before, after].some((point) => point !== undefined && isOdd(result, point))
}

/** Those that fared otherwise at some point than without a crash come first. */
export function keptMessages(
  { points }: CrashPoints,
  stage: StageOutcome,
): StageOutcome['messages'] {
  const changed = new Set(
    points.flatMap(({ stages }) => {
      const there = stages && sameStage(stages, stage)
      return (there?.messages ?? []).flatMap(({ topic, value, cell }) => {
        const same = stage.messages.find((each) => each.topic === topic && each.value === value)
        return same !== undefined && same.cell !== cell ? [same] : []
      })
    }),
  )
  return most(stage.messages, mostMessages, (message) => changed.has(message))
}

/** At most `limit` items in their order; those that are odd go first when some must go. */
export function most<Item>(
  items: readonly Item[],
  limit: number,
  isOdd: (item: Item) => boolean,
): Item[] {
  const ordered = [...items.filter(isOdd), ...items.filter((item) => !isOdd(item))]
  const kept = new Set(ordered.slice(0, limit))
  return items.filter((item) => kept.has(item))
}

/** Of one message at one point: what to colour, count and say. */
export function cellAt(point: CrashPoint, stage: StageOutcome, message: MessageOutcome) {
  const { topic, value } = message
  const there = point.stages && sameStage(point.stages, stage)
  const seen = there?.messages.find((each) => each.topic === topic && each.value === value)
  const meaning: Meaning = seen === undefined ? 'unknown' : meanings[seen.cell]
  const outcome = seen === undefined ? noOutcome(point) : seen.cell
  const tip = { title: pointName(point), message: valueText(value), outcome }
  return { count: seen?.count, meaning, tip }
}

function noOutcome({ error }: CrashPoint): string {
  return error === undefined ? 'never came to this stage' : `no verdict: ${error}`
}
