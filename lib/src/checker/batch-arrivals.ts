/**
 * What brokers made of each batch that an idempotent producer sent: appended, taken for a repeat of
 * one that was in the log, or refused. Read from the record alone: a repeat is answered with the
 * offset of the batch it repeats. Batches stand in the order in which they left for the leader;
 * over several connections the leader may have seen neighbours the other way round.
 */
import { frames, responses, type Frame } from '../history/frames'
import type { FramePartition } from '../history/events'
import { remember } from '../history/remember'
import type { Run } from '../history/run'

/** `unanswered`: the record has no answer to it, not even one that was lost. */
export type BatchAnswer = 'appended' | 'repeat' | 'refused' | 'unanswered'

export interface SequenceRange {
  first: number
  last: number
}

export interface BatchArrival {
  topic: string
  partition: number
  /** Counts the arrivals in this partition, from 1. */
  number: number
  app: string
  attempt: number
  broker: number
  /** The `frame` of the request that brought it. */
  frame: number
  values: readonly (string | null)[]
  producerId: number
  producerEpoch: number
  sequences: SequenceRange
  answer: BatchAnswer
  /** Told by the broker; absent unless appended or a repeat. */
  offset?: number
  /** Kafka's name of the error; absent unless refused. */
  error?: string
  /** Of a repeat: the values of the batch that it was taken for. */
  takenFor?: readonly (string | null)[]
  /** The producer's last batches in this log as this one arrived, oldest first, at most five. */
  remembered: readonly SequenceRange[]
}

/** How many batches a broker remembers of each producer (`NUM_BATCHES_TO_RETAIN`). */
const rememberedBatches = 5

/** Batches without a producer id are not among them. */
export const batchArrivals: (run: Run) => readonly BatchArrival[] = remember((run) => {
  const partitions = new Map<string, PartitionArrivals>()
  const found: BatchArrival[] = []
  for (const request of frames(run.history)) {
    if (request.api !== 'Produce' || request.direction !== 'request') continue
    if (request.fate !== 'delivered') continue
    const answers = responses(run.history).get(request.frame)?.fields.partitions
    for (const sent of request.fields.partitions ?? []) {
      if ((sent.producerId ?? -1) < 0) continue
      const key = `${sent.topic}-${sent.partition}`
      const arrivals = partitions.get(key) ?? new PartitionArrivals(run, sent)
      partitions.set(key, arrivals)
      const told = answers?.find(
        (one) => one.topic === sent.topic && one.partition === sent.partition,
      )
      found.push(arrivals.add(request, sent, told))
    }
  }
  return found
})

type Batch = Pick<BatchArrival, 'producerId' | 'producerEpoch' | 'sequences' | 'values'>

interface Appended extends Batch {
  offset: number
}

class PartitionArrivals {
  private number = 0
  private inLog: Appended[] = []

  constructor(
    private readonly run: Run,
    private readonly of: { topic: string; partition: number },
  ) {}

  add(request: Frame, sent: FramePartition, told: FramePartition | undefined): BatchArrival {
    const { topic, partition, values = [], producerId, producerEpoch, baseSequence } = sent
    const sequences = { first: baseSequence!, last: baseSequence! + values.length - 1 }
    const batch = { values, producerId: producerId!, producerEpoch: producerEpoch!, sequences }
    const { app, attempt, broker, frame } = request
    this.number += 1
    const about = { topic, partition, number: this.number, app, attempt, broker, frame, ...batch }
    if (told?.error !== undefined) {
      const remembered = this.rememberedOf(batch)
      return { ...about, answer: 'refused', error: told.error, remembered }
    }
    const offset = told?.baseOffset ?? this.offsetOnDeadDisk(broker, batch)
    if (offset === undefined) {
      return { ...about, answer: 'unanswered', remembered: this.rememberedOf(batch) }
    }
    const original = this.inLog.find((one) => one.offset === offset && isSame(one, batch))
    // An offset given twice: the topic was made anew, and its leader knows no producer.
    if (!original && this.inLog.some((one) => one.offset >= offset)) this.inLog = []
    const remembered = this.rememberedOf(batch)
    if (original) {
      return { ...about, answer: 'repeat', offset, takenFor: original.values, remembered }
    }
    this.inLog.push({ ...batch, offset })
    return { ...about, answer: 'appended', offset, remembered }
  }

  /** A broker that died before it answered shows on its disk what it did. */
  private offsetOnDeadDisk(broker: number, batch: Batch): number | undefined {
    const { producerId, producerEpoch, sequences } = batch
    return this.run.replicaLogs
      .filter(({ topic, partition }) => topic === this.of.topic && partition === this.of.partition)
      .filter((replica) => replica.broker === broker && !replica.alive)
      .flatMap(({ batches }) => batches)
      .find(
        (one) =>
          one.producerId === producerId &&
          one.producerEpoch === producerEpoch &&
          one.baseSequence === sequences.first,
      )?.baseOffset
  }

  private rememberedOf({ producerId, producerEpoch }: Batch): SequenceRange[] {
    return this.inLog
      .filter((one) => one.producerId === producerId && one.producerEpoch === producerEpoch)
      .slice(-rememberedBatches)
      .map(({ sequences }) => sequences)
  }
}

function isSame(one: Appended, other: Batch): boolean {
  return (
    one.producerId === other.producerId &&
    one.producerEpoch === other.producerEpoch &&
    one.sequences.first === other.sequences.first &&
    one.sequences.last === other.sequences.last
  )
}
