/**
 * What the producer believes against what is there: over time, how many messages `send()` has
 * resolved for and how many the brokers have written, as two staircases. Where the upper one runs
 * ahead for good, messages are lost and nobody was told. What is written is what the logs hold in
 * the end; when, is told by the broker's answer, or where there is none by the request's arrival.
 */
import { frames, responses, type Frame } from '../history/frames'
import { messageKey } from '../history/messages'
import { operationsNamed } from '../history/operations'
import type { Run } from '../history/run'
import { ledger } from '../checker'
import type { VegaLiteChart, VegaLiteSpec } from './chart'
import { isRun } from './labelled-runs'
import { palette } from './palette'
import { headingLines, sharedConfig, titleOf, vegaLiteSchema } from './picture'
import { count, plural } from './words'

interface Step {
  ms: number
  messages: number
}

const curves = { told: 'send() has resolved', written: 'written' }

/** @throws TypeError when given something else than a run */
export function toldAndWritten(run: Run): VegaLiteChart {
  if (!isRun(run)) throw new TypeError('toldAndWritten: give it a run')
  const told = staircase(toldTimes(run))
  const written = staircase(writtenTimes(run))
  const finding = findingOf(run, { told: height(told), written: height(written) })
  return { kind: 'vega-lite', finding, spec: specOf(finding, { told, written }) }
}

function toldTimes({ history }: Run): number[] {
  return operationsNamed(history, 'send').flatMap(({ outcome, end, value }) =>
    outcome === 'ok' && end !== undefined ? value.messages.map(() => end.timeMs) : [],
  )
}

/** When a broker first said of each message in the logs that it has it. */
function writtenTimes(run: Run): number[] {
  const there = new Set(
    ledger(run).flatMap(({ topic, value, copies }) =>
      copies > 0 ? [messageKey(topic, value)] : [],
    ),
  )
  const first = new Map<string, number>()
  for (const { request, timeMs } of handled(run)) {
    for (const { topic, values = [] } of request.fields.partitions ?? []) {
      for (const key of values.map((value) => messageKey(topic, value))) {
        if (there.has(key) && !first.has(key)) first.set(key, timeMs)
      }
    }
  }
  return [...first.values()]
}

/** Produce requests that arrived, and when a broker answered, or else when they arrived. */
function handled({ history }: Run): { request: Frame; timeMs: number }[] {
  const answers = responses(history)
  return frames(history).flatMap((request) => {
    const { api, direction, fate, met } = request
    if (api !== 'Produce' || direction !== 'request' || fate !== 'delivered') return []
    return [{ request, timeMs: answers.get(request.frame)?.timeMs ?? met!.timeMs }]
  })
}

function staircase(times: number[]): Step[] {
  const sorted = [...times].sort((a, b) => a - b)
  return [{ ms: 0, messages: 0 }, ...sorted.map((ms, index) => ({ ms, messages: index + 1 }))]
}

const height = (steps: readonly Step[]) => steps.length - 1

function findingOf(run: Run, { told, written }: { told: number; written: number }): string {
  const errors = operationsNamed(run.history, 'send').filter(({ error }) => error).length
  const heard = errors === 0 ? 'no error' : plural(errors, 'error')
  const gap = told - written
  const counted = `send() resolved for ${plural(told, 'message')}, ${count(written)} are written`
  if (gap <= 0) return `${counted}: the producer knows of no more than is there`
  return `${counted}: a gap of ${count(gap)} with ${heard}`
}

function specOf(
  finding: string,
  { told, written }: Record<keyof typeof curves, Step[]>,
): VegaLiteSpec {
  const width = 620
  const end = Math.max(...[...told, ...written].map(({ ms }) => ms), 1)
  const drawn = (steps: Step[], curve: string) =>
    [...steps, { ms: end, messages: height(steps) }].map((step) => ({ ...step, curve }))
  const names = Object.values(curves)
  const heading = headingLines({ title: finding, subtitle: [] }, width)
  const range = [palette.lost, palette.arrived]
  const legend = { title: null, orient: 'bottom', labelLimit: 0, symbolType: 'stroke' }
  const encoded = { field: 'curve', type: 'nominal', legend, sort: names }
  return {
    $schema: vegaLiteSchema,
    description: finding,
    title: titleOf(heading),
    ...sharedConfig,
    autosize: { type: 'none' },
    padding: { left: 60, right: 24, top: 34 + 18 * heading.title.length, bottom: 82 },
    width,
    height: 220,
    data: { values: [...drawn(told, curves.told), ...drawn(written, curves.written)] },
    mark: { type: 'line', interpolate: 'step-after', strokeWidth: 2.5 },
    encoding: {
      x: { field: 'ms', type: 'quantitative', title: 'time since the run began (ms)' },
      y: {
        field: 'messages',
        type: 'quantitative',
        title: 'messages',
        axis: { tickMinStep: 1 },
      },
      color: { ...encoded, scale: { domain: names, range } },
      strokeDash: { ...encoded, scale: { domain: names, range: [[6, 4], []] } },
    },
  }
}
