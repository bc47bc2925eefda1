/**
 * How many messages fared how: one panel per stage (a topic's delivery, a sink's processing), one
 * row of panels per run. The cells of the verdict's tables are the bars, so nothing is counted here
 * that the checker did not judge.
 */
import type { DeliveryCell } from '../checker/ledger'
import type { ProcessingCell } from '../checker/processing'
import { verdict } from '../checker/verdict'
import type { VegaLiteChart } from './chart'
import { labelledRuns, type LabelledRun, type Runs } from './labelled-runs'
import { palette, type Meaning } from './palette'
import { pictureSpec, type Drawing } from './picture'
import { count, list, shorten } from './words'

type Outcome = DeliveryCell | ProcessingCell

/** Outcomes from the best to the worst, with the colour that each has in every chart. */
export const meanings: Record<Outcome, Meaning> = {
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

const outcomes = Object.keys(meanings) as Outcome[]

interface Bar {
  run: string
  stage: string
  outcome: Outcome
  messages: number
}

const panel = { labels: 128, bars: 170, gap: 56 }
const barStep = 22
const runLabels = 92

/** @throws TypeError when given something else than runs */
export function counts(runs: Runs): VegaLiteChart {
  const labelled = labelledRuns('counts', runs)
  const bars = labelled.flatMap(barsOf)
  const finding = labelled.map(findingOf).join('; ')
  const subtitle = bars.length === 0 ? ['there is nothing to count'] : []
  const drawing = draw(labelled, bars)
  return { kind: 'vega-lite', finding, spec: pictureSpec(drawing, { title: finding, subtitle }) }
}

function barsOf({ label, run }: LabelledRun): Bar[] {
  const { delivery, processing } = verdict(run)
  const bars = (stage: string, counted: object) =>
    (Object.entries(counted) as [Outcome, number][]).map(([outcome, messages]): Bar => ({
      run: label,
      stage,
      outcome,
      messages,
    }))
  return [
    ...Object.values(delivery).flatMap(({ name, counts }) => bars(`delivery to ${name}`, counts)),
    ...Object.values(processing).flatMap(({ name, counts }) => bars(`processing: ${name}`, counts)),
  ]
}

/** `acks 1: orders 9 lost and 13 duplicated of 100, charge 1 of 4 reprocessed` */
function findingOf({ label, run }: LabelledRun): string {
  const { delivery, processing } = verdict(run)
  const stages = [...Object.values(delivery), ...Object.values(processing)]
  const parts = stages.map(({ name, counts: counted }) => `${name} ${stageText(counted)}`)
  const text = parts.length === 0 ? 'no message was sent' : parts.join(', ')
  return label === '' ? text : `${label}: ${text}`
}

function stageText(counted: object): string {
  const entries = Object.entries(counted) as [string, number][]
  const total = entries.reduce((sum, [, messages]) => sum + messages, 0)
  const odd = entries.filter(([outcome]) => outcome !== 'once')
  const [first] = odd
  if (first === undefined) return total === 1 ? '1 of 1 once' : `all ${count(total)} once`
  if (odd.length === 1) return `${count(first[1])} of ${count(total)} ${first[0]}`
  const words = odd.map(([outcome, messages]) => `${count(messages)} ${outcome}`)
  return `${list(words, 5)} of ${count(total)}`
}

/** Panels: stages side by side, runs one below the other, all on one scale. */
function draw(labelled: readonly LabelledRun[], bars: readonly Bar[]): Drawing {
  const stages = [...new Set(bars.map(({ stage }) => stage))]
  const most = Math.max(1, ...bars.map(({ messages }) => messages))
  const left = labelled.length > 1 ? runLabels : 0
  const drawing: Drawing = { width: 0, height: 4, boxes: [], lines: [], symbols: [], texts: [] }
  const panelWidth = panel.labels + panel.bars + panel.gap
  drawing.width = Math.max(520, left + stages.length * panelWidth)
  stages.forEach((stage, column) => {
    const x = left + column * panelWidth + panel.labels
    const text = { x, align: 'left', colour: palette.ink } as const
    drawing.texts.push({ ...text, y: 10, text: stage, size: 12, weight: 'bold' })
    drawing.texts.push({ ...text, y: 26, text: 'messages', colour: palette.faint, size: 10 })
  })
  drawing.height = stages.length > 0 ? 38 : 4
  for (const { label } of labelled) {
    const own = bars.filter(({ run }) => run === label)
    const outcomesOf = (stage: string) => own.filter((bar) => bar.stage === stage)
    const rows = Math.max(1, ...stages.map((stage) => outcomesOf(stage).length))
    const y = drawing.height
    const middle = y + (rows * barStep) / 2
    const name = shorten(label, runLabels - 8, 12)
    const text = { x: 0, y: middle, text: name, colour: palette.ink, align: 'left' } as const
    if (label !== '') drawing.texts.push({ ...text, size: 12, weight: 'bold' })
    stages.forEach((stage, column) => {
      const x = left + column * panelWidth + panel.labels
      drawing.lines.push({ x, x2: x, y, y2: y + rows * barStep, colour: palette.line })
      const rank = ({ outcome }: Bar) => outcomes.indexOf(outcome)
      const sorted = outcomesOf(stage).sort((one, other) => rank(one) - rank(other))
      sorted.forEach((bar, row) => drawBar(drawing, bar, { x, y: y + row * barStep, most }))
    })
    drawing.height = y + rows * barStep + 18
  }
  return drawing
}

function drawBar(
  drawing: Drawing,
  { run, stage, outcome, messages }: Bar,
  { x, y, most }: { x: number; y: number; most: number },
): void {
  const colour = palette[meanings[outcome]]
  const end = x + Math.round((panel.bars * messages) / most)
  const tip = { title: stage, ...(run === '' ? {} : { run }), outcome, messages }
  const box = { x, x2: end, y: y + 3, y2: y + barStep - 3, fill: colour, stroke: colour, tip }
  drawing.boxes.push(box)
  const text = { y: y + barStep / 2, colour: palette.ink }
  drawing.texts.push(
    { ...text, x: x - 6, text: outcome, align: 'right' },
    { ...text, x: end + 6, text: count(messages), align: 'left', weight: 'bold' },
  )
}
