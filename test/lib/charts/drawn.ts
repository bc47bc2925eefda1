/** Reads drawings back: which texts, symbols and boxes a picture holds, in drawing order. */
import type { VegaLiteChart } from '../../../lib/src/charts/chart'

interface Layer {
  layer?: Layer[]
  data?: { values: Record<string, unknown>[] }
}

type Item = Record<string, unknown> & { x: number; y: number; tip?: Record<string, unknown> }

export function items({ spec }: VegaLiteChart, member: string): Item[] {
  const values: Item[] = []
  const visit = ({ layer, data }: Layer) => {
    values.push(...((data?.values ?? []) as Item[]))
    layer?.forEach(visit)
  }
  visit(spec as Layer)
  return values.filter((value) => member in value)
}

export function texts(chart: VegaLiteChart): string[] {
  return items(chart, 'text')
    .sort((one, other) => one.y - other.y || one.x - other.x)
    .map(({ text }) => String(text))
}

export function textItem(chart: VegaLiteChart, text: string): Item {
  const found = items(chart, 'text').find((item) => item.text === text)
  if (found === undefined) throw new Error(`no text '${text}' among: ${texts(chart).join(' | ')}`)
  return found
}
