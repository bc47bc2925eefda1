/**
 * What a chart is: a plain value that says what to draw and, in one sentence, what it shows. The
 * functions of this folder make charts from runs and draw nothing themselves: they load neither
 * vega nor plotly, so a chart can be made, compared and stored anywhere. `show` draws them.
 */

/** A vega-lite 5 specification as JSON. */
export type VegaLiteSpec = { $schema: string; [member: string]: unknown }

/** A vega 5 specification as JSON: what vega-lite cannot say, such as a timer. */
export type VegaSpec = { $schema: string; [member: string]: unknown }

/** A plotly.js figure as JSON. JupyterLab's extension wants a `layout`, even an empty one. */
export interface PlotlyFigure {
  data: object[]
  layout: object
}

export interface VegaLiteChart {
  kind: 'vega-lite'
  spec: VegaLiteSpec
  /** One sentence, computed from the run; also the chart's title. */
  finding: string
}

/** For charts that move; `still` is the picture of the last step for paper and GitHub. */
export interface VegaChart {
  kind: 'vega'
  spec: VegaSpec
  still: VegaSpec
  finding: string
}

/** For figures whose worth is in hovering; `fallback` is the still picture for paper and GitHub. */
export interface PlotlyChart {
  kind: 'plotly'
  figure: PlotlyFigure
  fallback: VegaLiteSpec
  finding: string
}

/** A cell of a table. `meaning` colours it. */
export interface Cell {
  text: string
  meaning?: 'arrived' | 'lost' | 'repeated' | 'late' | 'unknown' | 'committed'
}

export interface TableChart {
  kind: 'table'
  finding: string
  columns: { title: string; align: 'left' | 'right' }[]
  rows: Cell[][]
  /** Said below the table: a cut, a scope. */
  note?: string
}

export type Chart = VegaLiteChart | VegaChart | PlotlyChart | TableChart
