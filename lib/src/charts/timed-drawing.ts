/**
 * Drawings whose items come and go: each stands from one step up to, but not including, another.
 * They are drawn by the same functions as still ones, into a small drawing that is then stamped.
 */
import type { Box, Drawing, Line, Symbol, Text } from './picture'

/** Shown in the steps `from` ≤ step < `to`. */
export interface Span {
  from: number
  to: number
}

export interface TimedDrawing {
  width: number
  height: number
  boxes: (Box & Span)[]
  lines: (Line & Span)[]
  symbols: (Symbol & Span)[]
  texts: (Text & Span)[]
}

/** Adds what `draw` draws, for the steps of the span. */
export function during(
  drawing: TimedDrawing,
  { from, to }: Span,
  draw: (part: Drawing) => void,
): void {
  const { width, height } = drawing
  const part: Drawing = { width, height, boxes: [], lines: [], symbols: [], texts: [] }
  draw(part)
  const stamped = <Item extends object>(items: Item[]) =>
    items.map((item) => ({ ...item, from, to }))
  drawing.boxes.push(...stamped(part.boxes))
  drawing.lines.push(...stamped(part.lines))
  drawing.symbols.push(...stamped(part.symbols))
  drawing.texts.push(...stamped(part.texts))
}

/** A value per step as spans of equal values; steps without a value have none. */
export function spansOf<Value>(
  values: readonly (Value | undefined)[],
): (Span & { value: Value })[] {
  const spans: (Span & { value: Value })[] = []
  values.forEach((value, step) => {
    if (value === undefined) return
    const last = spans[spans.length - 1]
    if (last?.to === step && JSON.stringify(last.value) === JSON.stringify(value)) last.to += 1
    else spans.push({ value, from: step, to: step + 1 })
  })
  return spans
}
