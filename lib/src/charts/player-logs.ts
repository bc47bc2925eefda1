/**
 * The logs of a run as they stood at each step: the same run with fewer batches and lower marks,
 * so that the picture of the logs can be asked what it would have drawn then. The high watermark is
 * what brokers told: fetches name it, and an acknowledged `acks: -1` write lies below it. The last
 * stable offset follows Kafka's rule (`UnifiedLog.lastStableOffset`): the first offset of an open
 * transaction, else the high watermark.
 */
import { frames, responses } from '../history/frames'
import type { LogBatch, PartitionLog, Run } from '../history/run'
import type { LogMarks } from './log-cells'
import { appends, atTheEnd, beforeTheRun, samePlace } from './player-appends'
import type { Steps } from './player-steps'

/** The run as its logs stood at every step, 0 to last; unchanged ones are the same object. */
export function runsByStep(run: Run, steps: Steps): Run[] {
  const stepOf = appendSteps(run, steps)
  const watermarks = run.logs.map((log) => {
    const seeded = log.batches.filter((batch) => stepOf.get(batch) === 0)
    return highWatermarks(run, log, { steps, start: endOf(log, seeded) })
  })
  const runs: Run[] = []
  let before = ''
  for (let step = 0; step <= steps.last; step += 1) {
    const there = <Log extends { batches: LogBatch[] }>(log: Log): Log => ({
      ...log,
      batches: log.batches.filter((batch) => (stepOf.get(batch) as number) <= step),
    })
    const logs = run.logs.map((log, position) => {
      const own = there(log)
      if (step === steps.last) return own
      return { ...own, ...marksAt(own, watermarks[position]?.[step] as number) }
    })
    const replicaLogs = run.replicaLogs.map(there)
    const now = JSON.stringify([logs.map(summary), replicaLogs.map(summary)])
    runs.push(now === before ? (runs[step - 1] as Run) : { ...run, logs, replicaLogs })
    before = now
  }
  return runs
}

function appendSteps(run: Run, steps: Steps): Map<LogBatch, number> {
  const found = new Map<LogBatch, number>()
  for (const [batch, index] of appends(run)) {
    if (index === beforeTheRun) found.set(batch, 0)
    else found.set(batch, index === atTheEnd ? steps.last : steps.at(index))
  }
  return found
}

function summary(log: { batches: LogBatch[] } & Partial<LogMarks>): unknown[] {
  return [log.batches.length, log.highWatermark, log.lastStableOffset]
}

function endOf({ logStartOffset }: PartitionLog, batches: readonly LogBatch[]): number {
  return (batches[batches.length - 1]?.lastOffset ?? logStartOffset - 1) + 1
}

/** What was known of the high watermark at each step. */
function highWatermarks(
  run: Run,
  log: PartitionLog,
  { steps, start }: { steps: Steps; start: number },
): number[] {
  const answers = responses(run.history)
  const found = new Array<number>(steps.last + 1).fill(start)
  const raise = (index: number, to: (known: number) => number) => {
    const step = steps.at(index)
    found.fill(to(found[step] as number), step)
  }
  for (const { frame, api, direction, fields, index } of frames(run.history)) {
    const part = fields.partitions?.find(samePlace(log))
    if (part === undefined || part.error !== undefined) continue
    const { highWatermark } = part
    if (api === 'Fetch' && direction === 'response' && highWatermark !== undefined) {
      raise(index, () => highWatermark)
    }
    if (api === 'Produce' && direction === 'request' && fields.acks === -1) {
      const answer = answers.get(frame)
      const told = answer?.fields.partitions?.find(samePlace(log))
      if (answer === undefined || told?.baseOffset === undefined) continue
      const end = told.baseOffset + (part.values ?? []).length
      raise(answer.index, (known) => Math.max(known, end))
    }
  }
  return found
}

function marksAt(log: PartitionLog, told: number): LogMarks & { logEndOffset: number } {
  const end = endOf(log, log.batches)
  const highWatermark = Math.min(told, end)
  const open = new Map<number, number>()
  for (const { transactional, control, producerId, baseOffset } of log.batches) {
    if (control !== undefined) open.delete(producerId)
    else if (transactional && !open.has(producerId)) open.set(producerId, baseOffset)
  }
  const lastStableOffset = Math.min(highWatermark, ...open.values())
  return { highWatermark, lastStableOffset, logEndOffset: end }
}
