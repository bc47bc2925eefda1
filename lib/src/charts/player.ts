/**
 * A run that plays and steps: the sequence picture, the logs and the groups' offsets as they stood
 * at each step. The sequence picture is drawn once and uncovered downward, for its time runs
 * downward; what stands below it comes and goes. When a frame or an offset is known only from the
 * end of the run, it appears at the end: see `player-appends` for where the rest is placed.
 */
import type { Run } from '../history/run'
import type { VegaChart, VegaSpec } from './chart'
import { runFinding } from './findings'
import { palette } from './palette'
import { headingLines, headingTexts, type Drawing, type Text } from './picture'
import { controls, controlsHeight, playingSignals } from './player-controls'
import { runsByStep } from './player-logs'
import { always, inTheirSteps, marksOf, upToNow, type VegaMarks } from './player-marks'
import { offsetsByStep } from './player-offsets'
import { drawPanels } from './player-panels'
import { statesByStep } from './player-states'
import { stepsOf, type Steps } from './player-steps'
import { checkMessages, drawRows, headHeight, mostRows } from './sequence'
import { sequenceRows } from './sequence-rows'
import { during, type TimedDrawing } from './timed-drawing'
import { list, plural } from './words'

export interface PlayerOptions {
  /** Values: only what concerns these messages, beside crashes, brokers and log lines. */
  messages?: readonly string[]
}

const howItIsKnown =
  'Records appear where their request reached the broker, marks as acks and fetches told them'

/** Height of the window on the sequence picture; it follows the step. */
const windowHeight = 300
/** From here down the sequence picture moves; the heads of the lifelines stay. */
const headEnd = headHeight - 9
const captionHeight = 58

/** @throws RangeError when `messages` names a value that no message of the run has. */
export function player(run: Run, options: PlayerOptions = {}): VegaChart {
  const { messages } = options
  if (messages !== undefined) checkMessages('player', run, messages)
  const frames = 'essential'
  const all = sequenceRows(run, messages === undefined ? { frames } : { frames, messages })
  const rows = all.rows.slice(0, mostRows)
  const { drawing, yOf } = drawRows(run, { ...all, rows })
  const steps = stepsOf(rows, all)
  const below = emptyDrawing(drawing.width)
  const story = {
    runs: runsByStep(run, steps),
    offsets: offsetsByStep(run, steps),
    states: statesByStep(run, steps),
  }
  const leftOut = drawPanels(below, run, story)
  leftOut.unshift(howItIsKnown)
  if (rows.length < all.rows.length) {
    const rest = `cut: ${plural(rows.length, 'row')} of ${plural(all.rows.length, 'row')}`
    leftOut.unshift(`${rest}; player(run, { messages: ['…'] }) plays single messages`)
  }
  if (messages !== undefined) leftOut.unshift(`only what concerns ${list(messages, 5)}`)
  const finding = runFinding(run, messages)
  const parts: Parts = {
    heading: { title: finding, subtitle: leftOut },
    sequence: drawing,
    below,
    steps,
    now: [headEnd, ...rows.map((row) => yOf.get(row) as number), drawing.height],
    width: Math.max(drawing.width, below.width),
  }
  return { kind: 'vega', finding, spec: specOf(parts, 'plays'), still: specOf(parts, 'still') }
}

interface Parts {
  heading: { title: string; subtitle: string[] }
  sequence: Drawing
  below: TimedDrawing
  steps: Steps
  /** By step: down to where the sequence picture is uncovered. */
  now: number[]
  width: number
}

function emptyDrawing(width: number): TimedDrawing {
  return { width, height: 0, boxes: [], lines: [], symbols: [], texts: [] }
}

