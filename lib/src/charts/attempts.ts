/**
 * The attempts behind one `send()`: a bar per Produce request, from when it left until its answer
 * was heard, kafkajs gave it up or `send()` settled, coloured by what became of it; a line where
 * the caller's deadline was, and one where `send()` settled. What is right of the deadline is
 * written, or lost, behind the back of a caller who gave up.
 */
import { frames, responses, type Frame } from '../history/frames'
import { operationsNamed, type OperationOf } from '../history/operations'
import type { Run } from '../history/run'
import type { VegaLiteChart, VegaLiteSpec } from './chart'
import { isRun } from './labelled-runs'
import { palette } from './palette'
import { headingLines, sharedConfig, titleOf, vegaLiteSchema } from './picture'
import { plural, valueText } from './words'

export interface AttemptsOptions {
  /** Of the message sent; default: that of the first send. */
  value?: string
  /** Milliseconds after the call of `send()` at which its caller wants an answer. */
  deadlineMs: number
}

const fates = {
  'answer heard': palette.arrived,
  'request lost': palette.lost,
  'answer lost': palette.repeated,
}

interface Bar {
  attempt: string
  from: number
  to: number
  fate: keyof typeof fates
}

/** @throws TypeError when given something else than a run, or a value that was never sent */
export function attempts(run: Run, { value, deadlineMs }: AttemptsOptions): VegaLiteChart {
  if (!isRun(run)) throw new TypeError('attempts: give it a run')
  const send = operationsNamed(run.history, 'send').find(
    ({ value: { messages } }) =>
      value === undefined || messages.some((message) => message.value === value),
  )
  if (send === undefined) {
    throw new TypeError(`attempts: no send() of ${value ?? 'any message'} is in this run`)
  }
  const sent = send.value.messages[0]!.value
  const bars = barsOf(run, send, sent)
  const settledMs = send.end && send.end.timeMs - send.start.timeMs
  const late = bars.filter(({ from }) => from > deadlineMs).length
  const left = `${valueText(sent)} left ${plural(bars.length, 'time')}`
  const ended = send.outcome === 'ok' ? 'resolved' : send.outcome === 'pending' ? '' : 'rejected'
  const settled = ended === '' ? 'send() never settled' : `send() ${ended}`
  const behind = late === 0 ? 'none' : String(late)
  const finding = `${left}, ${behind} of them after the deadline of ${deadlineMs} ms; ${settled}`
  return { kind: 'vega-lite', finding, spec: specOf(finding, bars, { deadlineMs, settledMs }) }
}

function barsOf(run: Run, send: OperationOf<'send'>, sent: string | null): Bar[] {
  const answers = responses(run.history)
  const left = frames(run.history).filter(
    ({ api, direction, copy, app, attempt, client, fields }) =>
      api === 'Produce' &&
      direction === 'request' &&
      copy === undefined &&
      app === send.app &&
      attempt === send.attempt &&
      client === send.client &&
      (fields.partitions ?? []).some(({ values = [] }) => values.includes(sent)),
  )
  return left.map((request, index) => {
    const answer = answers.get(request.frame)
    const heard = answer?.fate === 'delivered' ? answer.met?.timeMs : undefined
    const nextMs = left[index + 1]?.timeMs ?? send.end?.timeMs ?? request.timeMs
    const end = heard ?? givenUpMs(run, request, nextMs) ?? nextMs
    return {
      attempt: String(index + 1),
      from: request.timeMs - send.start.timeMs,
      to: end - send.start.timeMs,
      fate: fateOf(request, answer),
    }
  })
}

/** When kafkajs said that it would pause before the next attempt. */
function givenUpMs(run: Run, { app, attempt, timeMs }: Frame, nextMs: number): number | undefined {
  return run.history.find(
    (event) =>
      event.type === 'log' &&
      event.app === app &&
      event.attempt === attempt &&
      event.extra.retryTime !== undefined &&
      event.timeMs >= timeMs &&
      event.timeMs <= nextMs,
  )?.timeMs
}

function fateOf(request: Frame, answer: Frame | undefined): Bar['fate'] {
  if (answer?.fate === 'delivered') return 'answer heard'
  return request.fate === 'delivered' ? 'answer lost' : 'request lost'
}

interface Marks {
  deadlineMs: number
  settledMs: number | undefined
}

function specOf(finding: string, bars: readonly Bar[], marks: Marks): VegaLiteSpec {
  const width = 620
  const heading = headingLines({ title: finding, subtitle: [] }, width)
  const names = Object.keys(fates)
  const rules = [
    { ms: marks.deadlineMs, text: 'deadline' },
    ...(marks.settledMs === undefined ? [] : [{ ms: marks.settledMs, text: 'send() settles' }]),
  ]
  const end = Math.max(...bars.map(({ to }) => to), ...rules.map(({ ms }) => ms))
  const x = { type: 'quantitative', title: 'time since send() was called (ms)' }
  const scale = { domain: [0, end * 1.12] }
  const ruled = { field: 'ms', ...x, scale }
  const texts = {
    type: 'text',
    align: 'left',
    dx: 4,
    baseline: 'bottom',
    fontSize: 11,
    color: palette.ink,
  }
  return {
    $schema: vegaLiteSchema,
    description: finding,
    title: titleOf(heading),
    ...sharedConfig,
    autosize: { type: 'none' },
    padding: { left: 60, right: 24, top: 52 + 18 * heading.title.length, bottom: 82 },
    width,
    height: 24 * Math.max(bars.length, 3),
    layer: [
      {
        data: {
          values: bars.map((bar) => ({ ...bar, to: Math.max(bar.to, bar.from + end / 80) })),
        },
        mark: { type: 'bar', height: 12, cornerRadius: 2 },
        encoding: {
          x: { field: 'from', ...x, scale },
          x2: { field: 'to' },
          y: {
            field: 'attempt',
            type: 'ordinal',
            title: 'attempt',
            sort: bars.map(({ attempt }) => attempt),
          },
          color: {
            field: 'fate',
            type: 'nominal',
            scale: { domain: names, range: Object.values(fates) },
            legend: { title: null, orient: 'bottom', labelLimit: 0 },
          },
        },
      },
      {
        data: { values: rules },
        mark: { type: 'rule', strokeWidth: 2, strokeDash: [4, 3], color: palette.ink },
        encoding: { x: ruled },
      },
      {
        data: { values: rules },
        mark: texts,
        encoding: {
          x: ruled,
          y: { value: -2 },
          text: { field: 'text' },
        },
      },
    ],
  }
}
