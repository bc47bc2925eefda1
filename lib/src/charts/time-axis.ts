/**
 * A scale for time from left to right, as charts of a run over time draw it: from the run's
 * beginning, in seconds where the run takes some, with marks for crashes and new starts.
 */
import type { AppEvent } from '../history/events'
import type { Run } from '../history/run'
import { palette } from './palette'
import type { Drawing } from './picture'
import { count } from './words'

export interface TimeScale {
  left: number
  right: number
  untilMs: number
}

const steps = [1, 2, 5]
const mostTicks = 10

/** Where a time stands, in pixels. */
export function xOf({ left, right, untilMs }: TimeScale, timeMs: number): number {
  const share = Math.min(1, Math.max(0, timeMs / untilMs))
  return Math.round((left + share * (right - left)) * 10) / 10
}

/** Round numbers from 0 to `most`: at most ten steps of 1, 2 or 5 times a power of ten. */
export function roundTicks(most: number): number[] {
  let step = 1
  for (let power = 1; most / step > mostTicks; power *= 10) {
    step = power * (steps.find((one) => most / (one * power) <= mostTicks) ?? 10)
  }
  return Array.from({ length: Math.floor(most / step) + 1 }, (_, i) => i * step)
}

/** Grid lines over the height given, and their times below it; returns the height it all takes. */
export function drawTimeAxis(
  drawing: Drawing,
  scale: TimeScale,
  { top, bottom }: { top: number; bottom: number },
): number {
  const seconds = scale.untilMs >= 3000
  const unitMs = seconds ? 1000 : 1
  for (const tick of roundTicks(scale.untilMs / unitMs)) {
    const x = xOf(scale, tick * unitMs)
    drawing.lines.push({ x, x2: x, y: top, y2: bottom, colour: palette.paper })
    const text = { text: count(tick), colour: palette.faint, size: 10, align: 'center' } as const
    drawing.texts.push({ x, y: bottom + 9, ...text })
  }
  const title = `time since the run began (${seconds ? 's' : 'ms'})`
  const middle = (scale.left + scale.right) / 2
  const text = { text: title, colour: palette.faint, size: 10, align: 'center' } as const
  drawing.texts.push({ x: middle, y: bottom + 24, ...text })
  return 34
}

/** Of the apps given, what they did that a picture over time marks: crashed, started again. */
export function breaks(run: Run, apps: ReadonlySet<string>): AppEvent[] {
  return run.history.filter(
    (event): event is AppEvent =>
      event.type === 'app' &&
      apps.has(event.app) &&
      (event.state === 'crashed' || (event.state === 'started' && event.attempt > 1)),
  )
}
