/**
 * A run in a line of text: a partition's log as `W(s0) A(s1) <COMMIT>`, what each send was told as
 * `A @1`, the values a consumer handled. Ids and times are left out: producers are numbered in the
 * order in which they appear, and only where a log has more than one; epochs likewise.
 */
import { operations, operationsNamed } from '../../lib/src/history/operations'
import type { Operation } from '../../lib/src/history/operations'
import type { LogBatch, Run } from '../../lib/src/history/run'

/** A partition's log as its leader serves it at the end. */
export function logText(run: Run, topic: string, partition = 0): string {
  const log = run.logs.find((entry) => entry.topic === topic && entry.partition === partition)
  if (!log) throw new Error(`the run has no log of ${topic}-${partition}`)
  return batchesText(log.batches)
}

/** One broker's replica as its disk held it before the cluster was healed. */
export function replicaText(run: Run, topic: string, broker: number): string {
  const log = run.replicaLogs.find((entry) => entry.topic === topic && entry.broker === broker)
  if (!log) throw new Error(`the run has no replica of ${topic}-0 on broker ${broker}`)
  return batchesText(log.batches)
}

function batchesText(batches: readonly LogBatch[]): string {
  const producers = distinct(batches.map((batch) => batch.producerId).filter((id) => id >= 0))
  const epochs = distinct(batches.map((batch) => `${batch.producerId}/${batch.producerEpoch}`))
  const severalEpochs = epochs.length > distinct(batches.map((batch) => batch.producerId)).length
  return batches
    .map((batch) => {
      const who = [
        ...(producers.length > 1 && batch.producerId >= 0
          ? [`p${producers.indexOf(batch.producerId) + 1}`]
          : []),
        ...(severalEpochs && batch.producerId >= 0 ? [`e${batch.producerEpoch}`] : []),
      ]
      if (batch.control) return `<${[batch.control.toUpperCase(), ...who].join(' ')}>`
      const place = batch.producerId < 0 ? who : [...who, `s${batch.baseSequence}`]
      const values = batch.records.map((record) => record.value).join(',')
      return place.length > 0 ? `${values}(${place.join(' ')})` : values
    })
    .join(' ')
}

function distinct<Value>(values: readonly Value[]): Value[] {
  return [...new Set(values)]
}

const told = ['send', 'transaction', 'commitTransaction', 'abortTransaction', 'sendOffsets']
const shortNames: Record<string, string> = {
  commitTransaction: 'commit',
  abortTransaction: 'abort',
  transaction: 'begin',
}

/**
 * What the apps were told, in the order in which they asked: `A @0, B OUT_OF_ORDER_SEQUENCE_NUMBER,
 * commit ok`. An offset is preceded by its partition unless that is 0.
 */
export function toldText(run: Run): string {
  return operations(run.history)
    .filter(({ operation }) => told.includes(operation))
    .map((operation) => `${askedText(operation)} ${answerText(operation)}`)
    .join(', ')
}

function askedText(operation: Operation): string {
  if (operation.operation !== 'send') {
    return shortNames[operation.operation] ?? operation.operation
  }
  return operation.value.messages.map((message) => message.value).join(',')
}

function answerText(operation: Operation): string {
  const { outcome, error } = operation
  if (outcome === 'pending') return 'pending'
  if (error) return error.kafkaError ?? error.name
  if (operation.operation !== 'send') return outcome
  const results = [...(operation.result?.results ?? [])].sort((a, b) => a.partition - b.partition)
  if (results.length === 0) return 'sent'
  return results
    .map(({ partition, offset }) => (partition === 0 ? `@${offset}` : `p${partition}@${offset}`))
    .join(' ')
}

/** Values in the order in which handlers were entered. */
export function handledText(run: Run): string {
  return operations(run.history)
    .flatMap((operation) => (operation.operation === 'handle' ? operation.value.messages : []))
    .map(({ value }) => value)
    .join(' ')
}

/** How often requests of this API left the apps; the lab's own copies are not counted. */
export function requestCount(run: Run, api: string): number {
  return run.history.filter(
    (event) =>
      event.type === 'frame' &&
      event.direction === 'request' &&
      event.api === api &&
      event.copy === undefined,
  ).length
}

/** Offsets that groups committed, in order: one per OffsetCommit and partition. */
export function commitsText(run: Run): string {
  return operationsNamed(run.history, 'commitOffsets')
    .flatMap(({ value }) => value.offsets)
    .map(({ offset }) => offset)
    .join(' ')
}
