/**
 * How a player is worked: buttons and a track drawn into the chart, for the mouse, and two inputs
 * that vega puts below it, for the keyboard. All of it is signals of vega 5, so it works wherever
 * vega draws: no widget, no kernel.
 */
import { palette } from './palette'

/** Room that the controls take at the top. */
export const controlsHeight = 38

/** How long a step stays while it plays. */
const stepMs = 1200

const names = ['start', 'back', 'play', 'step', 'end'] as const
const button = { width: 54, space: 6, height: 24 }
const trackBegin = names.length * (button.width + button.space) + 14
const trackMargin = 16
/** So that the track is in sight where a wide chart is not. */
const mostWidth = 840

/**
 * The signals that say where the player is: `step` as it was asked for, `at` as a step that there
 * is, `playing`.
 */
export function playingSignals(last: number, width: number): object[] {
  const along = `(x() - ${trackBegin}) / ${trackEnd(width) - trackBegin}`
  const dragged = `round(clamp(${along}, 0, 1) * ${last})`
  const drag = '[@track:pointerdown, window:pointerup] > window:pointermove'
  const pressed =
    "datum.go === 'start' ? 0 : datum.go === 'end' ? " +
    `${last} : datum.go === 'back' ? max(at - 1, 0) : datum.go === 'step' ? ` +
    `min(at + 1, ${last}) : at === ${last} ? 0 : at`
  return [
    {
      name: 'step',
      value: 0,
      bind: { input: 'number', min: 0, max: last, step: 1, name: `step (0 to ${last}) ` },
      on: [
        { events: '@button:click', update: pressed },
        { events: `@track:pointerdown, ${drag}`, update: dragged },
        {
          events: { type: 'timer', throttle: stepMs },
          update: `playing ? min(at + 1, ${last}) : step`,
        },
      ],
    },
    { name: 'at', update: `clamp(round(+step) || 0, 0, ${last})` },
    {
      name: 'playing',
      value: false,
      bind: { input: 'checkbox', name: 'play ' },
      on: [
        { events: '@button:click', update: "datum.go === 'play' && !playing" },
        { events: '@track:pointerdown', update: 'false' },
        { events: { signal: 'step' }, update: `playing && step < ${last}` },
      ],
    },
  ]
}

function trackEnd(width: number): number {
  return Math.min(width, mostWidth) - trackMargin
}

/** Buttons and track, with the top at `y`. */
export function controls(
  last: number,
  width: number,
  y: number,
): { data: object; marks: object[] } {
  const middle = y + button.height / 2
  const end = trackEnd(width)
  const values = names.map((go, position) => ({ go, x: position * (button.width + button.space) }))
  const handle = `${trackBegin} + ${end - trackBegin} * at / ${last}`
  const still = { type: 'text', interactive: false }
  return {
    data: { name: 'buttons', values },
    marks: [
      {
        type: 'rect',
        name: 'button',
        from: { data: 'buttons' },
        encode: {
          update: {
            x: { field: 'x' },
            y: { value: y },
            width: { value: button.width },
            height: { value: button.height },
            fill: { value: palette.paper },
            stroke: { value: palette.ink },
            cornerRadius: { value: 3 },
            cursor: { value: 'pointer' },
          },
          hover: { fill: { value: palette.line } },
        },
      },
      {
        ...still,
        from: { data: 'buttons' },
        encode: {
          update: {
            x: { field: 'x', offset: button.width / 2 },
            y: { value: middle },
            align: { value: 'center' },
            baseline: { value: 'middle' },
            fill: { value: palette.ink },
            text: { signal: "datum.go === 'play' && playing ? 'pause' : datum.go" },
          },
        },
      },
      rule({ x: trackBegin, x2: { value: end }, y: middle, colour: palette.line }),
      rule({ x: trackBegin, x2: { signal: handle }, y: middle, colour: palette.ink }),
      {
        type: 'symbol',
        interactive: false,
        encode: {
          update: {
            x: { signal: handle },
            y: { value: middle },
            size: { value: 130 },
            fill: { value: palette.ink },
          },
        },
      },
      {
        type: 'rect',
        name: 'track',
        encode: {
          update: {
            x: { value: trackBegin - 8 },
            x2: { value: end + 8 },
            y: { value: y },
            height: { value: button.height },
            fill: { value: 'transparent' },
            cursor: { value: 'pointer' },
          },
        },
      },
    ],
  }
}

function rule({ x, x2, y, colour }: { x: number; x2: object; y: number; colour: string }): object {
  return {
    type: 'rule',
    interactive: false,
    encode: {
      update: {
        x: { value: x },
        x2,
        y: { value: y },
        stroke: { value: colour },
        strokeWidth: { value: 4 },
      },
    },
  }
}
