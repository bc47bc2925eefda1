/**
 * A drawing as marks of vega 5: what `picture` does for vega-lite, for drawings whose items are
 * shown by a condition on signals. Every kind of item is one data set, filtered by the condition.
 */
import type { Box, Line, Symbol, Text } from './picture'

/** The items of a drawing, whatever else they carry. */
export interface Items {
  boxes: Box[]
  lines: Line[]
  symbols: Symbol[]
  texts: Text[]
}

export interface VegaMarks {
  data: object[]
  marks: object[]
}

interface Condition {
  /** Expression on `datum` and signals: which items are shown. */
  shown: string
  /** Expression from 0 to 1: how much of a line is shown, from its first end. */
  grown: string
}

export const always: Condition = { shown: 'true', grown: '1' }
export const inTheirSteps: Condition = {
  shown: 'datum.from <= at && at < datum.to',
  grown: '1',
}
/** Time runs downward in a sequence picture: what lies below `now` is yet to come. */
export const upToNow: Condition = {
  shown: 'datum.y <= now',
  grown: 'datum.y2 > datum.y ? min(1, (now - datum.y) / (datum.y2 - datum.y)) : 1',
}

const tooltip = { signal: 'datum.tip' }
const field = (name: string) => ({ field: name })
const place = { x: field('x'), y: field('y') }

/** @param name begins the names of the data sets; unique in a specification. */
export function marksOf(name: string, items: Items, { shown, grown }: Condition): VegaMarks {
  const open = items.texts.filter(({ ground }) => ground !== 'box')
  const sets = {
    Boxes: items.boxes.map((box) => ({ width: 1, dash: [], ...box })),
    Lines: items.lines.map((line) => ({ width: 1, dash: [], ...line })),
    Symbols: items.symbols.map((symbol) => ({ angle: 0, ...symbol })),
    Halos: open.map(({ x, y, text, align, size, weight, ...rest }) => ({
      ...{ ...spanOf(rest), x, y, text, align },
      ...{ size: size ?? textSize, weight: weight ?? 'normal' },
    })),
    Texts: items.texts.map(({ ground: _, ...text }) => ({
      ...{ size: textSize, weight: 'normal' },
      ...text,
    })),
  }
  const used = Object.entries(sets).filter(([, values]) => values.length > 0)
  return {
    data: used.map(([kind, values]) => ({
      name: `${name}${kind}`,
      values,
      transform: [{ type: 'filter', expr: shown }],
    })),
    marks: used.map(([kind]) => ({
      ...markOf[kind as keyof typeof sets](grown),
      from: { data: `${name}${kind}` },
    })),
  }
}

const textSize = 11

/** The steps of an item that has any. */
function spanOf(item: object): object {
  return 'from' in item && 'to' in item ? { from: item.from, to: item.to } : {}
}

const written = {
  ...place,
  text: field('text'),
  align: field('align'),
  baseline: { value: 'middle' },
  fontSize: field('size'),
  fontWeight: field('weight'),
}

const markOf = {
  Boxes: () => ({
    type: 'rect',
    encode: {
      update: {
        ...place,
        x2: field('x2'),
        y2: field('y2'),
        fill: field('fill'),
        stroke: field('stroke'),
        strokeWidth: field('width'),
        strokeDash: field('dash'),
        cornerRadius: { value: 3 },
        tooltip,
      },
    },
  }),
  Lines: (grown: string) => ({
    type: 'rule',
    encode: {
      update: {
        ...place,
        x2: { signal: `datum.x + (datum.x2 - datum.x) * (${grown})` },
        y2: { signal: `datum.y + (datum.y2 - datum.y) * (${grown})` },
        stroke: field('colour'),
        strokeWidth: field('width'),
        strokeDash: field('dash'),
        tooltip,
      },
    },
  }),
  Symbols: () => ({
    type: 'symbol',
    encode: {
      update: {
        ...place,
        shape: field('shape'),
        size: field('size'),
        angle: field('angle'),
        fill: field('colour'),
        tooltip,
      },
    },
  }),
  Halos: () => ({
    type: 'text',
    interactive: false,
    encode: {
      update: { ...written, stroke: { value: 'white' }, strokeWidth: { value: 3 } },
    },
  }),
  Texts: () => ({
    type: 'text',
    encode: { update: { ...written, fill: field('colour'), tooltip } },
  }),
}
