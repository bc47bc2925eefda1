/**
 * What a sweep counted: a row per variation, a panel per stage, and in it one bar whose parts are
 * the runs by the guarantee they showed. Each part says its number, and its guarantee where there
 * is room; the table says all of it, with intervals.
 */
import { runClasses, stageName } from '../checker'
import type { RunClass, Sweep, SweptStage } from '../checker'
import type { Cell, TableChart, VegaLiteChart } from './chart'
import { guaranteeMeanings } from './checker-tables'
import { lightPalette, palette } from './palette'
import { pictureSpec, type Drawing } from './picture'
import { count, list, plural, shorten, textWidth } from './words'

const meanings: Record<RunClass, Exclude<Cell['meaning'], undefined>> = {
  ...guaranteeMeanings,
  'nothing happened': 'late',
  'no verdict': 'unknown',
}

const scope =
  'runs in virtual time: how often simulated latencies lead there, ' +
  'not how often a real cluster does'
const panel = { bars: 260, gap: 40 }
const rowStep = 30
const mostLabel = 260

/** @throws TypeError when given something else than what `sweep` gives */
export function sweepBars(result: Sweep): VegaLiteChart {
  requireSweep('sweepBars', result)
  const finding = findingOf(result)
  const drawing = draw(result)
  const heading = { title: finding, subtitle: [scope] }
  return { kind: 'vega-lite', finding, spec: pictureSpec(drawing, heading) }
}

/**
 * One row per variation, stage and guarantee seen, with the 95 % interval of its share and a seed
 * that shows it.
 * @throws TypeError when given something else than what `sweep` gives
 */
export function sweepTable(result: Sweep): TableChart {
  requireSweep('sweepTable', result)
  const dimensions = Object.keys(result.variations[0]?.chosen ?? {})
  const left = (title: string) => ({ title, align: 'left' as const })
  const right = (title: string) => ({ title, align: 'right' as const })
  return {
    kind: 'table',
    finding: findingOf(result),
    columns: [
      ...dimensions.map(left),
      ...[left('stage'), left('seen'), right('runs'), right('share (95 %)')],
      ...[right('first seed'), left('messages of all runs')],
    ],
    rows: result.variations.flatMap(({ chosen, stages, runs }) =>
      stages.flatMap((stage) =>
        stage.counts.map((counted) => [
          ...dimensions.map((dimension) => ({ text: chosen[dimension] ?? '' })),
          { text: stageName(stage) },
          { text: counted.class, meaning: meanings[counted.class] },
          { text: `${count(counted.runs)} of ${count(runs.length)}` },
          { text: `${percent(counted.share.low)}–${percent(counted.share.high)} %` },
          { text: String(counted.seed) },
          { text: messagesText(stage) },
        ]),
      ),
    ),
    note: [...whyNoVerdict(result), `intervals by Clopper and Pearson; ${scope}`].join('; '),
  }
}

function requireSweep(chart: string, given: Partial<Sweep> | undefined): void {
  if (Array.isArray(given?.variations) && Array.isArray(given?.seeds)) return
  throw new TypeError(`${chart}: give it what await sweep(lab, experiment, { vary, seeds }) gave`)
}

function seedsText({ seeds }: Sweep): string {
  return plural(seeds.length, 'seed')
}

const percent = (share: number) => (share * 100).toFixed(share > 0 && share < 0.01 ? 1 : 0)

const labelOf = (chosen: Readonly<Record<string, string>>) =>
  Object.entries(chosen)
    .map(([dimension, name]) => `${dimension} ${name}`)
    .join(', ')

/** `delivery to orders: exactly once in every run of 2 of 6 variations; 8 seeds each` */
function findingOf(result: Sweep): string {
  const { variations } = result
  const [first, ...others] = variations
  const stages = (first?.stages ?? []).map((stage, i) => {
    const name = stageName(stage)
    if (others.length === 0) {
      return `${name}: ${list(
        stage.counts.map((each) => `${count(each.runs)} ${each.class}`),
        6,
      )}`
    }
    const good = variations.filter(({ stages: of }) =>
      of[i]!.counts.every((counted) => counted.class === 'exactly once'),
    )
    const all = `of ${good.length} of ${plural(variations.length, 'variation')}`
    return `${name}: exactly once in every run ${all}`
  })
  const each = others.length === 0 ? '' : ' each'
  const said = stages.length === 0 ? ['no run had a stage to judge'] : stages
  return [...said, `${seedsText(result)}${each}`].join('; ')
}

