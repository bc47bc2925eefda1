/**
 * How far a partition's log, its high watermark and its last stable offset had come, as the run's
 * frames tell it: the answer to a Produce tells where the log ends, the answer to a Fetch both
 * marks. Nobody asked the broker in between, so a step stands where someone was told of it. Answers
 * to different consumers overtake each other: what was told once is not taken back.
 */
import { frames, responses, type Frame } from '../history/frames'
import { operationsNamed } from '../history/operations'
import type { Run } from '../history/run'

export interface PartitionPlace {
  topic: string
  partition: number
}

/** What was known from `timeMs` on. A mark that nobody was told yet is undefined. */
export interface WatermarkStep {
  timeMs: number
  logEnd: number
  highWatermark: number | undefined
  lastStableOffset: number | undefined
}

/** A record taken up by a handler. */
export interface HandledRecord {
  timeMs: number
  app: string
  offset: number
  value: string | null
  isolationLevel: 'read_uncommitted' | 'read_committed'
}

/** A transaction with records in the partition ends: the answer to its EndTxn. */
export interface TransactionMark {
  timeMs: number
  app: string
  verdict: 'commit' | 'abort'
}

/** One step per change, in the order of time. */
export function watermarkSteps(run: Run, place: PartitionPlace): WatermarkStep[] {
  const steps: WatermarkStep[] = []
  let last: WatermarkStep = {
    timeMs: 0,
    logEnd: 0,
    highWatermark: undefined,
    lastStableOffset: undefined,
  }
  for (const told of toldOffsets(run, place)) {
    const highWatermark = higher(last.highWatermark, told.highWatermark)
    const next = {
      timeMs: told.timeMs,
      logEnd: Math.max(last.logEnd, told.logEnd ?? 0, highWatermark ?? 0),
      highWatermark,
      lastStableOffset: higher(last.lastStableOffset, told.lastStableOffset),
    }
    if (sameOffsets(last, next)) continue
    steps.push(next)
    last = next
  }
  return steps
}

type Told = { timeMs: number } & Partial<Omit<WatermarkStep, 'timeMs'>>

function toldOffsets(run: Run, place: PartitionPlace): Told[] {
  const answers = responses(run.history)
  const told = frames(run.history).flatMap((frame): Told[] => {
    if (frame.api === 'Fetch' && frame.direction === 'response' && frame.fate === 'delivered') {
      const timeMs = frame.met?.timeMs ?? frame.timeMs
      return partsOf(frame, place).map(({ highWatermark, lastStableOffset }) => ({
        timeMs,
        highWatermark: known(highWatermark),
        lastStableOffset: known(lastStableOffset),
      }))
    }
    const answer = answers.get(frame.frame)
    if (frame.api !== 'Produce' || frame.direction !== 'request' || answer === undefined) return []
    return partsOf(frame, place).flatMap(({ values = [] }) =>
      partsOf(answer, place).flatMap(({ baseOffset }) =>
        baseOffset === undefined
          ? []
          : [{ timeMs: answer.timeMs, logEnd: baseOffset + values.length }],
      ),
    )
  })
  return told.sort((one, other) => one.timeMs - other.timeMs)
}

function partsOf({ fields }: Frame, { topic, partition }: PartitionPlace) {
  return (fields.partitions ?? []).filter(
    (each) => each.topic === topic && each.partition === partition && each.error === undefined,
  )
}

/** A broker that does not say writes -1. */
function known(offset: number | undefined): number | undefined {
  return offset === undefined || offset < 0 ? undefined : offset
}

function higher(one: number | undefined, other: number | undefined): number | undefined {
  if (one === undefined || other === undefined) return one ?? other
  return Math.max(one, other)
}

function sameOffsets(one: WatermarkStep, other: WatermarkStep): boolean {
  return (
    one.logEnd === other.logEnd &&
    one.highWatermark === other.highWatermark &&
    one.lastStableOffset === other.lastStableOffset
  )
}

/** What consumers' handlers took up from the partition, by the level their consumer asked for. */
export function handledRecords(run: Run, { topic, partition }: PartitionPlace): HandledRecord[] {
  const levels = new Map<string, HandledRecord['isolationLevel']>()
  for (const { app, attempt, client, fields } of frames(run.history)) {
    const { isolationLevel } = fields
    if (isolationLevel !== undefined) levels.set(`${app}/${attempt}/${client}`, isolationLevel)
  }
  return operationsNamed(run.history, 'handle').flatMap(({ app, attempt, client, value, start }) =>
    value.messages.flatMap((message) => {
      const isolationLevel = levels.get(`${app}/${attempt}/${client}`)
      const { offset } = message
      if (message.topic !== topic || message.partition !== partition) return []
      if (isolationLevel === undefined || offset === undefined) return []
      return [{ timeMs: start.timeMs, app, offset, value: message.value, isolationLevel }]
    }),
  )
}

/** The ends of transactions that had sent records to the partition. */
export function transactionMarks(run: Run, place: PartitionPlace): TransactionMark[] {
  const answers = responses(run.history)
  const found: TransactionMark[] = []
  const writers = new Set<number>()
  for (const frame of frames(run.history)) {
    if (frame.direction !== 'request') continue
    const { api, app, fields } = frame
    if (api === 'Produce') {
      for (const { producerId = -1 } of partsOf(frame, place)) writers.add(producerId)
    } else if (api === 'EndTxn' && writers.has(fields.producerId ?? -1)) {
      const answer = answers.get(frame.frame)
      if (answer === undefined || answer.fields.error !== undefined) continue
      found.push({ timeMs: answer.timeMs, app, verdict: fields.verdict ?? 'commit' })
    }
  }
  return found
}
