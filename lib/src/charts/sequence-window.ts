/**
 * What the broker made of numbered batches: a column per batch as it arrived at the leader, its
 * sequence as the height, a panel per producer id. The band is what the broker remembers of the
 * producer as the batch arrives: its last five batches. A mark on top of the band is the next
 * batch, one inside it a repeat, one anywhere else is refused.
 */
import { batchArrivals, type BatchAnswer, type BatchArrival } from '../checker'
import { messageKey } from '../history/messages'
import type { Run } from '../history/run'
import type { VegaLiteChart } from './chart'
import { isRun } from './labelled-runs'
import { lightPalette, palette } from './palette'
import { crossShape, pictureSpec, type Drawing, type Symbol } from './picture'
import { list, plural, shorten, textWidth, valueText } from './words'

/** Columns of one partition at the most. */
export const mostArrivals = 24
const mostPanels = 6
const labels = 150
const columnStep = 62
const rowStep = 30
const panelGap = 30

/** `swallowed`: told ok as a repeat of a batch that held other messages. */
type Kind = BatchAnswer | 'swallowed'

interface Panel {
  topic: string
  partition: number
  producerId: number
  producerEpoch: number
  arrivals: BatchArrival[]
}

/** @throws TypeError when given something else than a run */
export function sequenceWindow(run: Run): VegaLiteChart {
  if (!isRun(run)) throw new TypeError('sequenceWindow: give it a run: await lab.run({ … })')
  const all = batchArrivals(run)
  const kept = all.filter(({ number }) => number <= mostArrivals)
  const panels = panelsOf(kept)
  const finding = findingOf(all)
  const subtitle = ['band: the batches the leader remembers of this producer, at most five']
  if (all.length === 0) subtitle[0] = 'this run has no batch with a producer id'
  if (kept.length < all.length) {
    subtitle.push(`cut: the first ${mostArrivals} arrivals of each partition`)
  }
  if (panels.length > mostPanels) {
    subtitle.push(`cut: the first ${mostPanels} of ${plural(panels.length, 'producer')}`)
  }
  const drawing = draw(panels.slice(0, mostPanels))
  return { kind: 'vega-lite', finding, spec: pictureSpec(drawing, { title: finding, subtitle }) }
}

/** `8 batches appended, 2 recognised as repeats, 1 refused` */
function findingOf(arrivals: readonly BatchArrival[]): string {
  const number = (answer: BatchAnswer) => arrivals.filter((one) => one.answer === answer).length
  const parts = [
    `${plural(number('appended'), 'batch', 'batches')} appended`,
    ...(number('repeat') > 0 ? [`${number('repeat')} taken for a repeat`] : []),
    ...(number('refused') > 0 ? [`${number('refused')} refused`] : []),
    ...(number('unanswered') > 0 ? [`${number('unanswered')} unanswered`] : []),
  ]
  const swallowed = arrivals
    .filter(isSwallowed)
    .map(({ values, takenFor = [] }) => `${text(values)} taken for ${text(takenFor)}`)
  return [parts.join(', '), ...swallowed, ...twiceText(arrivals)].join('; ')
}

/** `order-2 appended twice` */
function twiceText(arrivals: readonly BatchArrival[]): string[] {
  const copies = new Map<string, number>()
  for (const { topic, values } of arrivals.filter(({ answer }) => answer === 'appended')) {
    for (const value of values) {
      const key = messageKey(topic, value)
      copies.set(key, (copies.get(key) ?? 0) + 1)
    }
  }
  const several = [
    ...new Set(
      arrivals.flatMap(({ topic, values }) =>
        values.filter((value) => (copies.get(messageKey(topic, value)) ?? 0) > 1).map(valueText),
      ),
    ),
  ]
  return several.length === 0 ? [] : [`${list(several)} appended more than once`]
}

/** Told ok, and what is in the log is another message. */
function isSwallowed({ values, takenFor }: BatchArrival): boolean {
  return takenFor !== undefined && text(values) !== text(takenFor)
}

function text(values: readonly (string | null)[]): string {
  return list(values.map(valueText))
}

function panelsOf(arrivals: readonly BatchArrival[]): Panel[] {
  const panels: Panel[] = []
  for (const arrival of arrivals) {
    const { topic, partition, producerId, producerEpoch } = arrival
    const known = panels.find(
      (one) =>
        one.topic === topic &&
        one.partition === partition &&
        one.producerId === producerId &&
        one.producerEpoch === producerEpoch,
    )
    if (known !== undefined) known.arrivals.push(arrival)
    else panels.push({ topic, partition, producerId, producerEpoch, arrivals: [arrival] })
  }
  const place = ({ topic, partition }: Panel) => `${topic}-${String(partition).padStart(6, '0')}`
  return panels.sort((one, other) =>
    place(one) < place(other) ? -1 : Number(place(one) > place(other)),
  )
}

function draw(panels: readonly Panel[]): Drawing {
  const drawing: Drawing = { width: 560, height: 4, boxes: [], lines: [], symbols: [], texts: [] }
  for (const panel of panels) drawPanel(drawing, panel)
  const drawn = panels.flatMap(({ arrivals }) => arrivals.map(kindOf))
  const kinds = Object.keys(marks) as Kind[]
  drawLegend(
    drawing,
    kinds.filter((kind) => drawn.includes(kind)),
  )
  return drawing
}

