/**
 * How many messages fared how: one panel per stage (a topic's delivery, a sink's processing), one row
 * of panels per run. The cells of the verdict's tables are the bars, so nothing is counted here that
 * the checker did not judge.
 */
import { verdict, type StageVerdict, type Verdict } from '../checker/verdict'
import type { VegaLiteChart, VegaLiteSpec } from './chart'
import { labelledRuns, type LabelledRun, type Runs } from './labelled-runs'
import { palette, type Meaning } from './palette'
import { headingLines, sharedConfig, vegaLiteSchema } from './picture'
import { count, list, plural } from './words'

type Outcome = keyof (Verdict['delivery'][string]['counts'] & Verdict['processing'][string]['counts'])
  | keyof Verdict['delivery'][string]['counts']
  | keyof Verdict['processing'][string]['counts']

/** Outcomes from the best to the worst, with the colour that each has in every chart. */
const meanings: Record<Outcome, Meaning> = {
  once: 'arrived',
  duplicated: 'repeated',
  reprocessed: 'repeated',
  'false failure': 'repeated',
  'false failure, duplicated': 'repeated',
  lost: 'lost',
  missing: 'lost',
  waiting: 'late',
  refused: 'unknown',
}

interface Bar {
  run: string
  stage: string
  outcome: Outcome
  messages: number
  text: string
}

/** @throws TypeError when given something else than runs */
export function counts(runs: Runs): VegaLiteChart {
  const labelled = labelledRuns('counts', runs)
  const bars = labelled.flatMap(barsOf)
  const stages = [...new Set(bars.map(({ stage }) => stage))]
  const outcomes = (Object.keys(meanings) as Outcome[]).filter(
    (outcome) => outcome === 'once' || bars.some((bar) => bar.outcome === outcome),
  )
  const finding = labelled.map(findingOf).join('; ')
  return { kind: 'vega-lite', finding, spec: specOf({ labelled, bars, stages, outcomes, finding }) }
}

function barsOf({ label, run }: LabelledRun): Bar[] {
  const { delivery, processing } = verdict(run)
  const bars = (stage: string, counted: object) =>
    (Object.entries(counted) as [Outcome, number][]).map(([outcome, messages]): Bar => ({
      run: label, stage, outcome, messages, text: count(messages),
    }))
  return [
    ...Object.values(delivery).flatMap((stage) => bars(deliveryName(stage.name), stage.counts)),
    ...Object.values(processing).flatMap((stage) => bars(`processing: ${stage.name}`, stage.counts)),
  ]
}

function deliveryName(topic: string): string {
  return `delivery to ${topic}`
}

/** `acks 1: 9 of 100 messages lost, 13 duplicated (orders)` */
function findingOf({ label, run }: LabelledRun): string {
  const { delivery, processing } = verdict(run)
  const stages = [...Object.values(delivery), ...Object.values(processing)]
  const parts = stages.map(stageText)
  const text = parts.length === 0 ? 'no message was sent' : parts.join(', ')
  return label === '' ? text.charAt(0).toUpperCase() + text.slice(1) : `${label}: ${text}`
}

function stageText({ name, counts: counted }: StageVerdict<never>): string {
  const entries = Object.entries(counted) as [string, number][]
  const total = entries.reduce((sum, [, messages]) => sum + messages, 0)
  const odd = entries.filter(([outcome]) => outcome !== 'once')
  if (odd.length === 0) return `${name}: ${total === 1 ? 'the message' : `all ${count(total)}`} once`
  const words = odd.map(([outcome, messages]) => `${count(messages)} ${outcome}`)
  return `${name}: ${list(words, 5)} of ${plural(total, 'message')}`
}

interface Content {
  labelled: LabelledRun[]
  bars: Bar[]
  stages: string[]
  outcomes: Outcome[]
  finding: string
}

function specOf({ labelled, bars, stages, outcomes, finding }: Content): VegaLiteSpec {
  const panel = 230
  const width = Math.max(1, stages.length) * (panel + 30)
  const { title, subtitle } = headingLines(
    { title: finding, subtitle: bars.length === 0 ? ['there is nothing to count'] : [] },
    Math.max(width, 520),
  )
  const y = { field: 'outcome', type: 'nominal', sort: outcomes, title: null, scale: { domain: outcomes } }
  const header = { title: null, labelFontSize: 12, labelFontWeight: 'bold', labelLimit: 0 }
  const facet = {
    column: { field: 'stage', type: 'nominal', sort: stages, header },
    ...(labelled.length > 1
      ? {
          row: {
            field: 'run', type: 'nominal', sort: labelled.map(({ label }) => label),
            header: { ...header, labelAngle: 0, labelAlign: 'left' },
          },
        }
      : {}),
  }
  const x = { field: 'messages', type: 'quantitative', title: 'messages', axis: { tickMinStep: 1, format: 'd' } }
  const colours = outcomes.map((outcome) => palette[meanings[outcome]])
  return {
    $schema: vegaLiteSchema,
    description: finding,
    title: { text: title, subtitle, anchor: 'start', fontSize: 14, subtitleFontSize: 11, offset: 12 },
    ...sharedConfig,
    data: { values: bars },
    facet,
    spec: {
      width: panel,
      height: { step: 24 },
      encoding: { y, x },
      layer: [
        {
          mark: { type: 'bar', height: { band: 0.7 } },
          encoding: {
            color: {
              field: 'outcome', type: 'nominal', legend: null,
              scale: { domain: outcomes, range: colours },
            },
            tooltip: [
              { field: 'stage', title: 'stage' },
              { field: 'outcome', title: 'outcome' },
              { field: 'messages', title: 'messages' },
            ],
          },
        },
        { mark: { type: 'text', align: 'left', dx: 4 }, encoding: { text: { field: 'text' } } },
      ],
    },
  }
}
