/**
 * Draws vega-lite and vega specifications as SVG in Node. Both are loaded at the first drawing, so
 * that importing the lab stays quick. Without a canvas vega estimates the widths of
 * texts; that is enough for its axes, and the charts leave room for it. vega's own `toSVG` is
 * asynchronous; a cell that says `show(chart)` shall have shown it when it goes on, so the renderer
 * is called directly.
 */
import type { VegaLiteSpec, VegaSpec } from '../charts/chart'

type Vega = typeof import('vega') & { resetSVGDefIds(): void }
type VegaLite = typeof import('vega-lite')

/**
 * The specification as an SVG document: the same bytes for the same specification, whatever was
 * drawn before.
 *
 * @throws Error with vega-lite's or vega's words when either finds something to warn about
 */
export function svgOf(spec: VegaLiteSpec | VegaSpec): string {
  const vega = require('vega') as Vega
  const complaints: string[] = []
  const logger = collecting(complaints) as never
  // vega marks the data it is given: draw from a copy, the chart stays as it is.
  const compiled = compile(structuredClone(spec), logger)
  vega.resetSVGDefIds()
  const view = new vega.View(vega.parse(compiled), { renderer: 'none', logger })
  try {
    view.run()
    const svg = drawn(vega, view)
    if (complaints.length > 0) {
      throw new Error(`a chart's specification is wrong: ${complaints.join('; ')}`)
    }
    return svg
  } finally {
    view.finalize()
  }
}

/** The vega specification: what is one already needs no vega-lite. */
function compile(spec: VegaLiteSpec | VegaSpec, logger: never): never {
  if (!spec.$schema.includes('/vega-lite/')) return spec as never
  const vegaLite = require('vega-lite') as VegaLite
  return vegaLite.compile(spec as never, { logger }).spec as never
}

interface StringRenderer {
  initialize(element: null, width: number, height: number, origin: number[], scale: number): this
  background(colour: string): this
  render(scene: object): this
  svg(): string
}

/** What vega's own headless renderer does, less its promise. vega's version is pinned. */
function drawn(vega: Vega, view: object): string {
  const { SVGStringRenderer } = vega as unknown as { SVGStringRenderer: new () => StringRenderer }
  const { _viewWidth, _viewHeight, _origin, padding, scenegraph, background } = view as PrivateView
  const { left, right, top, bottom } = padding.call(view)
  const origin = [left + _origin[0], top + _origin[1]]
  return new SVGStringRenderer()
    .initialize(null, _viewWidth + left + right, _viewHeight + top + bottom, origin, 1)
    .background(background.call(view))
    .render(scenegraph.call(view).root)
    .svg()
}

interface PrivateView {
  _viewWidth: number
  _viewHeight: number
  _origin: [number, number]
  padding(): { left: number; right: number; top: number; bottom: number }
  scenegraph(): { root: object }
  background(): string
}

/**
 * A logger that keeps warnings, for a chart that vega has doubts about is a bug here. It cannot
 * throw them: vega evaluates within a promise, and nobody would hear it.
 */
function collecting(complaints: string[]): object {
  const complain = (...words: unknown[]) => {
    complaints.push(words.map(String).join(' '))
    return logger
  }
  const logger = {
    level: () => logger,
    error: complain,
    warn: complain,
    info: () => logger,
    debug: () => logger,
  }
  return logger
}