const columnX = (number: number): number => labels + (number - 0.5) * columnStep

function drawPanel(drawing: Drawing, panel: Panel): void {
  const { topic, partition, producerId, producerEpoch, arrivals } = panel
  const most = Math.max(...arrivals.map(({ sequences }) => sequences.last))
  const least = Math.min(...arrivals.map(({ sequences }) => sequences.first))
  const top = drawing.height + 26
  const bottom = top + (most - least + 1) * rowStep
  const height = (sequence: number) => bottom - (sequence - least + 0.5) * rowStep
  const columns = Math.max(...arrivals.map(({ number }) => number))
  const right = labels + columns * columnStep
  const named = { colour: palette.ink, align: 'left' } as const
  const { app, attempt } = arrivals[0]!
  const where = `${topic}-${partition}, producer id ${producerId}, epoch ${producerEpoch}`
  drawing.texts.push(
    { ...named, x: 0, y: top - 14, text: where, size: 12, weight: 'bold' },
    { ...named, x: 0, y: top + 10, text: shorten(`${app}, attempt ${attempt}`, labels - 60, 11) },
  )
  for (let sequence = least; sequence <= most; sequence += 1) {
    const y = height(sequence)
    drawing.lines.push({ x: labels, x2: right, y, y2: y, colour: '#e6e6e6' })
    const label = { x: labels - 8, y, text: `seq ${sequence}`, align: 'right', size: 10 } as const
    drawing.texts.push({ ...label, colour: palette.faint })
  }
  for (const arrival of arrivals) {
    drawBand(drawing, arrival, height)
    drawMark(drawing, arrival, height)
    const x = columnX(arrival.number)
    const number = { x, y: bottom + 10, text: String(arrival.number), align: 'center' } as const
    drawing.texts.push({ ...number, colour: palette.faint, size: 10 })
  }
  const axis = { x: labels - 8, y: bottom + 10, text: 'arrival', align: 'right' } as const
  drawing.texts.push({ ...axis, colour: palette.faint, size: 10 })
  drawing.lines.push({ x: labels, x2: right, y: bottom, y2: bottom, colour: palette.line })
  drawing.height = bottom + panelGap
  drawing.width = Math.max(drawing.width, right + 20)
}

function drawBand(
  drawing: Drawing,
  { number, remembered }: BatchArrival,
  height: (sequence: number) => number,
): void {
  const [oldest, newest] = [remembered[0], remembered[remembered.length - 1]]
  if (oldest === undefined || newest === undefined) return
  const x = columnX(number) - columnStep / 2
  const y = height(newest.last) - rowStep / 2
  const fill = lightPalette.arrived
  const y2 = height(oldest.first) + rowStep / 2
  drawing.boxes.push({ x, x2: x + columnStep, y, y2, fill, stroke: fill })
}

const marks: Record<Kind, Pick<Symbol, 'shape' | 'colour' | 'size'> & { word: string }> = {
  appended: { shape: 'circle', colour: palette.arrived, size: 110, word: 'appended' },
  repeat: { shape: 'diamond', colour: palette.repeated, size: 110, word: 'acknowledged again' },
  swallowed: {
    ...{ shape: 'diamond', colour: palette.lost, size: 110 },
    word: 'acknowledged as a repeat of other messages',
  },
  refused: { shape: crossShape, colour: palette.lost, size: 100, word: 'refused' },
  unanswered: { shape: 'square', colour: palette.unknown, size: 110, word: 'no answer' },
}

function kindOf(arrival: BatchArrival): Kind {
  return isSwallowed(arrival) ? 'swallowed' : arrival.answer
}

function drawMark(
  drawing: Drawing,
  arrival: BatchArrival,
  height: (sequence: number) => number,
): void {
  const { number, values, sequences, answer, offset, error } = arrival
  const { word: _, ...mark } = marks[kindOf(arrival)]
  const { colour } = mark
  const x = columnX(number)
  const [y, last] = [height(sequences.first), height(sequences.last)]
  const value = valueText(values[0] ?? null)
  const tip = {
    title: text(values),
    answer: error ?? answer,
    sequences: `${sequences.first} to ${sequences.last}`,
    ...(offset === undefined ? {} : { offset }),
  }
  if (last !== y) drawing.lines.push({ x, x2: x, y, y2: last, colour, width: 3 })
  drawing.symbols.push({ ...mark, x, y, tip })
  const label = { x, align: 'center', colour: palette.ink, size: 10 } as const
  const name = values.length > 1 ? `${value} +${values.length - 1}` : value
  drawing.texts.push({ ...label, y: last - 11, text: shorten(name, columnStep - 4, 10) })
  if (offset !== undefined) {
    drawing.texts.push({ ...label, x: x + 8, y, text: `@${offset}`, align: 'left', size: 9 })
  }
}

/** The marks' meaning in words: nothing is said by colour alone. */
function drawLegend(drawing: Drawing, kinds: readonly Kind[]): void {
  const y = drawing.height
  let x = labels
  for (const kind of kinds) {
    const { word, ...mark } = marks[kind]
    drawing.symbols.push({ ...mark, x, y })
    drawing.texts.push({ x: x + 12, y, text: word, align: 'left', colour: palette.ink })
    x += 40 + textWidth(word, 11)
  }
  drawing.width = Math.max(drawing.width, x)
  drawing.height = y + 14
}
