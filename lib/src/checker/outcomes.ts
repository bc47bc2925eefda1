/**
 * What one run showed, small enough to keep hundreds of: per stage the guarantee and, per message,
 * its cell. Exploring runs an experiment many times and keeps this of each run; the run itself can
 * be had again from its plan.
 */
import type { Run } from '../history/run'
import { ledger, type DeliveryCell } from './ledger'
import { processing, type ProcessingCell } from './processing'
import { verdict, type Guarantee } from './verdict'

export interface MessageOutcome {
  topic: string
  value: string | null
  /** Copies in the log for delivery; how often the sink processed it for processing. */
  count: number
  cell: DeliveryCell | ProcessingCell
}

export interface StageOutcome {
  stage: 'delivery' | 'processing'
  /** The topic or the sink. */
  name: string
  guarantee: Guarantee
  /** The verdict's sentences, with its witnesses. */
  sentences: readonly string[]
  messages: readonly MessageOutcome[]
}

/** What a run showed of one half of exactly once. */
export type HalfSeen = 'held' | 'refuted' | 'not shown'

export type Half = 'at least once' | 'at most once'

export const halves: readonly Half[] = ['at least once', 'at most once']

const absent: readonly string[] = ['lost', 'missing']
const doubled: readonly string[] = ['duplicated', 'false failure, duplicated', 'reprocessed']

/** Delivery per topic, then processing per sink, as the verdict has them. */
export function outcomeOf(run: Run): StageOutcome[] {
  const judged = verdict(run)
  const delivery = Object.values(judged.delivery).map(({ name, guarantee, sentences }) => ({
    stage: 'delivery' as const,
    name,
    guarantee,
    sentences,
    messages: ledger(run)
      .filter(({ topic }) => topic === name)
      .map(({ topic, value, copies, delivery: cell }) => ({ topic, value, count: copies, cell })),
  }))
  const processed = processing(run).map(({ sink, rows }) => {
    const { name, guarantee, sentences } = judged.processing[sink.name]!
    const messages = rows.map(({ row: { topic, value }, count, cell }) => {
      return { topic, value, count, cell }
    })
    return { stage: 'processing' as const, name, guarantee, sentences, messages }
  })
  return [...delivery, ...processed]
}

/** The same stage of another run; undefined where that run has none. */
export function sameStage(
  stages: readonly StageOutcome[],
  { stage, name }: Pick<StageOutcome, 'stage' | 'name'>,
): StageOutcome | undefined {
  return stages.find((other) => other.stage === stage && other.name === name)
}

/**
 * A stage that a run does not have refutes nothing: nothing was processed twice there, but that
 * everything will be processed was not shown either.
 */
export function halfSeen(half: Half, stage: StageOutcome | undefined): HalfSeen {
  const isMost = half === 'at most once'
  if (stage === undefined) return isMost ? 'held' : 'not shown'
  const refuting = isMost ? doubled : absent
  if (stage.messages.some(({ cell }) => refuting.includes(cell))) return 'refuted'
  const isWaiting = !isMost && stage.messages.some(({ cell }) => cell === 'waiting')
  return isWaiting ? 'not shown' : 'held'
}

/** `delivery to orders`, `processing of charge` */
export function stageName({ stage, name }: Pick<StageOutcome, 'stage' | 'name'>): string {
  return stage === 'delivery' ? `delivery to ${name}` : `processing of ${name}`
}
