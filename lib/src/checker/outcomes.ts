/**
 * What one run showed, small enough to keep hundreds of: per stage the guarantee and, per message,
 * its cell. Exploring runs an experiment many times and keeps this of each run; the run itself can
 * be had again from its plan.
 */
import type { Run } from '../history/run'
import { ledger, type DeliveryCell } from './ledger'
import { processing, stageOf, type ProcessingCell } from './processing'
import type { Sink } from './sinks'
import { processingVerdict, verdict, type Guarantee } from './verdict'

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

/**
 * Delivery per topic, then processing per sink, as the verdict has them.
 * @param expected sinks of another run of the experiment: one that this run never reached leaves no
 * trace in it, and is judged as having processed nothing
 */
export function outcomeOf(run: Run, expected: readonly Sink[] = []): StageOutcome[] {
  const delivery = Object.values(verdict(run).delivery).map(({ name, guarantee, sentences }) => ({
    stage: 'delivery' as const,
    name,
    guarantee,
    sentences,
    messages: ledger(run)
      .filter(({ topic }) => topic === name)
      .map(({ topic, value, copies, delivery: cell }) => ({ topic, value, count: copies, cell })),
  }))
  const reached = processing(run)
  const unreached = expected
    .filter(({ name }) => !reached.some(({ sink }) => sink.name === name))
    .map((sink) => stageOf(run, { ...sink, count: () => 0 }))
  const processed = [...reached, ...unreached].map((one) => {
    const { name, guarantee, sentences } = processingVerdict(one)
    const messages = one.rows.map(({ row: { topic, value }, count, cell }) => {
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
