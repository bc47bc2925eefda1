/**
 * Draws vega-lite specifications as SVG in Node. vega and vega-lite are loaded at the first drawing,
 * so that importing the lab stays quick. Without a canvas vega estimates the widths of texts; that is
 * enough for its axes, and the charts leave room for it. vega's own `toSVG` is asynchronous; a cell
 * that says `show(chart)` shall have shown it when it goes on, so the renderer is called directly.
 */
import type { VegaLiteSpec } from '../charts/chart'

type Vega = typeof import('vega') & { resetSVGDefIds(): void }
type VegaLite = typeof import('vega-lite')

/**
 * The specification as an SVG document: the same bytes for the same specification, whatever was
 * drawn before.
 *
 * @throws Error with vega-lite's or vega's words when either finds something to warn about
 */
export function svgOf(spec: VegaLiteSpec): string {
  const vega = require('vega') as Vega
  const vegaLite = require('vega-lite') as VegaLite
  const logger = complaining()
  const compiled = vegaLite.compile(spec as never, { logger: logger as never }).spec
  vega.resetSVGDefIds()
  const view = new vega.View(vega.parse(compiled), { renderer: 'none', logger: logger as never })
  try {
    view.run()
    return drawn(vega, view)
  } finally {
    view.finalize()
  }
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

/** A logger to whom a warning is an error: a chart that vega has doubts about is a bug here. */
function complaining(): object {
  const complain = (...words: unknown[]) => {
    throw new Error(`a chart's specification is wrong: ${words.map(String).join(' ')}`)
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
