/**
 * What two runs of one plan must agree on, whichever cluster they ran on, as texts under names: a
 * difference then reads as `logs orders-0: 2:m1(p1 e0 s1) | 2:m1(p1 e0 s0)`. What is left out is in
 * may-differ.ts, with the reason why.
 */
import type { ErrorRecord } from '../history/events'
import { operations, operationsNamed } from '../history/operations'
import type { Operation } from '../history/operations'
import type { LogBatch, Run } from '../history/run'
import { findAnomalies } from './anomalies/index'
import { ledger } from './ledger'
import { outcomeOf, stageName } from './outcomes'
import { processing } from './processing'

/** Lists and texts by name, two levels deep. */
export type Essence = Record<string, Record<string, string | string[]>>

export interface Difference {
  /** Section and entry: `logs orders-0`. */
  where: string
  left: string
  right: string
}

/** What a run must have in common with every other run of its plan. */
export function essenceOf(run: Run): Essence {
  return {
    ended: mapped(Object.entries(run.apps), ([app, { attempts, ended }]) => [
      app,
      `${typeof ended === 'string' ? ended : errorText(ended)} in attempt ${attempts}`,
    ]),
    guarantees: guarantees(run),
    delivery: mapped(ledger(run), ({ topic, value, told, delivery, copies, visible }) => [
      `${topic} ${short(value)}`,
      `told ${told}: ${delivery} (${copies} there, ${visible} visible)`,
    ]),
    processing: Object.fromEntries(
      processing(run).flatMap(({ sink, rows }) =>
        rows.map(({ row, count, cell }) => [
          `${sink.kind} ${sink.name}: ${row.topic} ${short(row.value)}`,
          `${cell} (${count})`,
        ]),
      ),
    ),
    anomalies: { all: anomalyTexts(run) },
    logs: logTexts(run),
    ends: mapped(run.logs, (log) => [
      `${log.topic}-${log.partition}`,
      `from ${log.logStartOffset}, last stable offset ${log.lastStableOffset}, ` +
        `high watermark ${log.highWatermark}, end ${log.logEndOffset}`,
    ]),
    committed: mapped(run.groups, ({ group, topic, partition, offset }) => [
      `${group} ${topic}-${partition}`,
      String(offset),
    ]),
    told: toldTexts(run),
    handled: handledTexts(run),
    acts: { all: actTexts(run) },
  }
}

/** One entry of two essences side by side; a list is one text. */
export interface ComparedEntry {
  section: string
  entry: string
  left: string | string[] | undefined
  right: string | string[] | undefined
  outcome: 'same' | 'differs'
}

/** All entries of both, in the order of the sections. */
export function comparedEntries(left: Essence, right: Essence): ComparedEntry[] {
  return union(left, right).flatMap((section) => {
    const [mine = {}, other = {}] = [left[section], right[section]]
    return union(mine, other).map((entry) => {
      const [a, b] = [mine[entry], other[entry]]
      const outcome = textOf(a) === textOf(b) ? ('same' as const) : ('differs' as const)
      return { section, entry, left: a, right: b, outcome }
    })
  })
}

/** Every place where the two differ; both sides as text. */
export function differencesBetween(left: Essence, right: Essence): Difference[] {
  return comparedEntries(left, right)
    .filter(({ outcome }) => outcome === 'differs')
    .map(({ section, entry, left: a, right: b }) => {
      return { where: `${section} ${entry}`, left: textOf(a), right: textOf(b) }
    })
}

function union(left: object, right: object): string[] {
  return [...new Set([...Object.keys(left), ...Object.keys(right)])]
}

function textOf(value: string | string[] | undefined): string {
  if (value === undefined) return '(nothing)'
  return Array.isArray(value) ? value.join(' · ') : value
}

function mapped<Item>(
  items: readonly Item[],
  entry: (item: Item) => [string, string],
): Record<string, string> {
  return Object.fromEntries(items.map(entry))
}

/** Generated values can be long: their beginning tells them apart. */
function short(value: string | null): string {
  if (value === null) return 'null'
  return value.length > 24 ? `${value.slice(0, 24)}…` : value
}

