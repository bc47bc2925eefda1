/**
 * `show(x)` puts a chart or a finding of the checker into the notebook, in one output with a form
 * for every reader. Outside a notebook it prints the plain form, so that the same code runs as a
 * script.
 */
import type { Anomaly, Bill, CrashPoints, LedgerRow, Sweep, Verdict } from '../checker'
import type { Chart } from '../charts/chart'
import { crashMap, sweepBars } from '../charts'
import { anomalyTable, billTable, ledgerTable, verdictTable } from '../charts/checker-tables'
import { bundleOf } from './bundle'
import { kernelDisplay } from '../lab/kernel'

/**
 * What can be shown: charts, `ledger(run)`, `verdict(run)`, `findAnomalies(run)`, `bill(run)`, and
 * what `crashPoints` and `sweep` give.
 */
export type Showable =
  Chart | readonly LedgerRow[] | Verdict | readonly Anomaly[] | Bill | CrashPoints | Sweep

/** @throws TypeError naming what it got when that is nothing it can show */
export function show(showable: Showable): void {
  const bundle = bundleOf(chartOf(showable))
  const write = kernelDisplay()
  if (write === undefined) process.stdout.write(`${bundle['text/plain']}\n`)
  else write({ data: bundle, metadata: {}, transient: {} }, false)
}

function chartOf(showable: unknown): Chart {
  if (isChart(showable)) return showable
  if (isVerdict(showable)) return verdictTable(showable)
  if (isBill(showable)) return billTable(showable)
  if (isCrashPoints(showable)) return crashMap(showable)
  if (isSweep(showable)) return sweepBars(showable)
  if (Array.isArray(showable)) {
    if (showable.length === 0) return emptyTable
    if (showable.every(isLedgerRow)) return ledgerTable(showable)
    if (showable.every(isAnomaly)) return anomalyTable(showable)
  }
  throw new TypeError(
    `show: cannot show ${described(showable)}; give it a chart such as sequence(run), or ` +
      'ledger(run), verdict(run), findAnomalies(run), bill(run), or what crashPoints or sweep gave',
  )
}

/** An empty list does not tell of what; a run without messages has empty ledgers too. */
const emptyTable: Chart = {
  kind: 'table',
  finding: 'An empty list: no message, or no anomaly',
  columns: [],
  rows: [],
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function isChart(value: unknown): value is Chart {
  if (!isObject(value) || typeof value.finding !== 'string') return false
  return ['vega-lite', 'vega', 'plotly', 'table'].includes(String(value.kind))
}

function isVerdict(value: unknown): value is Verdict {
  return isObject(value) && isObject(value.delivery) && isObject(value.processing)
}

function isBill(value: unknown): value is Bill {
  return isObject(value) && Array.isArray(value.rows) && isObject(value.total)
}

function isCrashPoints(value: unknown): value is CrashPoints {
  return isObject(value) && Array.isArray(value.points) && Array.isArray(value.survival)
}

function isSweep(value: unknown): value is Sweep {
  return isObject(value) && Array.isArray(value.variations) && Array.isArray(value.seeds)
}

function isLedgerRow(value: unknown): value is LedgerRow {
  return isObject(value) && 'told' in value && 'processed' in value && Array.isArray(value.offsets)
}

function isAnomaly(value: unknown): value is Anomaly {
  return isObject(value) && typeof value.name === 'string' && typeof value.message === 'string'
}

/** What something is, in a few words. */
function described(value: unknown): string {
  if (value instanceof Promise) return 'a promise (put `await` before it)'
  if (Array.isArray(value)) return `an array of ${value.length}`
  if (typeof value === 'function') return `the function ${value.name}`
  if (!isObject(value)) return `${typeof value} ${String(value)}`
  if (value.format === 1 && Array.isArray(value.history)) return 'a whole run'
  return `an object with the members ${Object.keys(value).slice(0, 6).join(', ')}`
}
