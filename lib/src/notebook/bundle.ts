/**
 * A chart as a Jupyter MIME bundle: one output in several forms, of which every reader takes the
 * best it knows. JupyterLab draws the vega-lite, vega or plotly JSON, GitHub and paper the SVG, a
 * terminal reads the finding. HTML never stands beside vega-lite: JupyterLab would prefer it and
 * hide the chart.
 */
import type { Chart } from '../charts/chart'
import { svgOf } from './render'
import { htmlOf, plainOf } from './tables'

/** Text for every form but JSON, which is an object. */
export interface Bundle {
  'text/plain': string
  'text/html'?: string
  'image/svg+xml'?: string
  'application/vnd.vegalite.v5+json'?: object
  'application/vnd.vega.v5+json'?: object
  'application/vnd.plotly.v1+json'?: object
}

/** The same bytes for the same chart, in every process, time zone and locale. */
export function bundleOf(chart: Chart): Bundle {
  switch (chart.kind) {
    case 'vega-lite':
      return {
        'application/vnd.vegalite.v5+json': chart.spec,
        'image/svg+xml': svgOf(chart.spec),
        'text/plain': chart.finding,
      }
    case 'vega':
      return {
        'application/vnd.vega.v5+json': chart.spec,
        'image/svg+xml': svgOf(chart.still),
        'text/plain': chart.finding,
      }
    case 'plotly':
      return {
        'application/vnd.plotly.v1+json': chart.figure,
        'image/svg+xml': svgOf(chart.fallback),
        'text/plain': chart.finding,
      }
    case 'table':
      return { 'text/html': htmlOf(chart), 'text/plain': plainOf(chart) }
  }
}