function errorText({ name, kafkaError }: ErrorRecord): string {
  return kafkaError === undefined ? name : `${name} ${kafkaError}`
}

/** `delivery to orders`, `processing of charge` */
function guarantees(run: Run): Record<string, string> {
  return mapped(outcomeOf(run), (stage) => [stageName(stage), stage.guarantee])
}

function anomalyTexts(run: Run): string[] {
  return findAnomalies(run)
    .map(({ name, topic, values, sink, group }) => {
      const where = [sink, group].filter((each) => each !== undefined)
      return [name, topic, values.map(short).join(','), ...where].join(' ')
    })
    .sort()
}

/** Producer sessions are numbered in the order in which they appear in the logs. */
function logTexts(run: Run): Record<string, string[]> {
  const ids = [
    ...new Set(run.logs.flatMap(({ batches }) => batches.map(({ producerId }) => producerId))),
  ].filter((id) => id >= 0)
  return Object.fromEntries(
    run.logs.map(({ topic, partition, batches }) => [
      `${topic}-${partition}`,
      batches.map((batch) => batchText(batch, ids)),
    ]),
  )
}

function batchText(batch: LogBatch, ids: readonly number[]): string {
  const { baseOffset, producerId, producerEpoch, baseSequence, control, compression } = batch
  const who = producerId < 0 ? [] : [`p${ids.indexOf(producerId) + 1}`, `e${producerEpoch}`]
  if (control) return `${baseOffset}:<${[control.toUpperCase(), ...who].join(' ')}>`
  const details = [
    ...who,
    ...(producerId < 0 ? [] : [`s${baseSequence}`]),
    ...(batch.transactional ? ['transactional'] : []),
    ...(compression === 'none' ? [] : [compression]),
  ]
  const records = batch.records.map(({ key, value }) =>
    key === null ? short(value) : `${key}=${short(value)}`,
  )
  const circumstances = details.length > 0 ? `(${details.join(' ')})` : ''
  return `${baseOffset}:${records.join(',')}${circumstances}`
}

const toldOperations: readonly string[] = [
  ...['connect', 'send', 'transaction', 'commitTransaction', 'abortTransaction', 'sendOffsets'],
]

/** What each client of each app was told, in the order in which it asked. */
function toldTexts(run: Run): Record<string, string[]> {
  const told: Record<string, string[]> = {}
  for (const operation of operations(run.history)) {
    if (!toldOperations.includes(operation.operation)) continue
    const who = `${operation.app} attempt ${operation.attempt} ${operation.client ?? ''}`
    told[who] = [...(told[who] ?? []), toldText(operation)]
  }
  return told
}

function toldText(operation: Operation): string {
  const { outcome, error } = operation
  const asked =
    operation.operation === 'send'
      ? operation.value.messages.map(({ value }) => short(value)).join(',')
      : operation.operation
  if (outcome !== 'ok') return `${asked} ${outcome}${error ? ` ${errorText(error)}` : ''}`
  if (operation.operation !== 'send') return `${asked} ok`
  const places = (operation.result?.results ?? [])
    .map(({ topic, partition, offset }) => `${topic}-${partition}@${offset}`)
    .sort()
  return `${asked} ok ${places.join(' ')}`
}

/** What handlers were entered with, by partition: partitions do not wait for one another. */
function handledTexts(run: Run): Record<string, string[]> {
  const handled: Record<string, string[]> = {}
  for (const { app, attempt, outcome, error, value } of operationsNamed(run.history, 'handle')) {
    for (const message of value.messages) {
      const where = `${app} attempt ${attempt} ${message.topic}-${message.partition}`
      const end = outcome === 'ok' ? '' : ` ${outcome}${error ? ` ${errorText(error)}` : ''}`
      handled[where] = [...(handled[where] ?? []), `${short(message.value)}${end}`]
    }
  }
  return handled
}

/** Which acts were carried out: with other faults the runs would not be the same experiment. */
function actTexts(run: Run): string[] {
  return run.history
    .flatMap((event) => (event.type === 'act' ? [`faults[${event.rule}] ${event.act}`] : []))
    .sort()
}
