/**
 * One piece taken away at a time: a row per version of an app, with the point at which it was
 * struck and what that did. A row is one run under its faults, or a crash at every point. What no
 * verdict counts is said too: records that stand committed and that no read_committed reader gets,
 * because a transaction before them is open.
 */
import { ledger, outcomeOf, pointName, stageName } from '../checker'
import type { CrashPoints, Guarantee, StageOutcome } from '../checker'
import type { Act, Fault, Point } from '../history/plan'
import type { Run } from '../history/run'
import type { Cell, TableChart } from './chart'
import { guaranteeMeanings } from './checker-tables'
import { halfText, isCrashPoints } from './crash-outcomes'
import { isRun } from './labelled-runs'
import { list, plural, valueText } from './words'

interface Row {
  holds: boolean
  struckAt: string
  became: Cell
}

/**
 * `ablationTable({ 'without sendOffsets': run, complete: await crashPoints(…) })`, in that order.
 * @throws TypeError when something stands there that is neither
 */
export function ablationTable(results: Readonly<Record<string, Run | CrashPoints>>): TableChart {
  const rows = Object.entries(results).map(([label, result]) => ({
    label,
    ...rowOf(label, result),
  }))
  const column = (title: string) => ({ title, align: 'left' as const })
  return {
    kind: 'table',
    finding: findingOf(rows),
    columns: [column('version'), column('struck at'), column('what became of it')],
    rows: rows.map(({ label, struckAt, became }) => [{ text: label }, { text: struckAt }, became]),
  }
}

function rowOf(label: string, result: Run | CrashPoints): Row {
  if (isCrashPoints(result)) return rowOfCrashes(result)
  if (isRun(result)) return rowOfRun(result)
  throw new TypeError(
    `ablationTable: '${label}' is neither a run nor what await crashPoints(experiment, app) gave`,
  )
}

function findingOf(rows: readonly (Row & { label: string })[]): string {
  const broken = rows.filter(({ holds }) => !holds)
  const held = rows.filter(({ holds }) => holds).map(({ label }) => label)
  const kept = held.length === 0 ? '' : `; messages stay once with: ${list(held)}`
  const all = plural(rows.length, 'version')
  return `${broken.length} of ${all} lose, repeat or hide messages${kept}`
}

/** A crash at every point: the points that refuted a half, or how many it survived. */
function rowOfCrashes({ survival, points }: CrashPoints): Row {
  const refuted = survival.filter(({ refutedAt }) => refutedAt.length > 0)
  const worst = refuted.find(({ stage }) => stage === 'processing') ?? refuted[0]
  if (worst === undefined) {
    const text = `exactly once survived ${points.length} of ${points.length}`
    const unclear = survival.find(({ held, of }) => held < of)
    if (unclear) {
      const half = { text: `${stageName(unclear)}: ${halfText(unclear)}`, meaning: 'late' as const }
      return { holds: false, struckAt: 'every point', became: half }
    }
    return { holds: true, struckAt: 'every point', became: { text, meaning: 'arrived' } }
  }
  const first = points[worst.refutedAt[0]!]!
  const meaning =
    guaranteeMeanings[worst.half === 'at most once' ? 'at least once' : 'at most once']
  const struckAt = `every point; first seen at ${pointName(first)}`
  return { holds: false, struckAt, became: { text: worst.sentence, meaning } }
}

function rowOfRun(run: Run): Row {
  const struckAt = run.plan.faults.map(faultText).join('; ') || 'nothing'
  const stages = outcomeOf(run)
  const guarantees = stages.filter(({ guarantee }) => guarantee !== 'exactly once')
  const worst = guarantees.find(({ stage }) => stage === 'processing') ?? guarantees[0]
  const hidden = hiddenText(run)
  if (worst !== undefined) return { holds: false, struckAt, became: refutedCell(worst) }
  if (hidden !== undefined) {
    return { holds: false, struckAt, became: { text: hidden, meaning: 'late' } }
  }
  return { holds: true, struckAt, became: { text: 'exactly once: seen', meaning: 'arrived' } }
}

function refutedCell(stage: StageOutcome): Cell {
  const told = stage.sentences.filter((sentence) => !sentence.includes(': seen'))
  const meaning = guaranteeMeanings[stage.guarantee as Guarantee]
  return { text: `${stageName(stage)}: ${told.join('; ')}`, meaning }
}

/** Records that stand committed where a read_committed reader does not come. */
function hiddenText(run: Run): string | undefined {
  const hidden = ledger(run).filter(({ copies, visible }) => copies > 0 && visible === 0)
  const [first] = hidden
  if (first === undefined) return undefined
  const names = list(hidden.map(({ value }) => valueText(value)))
  const { partition } = first.offsets[0]!
  const log = run.logs.find((one) => one.topic === first.topic && one.partition === partition)!
  return (
    `${names} committed in ${first.topic} and hidden from read_committed: ` +
    `an open transaction keeps the last stable offset at ${log.lastStableOffset}`
  )
}

/** `answer to EndTxn 1: crash` */
function faultText({ point, acts }: Fault): string {
  return `${pointText(point)}: ${acts.map(actText).join(', ')}`
}

function pointText(point: Point): string {
  if (point.at === 'time') return `after ${point.ms} ms`
  if (point.at === 'effect') return `effect ${point.kind}`
  if (point.at === 'stored') return `store ${point.key}`
  const { nth, value, app } = point.match
  const what = [point.api, nth, value].filter((part) => part !== undefined).join(' ')
  const whose = app === undefined ? '' : ` of ${app}`
  return `${point.at === 'response' ? 'answer to ' : 'request '}${what}${whose}`
}

function actText(act: Act): string {
  if (act.act === 'holdUntil') return `held until ${pointText(act.point)}`
  return act.act
}