function messagesText({ messages }: SweptStage): string {
  return Object.entries(messages)
    .map(([cell, number]) => `${count(number)} ${cell}`)
    .join(', ')
}

function whyNoVerdict({ variations }: Sweep): string[] {
  const failed = variations.flatMap(({ runs }) => runs.filter(({ error }) => error !== undefined))
  const [first] = failed
  if (first === undefined) return []
  return [
    `${plural(failed.length, 'run')} without a verdict, first ${first.error} (seed ${first.seed})`,
  ]
}

function draw({ variations }: Sweep): Drawing {
  const stages = variations[0]?.stages ?? []
  const labels = variations.map(({ chosen }) => labelOf(chosen))
  const widest = labels.reduce((most, label) => Math.max(most, textWidth(label, 11)), 0)
  const left = Math.min(mostLabel, widest) + (widest > 0 ? 14 : 0)
  const width = Math.max(620, left + stages.length * (panel.bars + panel.gap))
  const drawing: Drawing = { width, height: 28, boxes: [], lines: [], symbols: [], texts: [] }
  stages.forEach((stage, column) => {
    const x = left + column * (panel.bars + panel.gap)
    const text = shorten(stageName(stage), panel.bars + panel.gap - 8, 12)
    const head = { x, y: 10, text, colour: palette.ink, align: 'left', size: 12 } as const
    drawing.texts.push({ ...head, weight: 'bold' })
  })
  variations.forEach(({ stages: counted, runs }, row) => {
    const y = drawing.height
    const text = shorten(labels[row]!, mostLabel, 11)
    const label = { x: 0, y: y + rowStep / 2, colour: palette.ink, align: 'left' } as const
    if (text !== '') drawing.texts.push({ ...label, text })
    counted.forEach((stage, column) => {
      const x = left + column * (panel.bars + panel.gap)
      drawBar(drawing, stage, { x, y, runs: runs.length })
    })
    drawing.height += rowStep
  })
  drawKey(drawing, variations)
  return drawing
}

function drawBar(
  drawing: Drawing,
  stage: SweptStage,
  { x, y, runs }: { x: number; y: number; runs: number },
): void {
  let from = x
  for (const counted of stage.counts) {
    const to = from + (panel.bars * counted.runs) / runs
    const tip = { title: stageName(stage), seen: counted.class, runs: counted.runs }
    const box = { x: from, x2: to, y: y + 4, y2: y + rowStep - 4, tip }
    drawing.boxes.push({ ...box, ...colours(counted.class) })
    const named = `${count(counted.runs)} ${counted.class}`
    const room = to - from - 6
    const text = textWidth(named, 10) <= room ? named : count(counted.runs)
    if (textWidth(text, 10) <= room) {
      const middle = { x: (from + to) / 2, y: y + rowStep / 2, align: 'center' } as const
      const colour = counted.class === 'none' ? lightPalette.ink : palette.ink
      drawing.texts.push({ ...middle, text, colour, size: 10, ground: 'box' })
    }
    from = to
  }
}

/** Lost and doubled has the colour of lost, at full strength. */
function colours(seen: RunClass): { fill: string; stroke: string } {
  const meaning = meanings[seen]
  const fill = seen === 'none' ? palette[meaning] : lightPalette[meaning]
  return { fill, stroke: palette[meaning] }
}

/** What the colours mean, of the guarantees that were seen. */
function drawKey(drawing: Drawing, variations: Sweep['variations']): void {
  const seen = new Set(
    variations.flatMap(({ stages }) => stages.flatMap(({ counts }) => counts.map((c) => c.class))),
  )
  const y = drawing.height + 14
  let x = 0
  for (const each of runClasses.filter((one) => seen.has(one))) {
    drawing.boxes.push({ x, x2: x + 12, y: y - 6, y2: y + 6, ...colours(each) })
    const text = { x: x + 18, y, text: each, align: 'left', size: 10 } as const
    drawing.texts.push({ ...text, colour: palette.faint })
    x += 18 + textWidth(each, 10) + 18
  }
  drawing.height = y + 12
}