/** `still` is the last step with the whole sequence picture and nothing to press. */
function specOf(parts: Parts, how: 'plays' | 'still'): VegaSpec {
  const { heading, sequence, below, steps, width } = parts
  const { texts, top } = headingTexts(heading, width)
  const plays = how === 'plays'
  const whole = sequence.height - headEnd
  const shown = plays ? Math.min(whole, windowHeight) : whole
  const sequenceTop = top + (plays ? controlsHeight + captionHeight : 0)
  const belowTop = sequenceTop + headEnd + shown + 14
  const heads = splitAtHeads(sequence)
  const nothing = { boxes: [], lines: [], symbols: [] }
  const moving = marksOf('sequence', heads.moving, upToNow)
  const still: VegaMarks[] = [
    marksOf('heading', { ...nothing, texts }, always),
    atHeight(sequenceTop, marksOf('heads', heads.fixed, always)),
    atHeight(belowTop, marksOf('below', below, inTheirSteps)),
  ]
  const control = plays ? [controlMarks(parts, top)] : []
  const all = [...still, ...control]
  return {
    $schema: 'https://vega.github.io/schema/vega/v5.json',
    description: heading.title,
    background: 'white',
    padding: 12,
    autosize: 'none',
    width,
    height: belowTop + below.height,
    config: { aria: false, text: { font: 'Helvetica, Arial, sans-serif' } },
    usermeta: { embedOptions: { renderer: 'svg', actions: false } },
    signals: [
      ...(plays ? playingSignals(steps.last, width) : [{ name: 'at', value: steps.last }]),
      { name: 'now', update: `${JSON.stringify(parts.now)}[at]` },
      { name: 'scroll', update: `clamp(now - ${headEnd + shown - 50}, 0, ${whole - shown})` },
    ],
    data: [...all.flatMap(({ data }) => data), ...moving.data],
    marks: [
      ...all.flatMap(({ marks }) => marks),
      windowOn([...moving.marks, ...(plays ? [here(steps.last)] : [])], {
        y: sequenceTop + headEnd,
        width,
        height: shown,
      }),
    ],
  }
}

/** The heads of the lifelines stay in sight while the rest moves below them. */
function splitAtHeads(drawing: Drawing): Record<'fixed' | 'moving', Drawing> {
  const part = (isPart: (item: { y: number }) => boolean): Drawing => ({
    ...drawing,
    boxes: drawing.boxes.filter(isPart),
    lines: drawing.lines.filter(isPart),
    symbols: drawing.symbols.filter(isPart),
    texts: drawing.texts.filter(isPart),
  })
  // Lifelines begin at the heads' lower edge.
  const fixed = part(({ y }) => y < headEnd)
  const moving = part(({ y }) => y >= headEnd)
  const lines = [...fixed.lines, ...moving.lines]
  return { fixed: { ...fixed, lines: [] }, moving: { ...moving, lines } }
}

function atHeight(y: number, { data, marks }: VegaMarks): VegaMarks {
  return { data, marks: [{ type: 'group', encode: { enter: { y: { value: y } } }, marks }] }
}

function windowOn(
  marks: object[],
  { y, width, height }: { y: number; width: number; height: number },
): object {
  const size = { x: { value: 0 }, width: { value: width }, height: { value: height } }
  const moved = { y: { signal: `-${headEnd} - scroll` } }
  return {
    type: 'group',
    encode: { enter: { ...size, y: { value: y }, clip: { value: true } } },
    marks: [{ type: 'group', encode: { update: moved }, marks }],
  }
}

/** Points at the row of the step, between the first and the last. */
function here(last: number): object {
  const opacity = { signal: `at > 0 && at < ${last} ? 1 : 0` }
  return {
    type: 'symbol',
    name: 'here',
    interactive: false,
    encode: {
      enter: {
        x: { value: 5 },
        shape: { value: 'triangle-right' },
        size: { value: 70 },
        fill: { value: palette.ink },
      },
      update: { y: { signal: 'now' }, opacity },
    },
  }
}

function controlMarks({ steps, width }: Parts, top: number): VegaMarks {
  const pressed = controls(steps.last, width, top)
  const captions = emptyDrawing(width)
  steps.words.forEach(({ title, text }, step) => {
    during(captions, { from: step, to: step + 1 }, (part) => {
      const line = (text: string, position: number): Text => ({
        ...{ x: 0, y: top + controlsHeight + 8 + position * 17, text },
        ...{ colour: palette.ink, align: 'left', ground: 'box', size: 12 },
      })
      const { subtitle } = headingLines({ title: '', subtitle: [text] }, width - 60)
      part.texts.push({ ...line(title, 0), colour: palette.faint })
      subtitle.slice(0, 2).forEach((each, position) => part.texts.push(line(each, position + 1)))
    })
  })
  const { data, marks } = marksOf('caption', captions, inTheirSteps)
  return { data: [pressed.data, ...data], marks: [...pressed.marks, ...marks] }
}
