/**
 * When each batch came into its log. A history does not record appends: a broker answers a Produce
 * only later, or never. Answers name offsets, so an answered request is found again in the log by
 * its values and its base offset; one whose answer nobody sent is found by its values alone, in the
 * order of sending. Either way the batch is placed where its request reached the broker. A control
 * marker is placed at the answer to the EndTxn (or to the InitProducerId that fenced the
 * transaction), since brokers write markers after it. What no request explains is known from what
 * readers were told, and else only from the log read at the end.
 */
import { frames, responses, type Frame } from '../history/frames'
import type { LogBatch, PartitionLog, ReplicaLog, Run } from '../history/run'

/** Of a batch that stood in the log before the first event. */
export const beforeTheRun = -1
/** Of a batch that only the log read at the end shows. */
export const atTheEnd = Infinity

type Log = Pick<PartitionLog | ReplicaLog, 'topic' | 'partition' | 'batches'>

/** Produce requests that reached their broker, one per partition, by what they brought. */
type Claims = Map<string, Claim[]>

interface Claim {
  /** Where the request reached the broker. */
  index: number
  baseOffset: number | undefined
}

/** The index of the event at which each batch of the run's logs and disks was appended. */
export function appends(run: Run): Map<LogBatch, number> {
  const claims = claimsOf(run)
  const known = new Map<string, number>()
  for (const { log, batch } of batchesByEpoch(run)) {
    const key = keyOf(log, batch)
    if (batch.control === undefined && !known.has(key)) known.set(key, take(claims, log, batch))
  }
  const times = new Map<LogBatch, number>()
  for (const log of [...run.logs, ...run.replicaLogs]) {
    inOrder(run, log, known).forEach((index, position) => {
      times.set(log.batches[position] as LogBatch, index)
    })
  }
  return times
}

/** All batches, older leaders first: what a later leader wrote was sent later. */
function batchesByEpoch(run: Run): { log: Log; batch: LogBatch }[] {
  return [...run.logs, ...run.replicaLogs]
    .flatMap((log) => log.batches.map((batch) => ({ log, batch })))
    .sort(
      (one, other) =>
        one.batch.leaderEpoch - other.batch.leaderEpoch ||
        one.batch.baseOffset - other.batch.baseOffset,
    )
}

/** What makes batches of two replicas the same batch. */
function keyOf(log: Log, batch: LogBatch): string {
  const values = batch.records.map(({ value }) => value)
  return JSON.stringify([batch.baseOffset, batch.leaderEpoch, contents(log, values, batch)])
}

function claimsOf(run: Run): Claims {
  const answers = responses(run.history)
  const claims: Claims = new Map()
  for (const { frame, index } of delivered(run, 'Produce')) {
    for (const part of frame.fields.partitions ?? []) {
      const told = answers.get(frame.frame)?.fields.partitions?.find(samePlace(part))
      const key = contents(part, part.values ?? [], part)
      claims.set(key, [...(claims.get(key) ?? []), { index, baseOffset: told?.baseOffset }])
    }
  }
  return claims
}

/** What a request and the batch that it brought have in common; a sequence needs a producer id. */
function contents(
  { topic, partition }: { topic: string; partition: number },
  values: readonly (string | null)[],
  { producerId = -1, baseSequence = -1 }: { producerId?: number; baseSequence?: number },
): string {
  const sequence = producerId < 0 ? -1 : baseSequence
  return JSON.stringify([topic, partition, producerId, sequence, values])
}

function delivered(run: Run, api: string): { frame: Frame; index: number }[] {
  return frames(run.history).flatMap((frame) => {
    const wanted = frame.api === api && frame.direction === 'request'
    if (!wanted || frame.fate !== 'delivered' || frame.met === undefined) return []
    return [{ frame, index: frame.met.index }]
  })
}

export function samePlace(place: { topic: string; partition: number }) {
  return (other: { topic: string; partition: number }): boolean =>
    other.topic === place.topic && other.partition === place.partition
}

/** Takes the request that brought a batch out of the list; an answer's offset goes before order. */
function take(claims: Claims, log: Log, batch: LogBatch): number {
  const values = batch.records.map(({ value }) => value)
  const fits = claims.get(contents(log, values, batch)) ?? []
  const answered = fits.find(({ baseOffset }) => baseOffset === batch.baseOffset)
  const claim = answered ?? fits.find(({ baseOffset }) => baseOffset === undefined)
  if (claim === undefined) return atTheEnd
  fits.splice(fits.indexOf(claim), 1)
  return claim.index
}

/** A log's batches in time: markers placed, and no batch before the one below it. */
function inOrder(run: Run, log: Log, known: ReadonlyMap<string, number>): number[] {
  const told = firstTold(run, log)
  const lastOf = new Map<number, number>()
  let seeds = seedsOf(run, log)
  let before = beforeTheRun
  const found = log.batches.map((batch) => {
    const { control, producerId } = batch
    const since = lastOf.get(producerId) ?? before
    let index =
      control === undefined ? (known.get(keyOf(log, batch)) as number) : markerAt(run, batch, since)
    if (index === atTheEnd && seeds >= batch.records.length && batch.records.length > 0) {
      index = beforeTheRun
      seeds -= batch.records.length
    }
    if (index === atTheEnd) index = told(batch.lastOffset)
    before = Math.max(before, index === atTheEnd ? before : index)
    lastOf.set(producerId, index)
    return index === atTheEnd ? index : before
  })
  let after = atTheEnd
  return found
    .reverse()
    .map((index) => (after = Math.min(after, index)))
    .reverse()
}

/** How many records the plan wrote to this partition before the apps started. */
function seedsOf({ plan }: Run, { topic, partition }: Log): number {
  const records = plan.topics[topic]?.records ?? []
  const own = (each: (typeof records)[number]) =>
    typeof each === 'string' ? 0 : (each.partition ?? 0)
  return records.filter((each) => own(each) === partition).length
}

function markerAt(run: Run, marker: LogBatch, since: number): number {
  const answers = responses(run.history)
  const ends = delivered(run, 'EndTxn').flatMap(({ frame, index }) => {
    const { fields } = frame
    if (fields.producerId !== marker.producerId || fields.verdict !== marker.control) return []
    const answer = answers.get(frame.frame)
    return answer?.fields.error === undefined ? [answer?.index ?? index] : []
  })
  const fences = frames(run.history).flatMap(({ api, direction, fields, index }) => {
    const fencing = api === 'InitProducerId' && direction === 'response'
    const same = fields.producerId === marker.producerId && marker.control === 'abort'
    return fencing && same ? [index] : []
  })
  const after = [...ends, ...fences].filter((index) => index > since)
  return Math.min(atTheEnd, ...after)
}

/** When a reader was first told that an offset is there. */
function firstTold(run: Run, log: Log): (offset: number) => number {
  const told = frames(run.history).flatMap(({ api, direction, fields, index }) => {
    if (api !== 'Fetch' || direction !== 'response') return []
    const part = fields.partitions?.find(samePlace(log))
    return part?.highWatermark === undefined || part.error !== undefined
      ? []
      : [{ index, end: part.highWatermark }]
  })
  return (offset) => told.find(({ end }) => end > offset)?.index ?? atTheEnd
}
