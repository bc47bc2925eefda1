/**
 * Distributions of latencies as cumulative curves: at each height, the time within which that share
 * of the messages was done. A curve hides neither the tail nor a second hump, as a mean does. The
 * embedded cluster's latencies are parameters of a model, and the subtitle says so.
 */
import type { PlotlyChart, VegaLiteSpec } from './chart'
import { labelledRuns, type LabelledRun, type Runs } from './labelled-runs'
import { measuredLatencies, percentile } from './measured-latencies'
import { palette } from './palette'
import { headingLines, sharedConfig, titleOf, vegaLiteSchema } from './picture'
import { milliseconds } from './words'

interface Curve {
  name: string
  valuesMs: number[]
  colour: string
  dash: 'solid' | 'dash' | 'dot'
}

/** One colour per run; what is measured is told apart by the stroke. */
const colours = [palette.arrived, palette.lost, palette.committed, palette.repeated, palette.late]
const dashes = ['solid', 'dash', 'dot'] as const
const strokes = { solid: [], dash: [6, 4], dot: [2, 3] }
/** Points of one curve at the most; a longer one is drawn by its percentiles. */
const mostPoints = 200

/** @throws TypeError when given something else than runs */
export function latencies(runs: Runs): PlotlyChart {
  const labelled = labelledRuns('latencies', runs)
  const curves = labelled.flatMap(curvesOf)
  const finding = findingOf(labelled)
  const subtitle = subtitleOf(labelled)
  return {
    kind: 'plotly',
    finding,
    figure: { data: curves.map(traceOf), layout: layoutOf(curves, { finding, subtitle }) },
    fallback: stillPicture(curves, { finding, subtitle }),
  }
}

function curvesOf({ label, run }: LabelledRun, position: number): Curve[] {
  return measuredLatencies(run).map(({ name, valuesMs }, kind) => ({
    name: label === '' ? name : `${label}: ${name}`,
    valuesMs,
    colour: colours[position % colours.length] as string,
    dash: dashes[kind % dashes.length] as Curve['dash'],
  }))
}

function findingOf(labelled: readonly LabelledRun[]): string {
  const [first] = labelled.flatMap(({ run }) => measuredLatencies(run))
  if (first === undefined) return 'No message was acknowledged and no effect seen: no latency'
  const parts = labelled.flatMap(({ label, run }) => {
    const own = measuredLatencies(run)
    const shown = labelled.length === 1 ? own : own.filter(({ name }) => name === first.name)
    return shown.map(({ name, valuesMs }) => `${label === '' ? name : label} ${within(valuesMs)}`)
  })
  return labelled.length === 1 ? parts.join('; ') : `${first.name}: ${parts.join('; ')}`
}

function within(valuesMs: readonly number[]): string {
  const [only] = valuesMs
  if (valuesMs.length === 1 && only !== undefined) return `took ${milliseconds(only)} ms`
  const half = milliseconds(percentile(valuesMs, 50))
  return `half within ${half} ms, 99 % within ${milliseconds(percentile(valuesMs, 99))} ms`
}

function subtitleOf(labelled: readonly LabelledRun[]): string {
  const model = labelled.filter(({ run }) => run.cluster.kind === 'embedded')
  if (model.length === 0) return 'Measured on real brokers, from the call of send'
  const labels = model.map(({ label }) => label).join(', ')
  const which = model.length === labelled.length ? 'The' : `${labels}: the`
  return `${which} embedded cluster's latency is a model's parameter, not a measurement`
}

interface Point {
  ms: number
  percent: number
}

/** The curve's corners: one per value, or one per half percent of a long list. */
function pointsOf(valuesMs: readonly number[]): Point[] {
  const number = Math.min(valuesMs.length, mostPoints)
  return Array.from({ length: number }, (_, position) => {
    const percent = (100 * (position + 1)) / number
    return { ms: round(percentile(valuesMs, percent)), percent: round(percent) }
  })
}

const round = (value: number): number => Math.round(value * 1000) / 1000

