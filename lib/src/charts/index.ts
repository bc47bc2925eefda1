/** Charts: pure functions from a run, or labelled runs, to a value that says what to draw. */
export { counts } from './counts'
export { crashMap, crashTable } from './crash-points'
export { latencies } from './latencies'
export { partitionLogs } from './partition-logs'
export { player } from './player'
export { sequence } from './sequence'
export { sweepBars, sweepTable } from './sweep'
export type { Chart, PlotlyChart, TableChart, VegaChart, VegaLiteChart } from './chart'
