/**
 * A drawing in pixels as a vega-lite specification: lines, texts, symbols and boxes at given
 * places, y growing downward. Vega-lite's own axes and scales fit measurements; sequence pictures
 * and log cells are drawings, and a drawing wants to say itself where things stand. What is gained
 * over writing SVG by hand: tooltips in JupyterLab, and one way to draw everything. The size is
 * fixed, and the heading part of the drawing: vega would make room by the widths of texts, which it
 * cannot know.
 */
import type { VegaLiteSpec } from './chart'
import { palette } from './palette'
import { shorten, textWidth } from './words'

/** What hovering shows: a title and fields by name. */
export type Tip = Record<string, string | number>

export interface Line {
  x: number
  y: number
  x2: number
  y2: number
  colour: string
  width?: number
  /** Lengths of strokes and gaps in pixels. */
  dash?: number[]
  tip?: Tip
}

export interface Text {
  x: number
  y: number
  text: string
  colour: string
  align: 'left' | 'center' | 'right'
  /** Default 11. */
  size?: number
  weight?: 'bold'
  /** Texts on the open ground get a white edge, since lines may pass behind them. */
  ground?: 'box'
  tip?: Tip
}

export interface Symbol {
  x: number
  y: number
  /** An SVG path within -1…1, or one of vega's shapes. */
  shape: string
  colour: string
  /** Area in square pixels. */
  size: number
  /** Degrees, clockwise. */
  angle?: number
  tip?: Tip
}

export interface Box {
  x: number
  y: number
  x2: number
  y2: number
  fill: string
  stroke: string
  dash?: number[]
  width?: number
  tip?: Tip
}

/** Drawn in this order: boxes, lines, symbols, texts. */
export interface Drawing {
  width: number
  height: number
  boxes: Box[]
  lines: Line[]
  symbols: Symbol[]
  texts: Text[]
}

export interface Heading {
  title: string
  /** What the picture does not say itself; further lines of it are further elements. */
  subtitle: string[]
}

/** The mark of a lost frame: a symbol's shape. */
export const crossShape =
  'M-1,-0.8L-0.8,-1L0,-0.2L0.8,-1L1,-0.8L0.2,0L1,0.8L0.8,1L0,0.2L-0.8,1L-1,0.8L-0.2,0Z'

export const vegaLiteSchema = 'https://vega.github.io/schema/vega-lite/v5.json'
const textSize = 11

/** A title block as vega-lite has it, for charts that are no drawings. */
export function titleOf({ title, subtitle }: ReturnType<typeof headingLines>): object {
  return {
    text: title,
    subtitle,
    anchor: 'start',
    frame: 'group',
    color: palette.ink,
    fontSize: 14,
    subtitleFontSize: textSize,
    subtitleColor: palette.faint,
    subtitlePadding: 4,
    offset: 12,
  }
}

/** The heading's lines, those too long for `width` broken at blanks. */
export function headingLines(
  { title, subtitle }: Heading,
  width: number,
): Record<'title' | 'subtitle', string[]> {
  return {
    title: wrap(title, width, 14),
    subtitle: subtitle.flatMap((line) => wrap(line, width, textSize)),
  }
}

/** What all charts share: white ground, one font, no labels for screen readers per mark. */
export const sharedConfig = {
  background: 'white',
  padding: 12,
  config: {
    aria: false,
    font: 'Helvetica, Arial, sans-serif',
    view: { stroke: null },
    axis: {
      labelColor: palette.ink,
      titleColor: palette.ink,
      titleFontWeight: 'normal',
      gridColor: '#e6e6e6',
      domainColor: palette.line,
      tickColor: palette.line,
    },
  },
  usermeta: { embedOptions: { renderer: 'svg', actions: false } },
}

export function pictureSpec(drawing: Drawing, heading: Heading): VegaLiteSpec {
  const { width, height } = drawing
  const { texts, top } = headingTexts(heading, width)
  return {
    $schema: vegaLiteSchema,
    description: heading.title,
    ...sharedConfig,
    autosize: { type: 'none' },
    width,
    height: height + top,
    encoding: { x: pixels('x'), y: pixels('y') },
    layer: [
      ...boxLayers(lower(drawing.boxes, top)),
      ...lineLayers(lower(drawing.lines, top)),
      ...symbolLayers(lower(drawing.symbols, top)),
      ...textLayers([...texts, ...lower(drawing.texts, top)]),
    ],
  }
}

/** The heading as texts at the top, and the height it takes. */
export function headingTexts(heading: Heading, width: number): { texts: Text[]; top: number } {
  const { title, subtitle } = headingLines(heading, width)
  const top = title.length * 18 + subtitle.length * 15 + 14
  let y = 0
  const line = (text: string, height: number): Text => {
    y += height
    return { x: 0, y: y - height / 2, text, colour: palette.ink, align: 'left', ground: 'box' }
  }
  const texts = [
    ...title.map((text): Text => ({ ...line(text, 18), size: 14, weight: 'bold' })),
    ...subtitle.map((text) => ({ ...line(text, 15), colour: palette.faint })),
  ]
  return { texts, top }
}

