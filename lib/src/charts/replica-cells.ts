/**
 * What each broker's disk of one partition held, compared with the log that counts in the end. A
 * ghost is a record that is not in that log any more: it still lies on the disk of a broker that
 * has not been told to cut it off, or only the history knows that a leader wrote it there.
 */
import { frames } from '../history/frames'
import type { LogBatch, LogRecord, PartitionLog, ReplicaLog, Run } from '../history/run'
import { valueText } from './words'

export interface ReplicaCell {
  offset: number
  value: string
  /** Undefined where only an answer tells of the record. */
  leaderEpoch: number | undefined
  state: 'in the log' | 'ghost on disk' | 'ghost in an answer' | 'marker'
}

export interface ReplicaRow {
  broker: number
  state: string
  /** By offset; a disk and an answer may differ about one offset. */
  cells: ReplicaCell[]
}

/** A record that a leader wrote, as its answer to the producer said. */
interface Answered {
  broker: number
  offset: number
  value: string
}

/** One row per broker that has, or had, a replica; by broker. */
export function replicaRows(run: Run, log: PartitionLog): ReplicaRow[] {
  const { topic, partition } = log
  const disks = run.replicaLogs.filter((one) => one.topic === topic && one.partition === partition)
  const answered = answeredRecords(run, log)
  const brokers = new Set([...disks, ...answered].map(({ broker }) => broker))
  return [...brokers]
    .sort((a, b) => a - b)
    .map((broker) => {
      const disk = disks.find((one) => one.broker === broker)
      const cells = disk === undefined ? [] : diskCells(disk, log)
      const gone = answered
        .filter((one) => one.broker === broker && !stands(one, cells) && !inLog(one, log))
        .map(({ offset, value }): ReplicaCell => {
          return { offset, value, leaderEpoch: undefined, state: 'ghost in an answer' }
        })
      return { broker, state: stateOf(run, broker, disk), cells: [...cells, ...gone] }
    })
}

/** The broker that led in each leader epoch, as far as answers to producers show it. */
export function leadersByEpoch(run: Run, log: PartitionLog): Map<number, number> {
  const leaders = new Map<number, number>()
  const disks = run.replicaLogs.filter(
    (one) => one.topic === log.topic && one.partition === log.partition,
  )
  const batches = [log, ...disks].flatMap((one) => one.batches)
  for (const { broker, offset, value } of answeredRecords(run, log)) {
    const batch = batches.find(({ records }) =>
      records.some((record) => record.offset === offset && valueText(record.value) === value),
    )
    if (batch !== undefined) leaders.set(batch.leaderEpoch, broker)
  }
  return leaders
}

function diskCells(disk: ReplicaLog, log: PartitionLog): ReplicaCell[] {
  const own = new Set(log.batches.flatMap((batch) => batch.records.map((one) => key(batch, one))))
  return disk.batches.flatMap((batch): ReplicaCell[] => {
    const { leaderEpoch, control, baseOffset } = batch
    if (control !== undefined) {
      return [{ offset: baseOffset, value: control, leaderEpoch, state: 'marker' }]
    }
    return batch.records.map((record) => {
      const isGhost = record.offset >= log.logStartOffset && !own.has(key(batch, record))
      const state = isGhost ? 'ghost on disk' : 'in the log'
      return { offset: record.offset, value: valueText(record.value), leaderEpoch, state }
    })
  })
}

function key({ leaderEpoch, producerId }: LogBatch, { offset, key: of, value }: LogRecord): string {
  return JSON.stringify([offset, leaderEpoch, producerId, of, value])
}

function answeredRecords(run: Run, { topic, partition }: PartitionLog): Answered[] {
  const isHere = (one: { topic: string; partition: number }) =>
    one.topic === topic && one.partition === partition
  const all = frames(run.history).filter(({ api }) => api === 'Produce')
  const requests = new Map(all.map((frame) => [frame.frame, frame]))
  return all.flatMap(({ broker, fields, request, direction }) => {
    const written = fields.partitions?.find(isHere)
    const sent = requests.get(request ?? -1)?.fields.partitions?.find(isHere)
    const base = written?.baseOffset ?? -1
    if (direction !== 'response' || written?.error !== undefined || base < 0) return []
    return (sent?.values ?? []).map((value, index) => {
      return { broker, offset: base + index, value: valueText(value) }
    })
  })
}

const stands = ({ offset, value }: Answered, cells: readonly ReplicaCell[]) =>
  cells.some((cell) => cell.offset === offset && cell.value === value)

const inLog = ({ offset, value }: Answered, { batches }: PartitionLog) =>
  batches.some(({ records }) =>
    records.some((record) => record.offset === offset && valueText(record.value) === value),
  )

function stateOf(run: Run, broker: number, disk: ReplicaLog | undefined): string {
  const lost = run.history.some(
    (event) =>
      event.type === 'broker' && event.broker === broker && event.state === 'lost its disk',
  )
  if (lost) return 'lost its disk'
  if (disk === undefined) return 'has no replica'
  return disk.alive ? 'running' : 'dead'
}