/** A factor of 30 between the extremes is more than a linear axis shows; zero has no logarithm. */
function scaleOf(curves: readonly Curve[]): 'log' | 'linear' {
  const least = Math.min(...curves.map(({ valuesMs }) => percentile(valuesMs, 0)))
  const most = Math.max(...curves.map(({ valuesMs }) => percentile(valuesMs, 100)))
  return least > 0 && most / least > 30 ? 'log' : 'linear'
}

function traceOf({ name, valuesMs, colour, dash }: Curve): object {
  const points = pointsOf(valuesMs)
  const drawn =
    points.length === 1
      ? { mode: 'markers', marker: { color: colour, size: 8 } }
      : { mode: 'lines', line: { shape: 'hv', color: colour, dash, width: 2 } }
  return {
    type: 'scatter',
    ...drawn,
    name: `${name} (${valuesMs.length})`,
    x: points.map(({ ms }) => ms),
    y: points.map(({ percent }) => percent),
    hovertemplate: '%{y:.1f} % within %{x} ms<extra>%{fullData.name}</extra>',
  }
}

interface Texts {
  finding: string
  subtitle: string
}

function layoutOf(curves: readonly Curve[], { finding, subtitle }: Texts): object {
  const type = scaleOf(curves)
  const { title } = headingLines({ title: finding, subtitle: [] }, 760)
  const text = `<b>${title.map(escaped).join('<br>')}</b><br><sub>${escaped(subtitle)}</sub>`
  return {
    title: { text, x: 0.02, xanchor: 'left', font: { size: 14 } },
    xaxis: {
      title: { text: 'latency (ms)' },
      type,
      ...(type === 'linear' && { rangemode: 'tozero' }),
    },
    yaxis: { title: { text: 'messages done (%)' }, range: [0, 102] },
    legend: { orientation: 'h', y: -0.25 },
    height: 380 + 20 * title.length,
    margin: { t: 60 + 20 * title.length },
    hovermode: 'closest',
    paper_bgcolor: 'white',
    plot_bgcolor: 'white',
    font: { color: palette.ink },
  }
}

/** plotly reads a subset of HTML in its texts. */
function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
}

function stillPicture(curves: readonly Curve[], { finding, subtitle }: Texts): VegaLiteSpec {
  const width = 620
  const names = curves.map(({ name, valuesMs }) => `${name} (${valuesMs.length})`)
  const values = curves.flatMap(({ valuesMs }, curve) =>
    pointsOf(valuesMs).map((point) => ({ ...point, curve: names[curve] as string })),
  )
  const heading = headingLines({ title: finding, subtitle: [subtitle] }, width)
  const scale = { domain: names, range: curves.map(({ colour }) => colour) }
  const legend = { title: null, orient: 'bottom', columns: 2, labelLimit: 0, symbolType: 'stroke' }
  const type = scaleOf(curves)
  const single = curves.some(({ valuesMs }) => valuesMs.length === 1)
  return {
    $schema: vegaLiteSchema,
    description: finding,
    title: titleOf(heading),
    ...sharedConfig,
    autosize: { type: 'none' },
    padding: {
      left: 60,
      right: 24,
      top: 34 + 18 * heading.title.length + 14 * heading.subtitle.length,
      bottom: 64 + 18 * Math.ceil(curves.length / 2),
    },
    width,
    height: 260,
    data: { values },
    mark: { type: 'line', interpolate: 'step-after', strokeWidth: 2, point: single },
    encoding: {
      x: {
        field: 'ms',
        type: 'quantitative',
        title: 'latency (ms)',
        scale: {
          type,
          ...(type === 'linear' ? { zero: true } : {}),
          ...(curves.length === 0 ? { domain: [0, 1] } : {}),
        },
      },
      y: {
        field: 'percent',
        type: 'quantitative',
        title: 'messages done (%)',
        scale: { domain: [0, 100] },
      },
      color: { field: 'curve', type: 'nominal', scale, legend, sort: names },
      strokeDash: {
        field: 'curve',
        type: 'nominal',
        legend,
        sort: names,
        scale: { domain: names, range: curves.map(({ dash }) => strokes[dash]) },
      },
    },
  }
}