/** Breaks `text` at blanks into lines that fit; a word too long for a line is cut. */
function wrap(text: string, width: number, fontSize: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (line !== '' && textWidth(longer, fontSize) > width) {
      lines.push(line)
      line = word
    } else {
      line = longer
    }
  }
  return [...lines, line].map((each) => shorten(each, width, fontSize))
}

/** A field that is a place already: no scale between it and the drawing. */
function pixels(field: 'x' | 'y'): object {
  return { field, type: 'quantitative', scale: null, axis: null }
}

/** Moves items down, to make room for the heading. */
function lower<Item extends { y: number; y2?: number }>(items: Item[], by: number): Item[] {
  return items.map((item) => ({
    ...item,
    y: item.y + by,
    ...(item.y2 === undefined ? {} : { y2: item.y2 + by }),
  }))
}

const asIs = (field: string, type = 'nominal'): object => ({
  field,
  type,
  scale: null,
  legend: null,
})

/** Items with and without a tip go to layers of their own: a tooltip needs its field. */
function byTip<Item extends { tip?: Tip }>(
  items: Item[],
  layer: (part: Item[]) => object,
): object[] {
  const bare = items.filter((item) => item.tip === undefined)
  const tipped = items.filter((item) => item.tip !== undefined)
  return [bare, tipped].filter((part) => part.length > 0).map(layer)
}

function encodingOf(items: { tip?: Tip }[], channels: object): object {
  if (items[0]?.tip === undefined) return channels
  return { ...channels, tooltip: { field: 'tip', type: 'nominal' } }
}

function boxLayers(boxes: Box[]): object[] {
  return byDash(boxes).flatMap((part) =>
    byTip(part, (items) => ({
      data: { values: items.map((box) => ({ width: 1, ...box })) },
      mark: { type: 'rect', cornerRadius: 3, strokeDash: items[0]?.dash ?? [] },
      encoding: encodingOf(items, {
        x2: { field: 'x2' },
        y2: { field: 'y2' },
        fill: asIs('fill'),
        stroke: asIs('stroke'),
        strokeWidth: asIs('width', 'quantitative'),
      }),
    })),
  )
}

function lineLayers(lines: Line[]): object[] {
  return byDash(lines).flatMap((part) =>
    byTip(part, (items) => ({
      data: { values: items.map((line) => ({ width: 1, ...line })) },
      mark: { type: 'rule', strokeDash: items[0]?.dash ?? [] },
      encoding: encodingOf(items, {
        x2: { field: 'x2' },
        y2: { field: 'y2' },
        color: asIs('colour'),
        strokeWidth: asIs('width', 'quantitative'),
      }),
    })),
  )
}

function byDash<Item extends { dash?: number[] }>(items: Item[]): Item[][] {
  const groups = new Map<string, Item[]>()
  for (const item of items) {
    const key = (item.dash ?? []).join(' ')
    groups.set(key, [...(groups.get(key) ?? []), item])
  }
  return [...groups.values()]
}

function symbolLayers(symbols: Symbol[]): object[] {
  return byTip(symbols, (items) => ({
    data: { values: items.map((symbol) => ({ angle: 0, ...symbol })) },
    mark: { type: 'point', filled: true, opacity: 1, strokeWidth: 1.5 },
    encoding: encodingOf(items, {
      shape: asIs('shape'),
      color: asIs('colour'),
      size: asIs('size', 'quantitative'),
      angle: asIs('angle', 'quantitative'),
    }),
  }))
}

function textLayers(texts: Text[]): object[] {
  const groups = new Map<string, Text[]>()
  for (const text of texts) {
    const key = `${text.align} ${text.weight ?? 'normal'} ${text.ground ?? 'open'}`
    groups.set(key, [...(groups.get(key) ?? []), text])
  }
  return [...groups.values()].flatMap((group) =>
    byTip(group, (items) => {
      const { align, weight, ground } = items[0] as Text
      const values = items.map(({ align: _, weight: __, ground: ___, ...text }) => ({
        size: textSize,
        ...text,
      }))
      const mark = { type: 'text', align, baseline: 'middle', fontWeight: weight ?? 'normal' }
      const halo = { ...mark, stroke: 'white', strokeWidth: 3, strokeJoin: 'round' }
      const channels = { text: { field: 'text' }, size: asIs('size', 'quantitative') }
      const written = { mark, encoding: encodingOf(items, { ...channels, color: asIs('colour') }) }
      const layer = ground === 'box' ? [written] : [{ mark: halo, encoding: channels }, written]
      return { data: { values }, layer }
    }),
  )
}
