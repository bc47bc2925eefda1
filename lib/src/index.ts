/** Everything a notebook needs: `import { openLab, on, response, show } from 'kafka-lab'` */
export { openLab } from './lab'
export type { App, AppBody, AppSettings, Experiment, Lab, Store } from './lab'
export {
  at,
  coordinatorOf,
  crash,
  cutOff,
  delay,
  disconnect,
  drop,
  duplicate,
  effect,
  followersOf,
  holdUntil,
  kill,
  leaderOf,
  loseDisk,
  moveLeader,
  on,
  pause,
  powerLoss,
  request,
  resendAt,
  response,
  restart,
  resume,
  sleep,
  stored,
} from './faults'
export {
  ablationTable,
  attempts,
  counts,
  crashMap,
  crashTable,
  latencies,
  mixes,
  openInstants,
  partitionLogs,
  player,
  positions,
  sequence,
  staircases,
  sequenceWindow,
  replicaLogs,
  survivalMatrix,
  sweepBars,
  sweepTable,
  threeViews,
  takeovers,
  watermarks,
  toldAndWritten,
} from './charts'
export { measuredLatencies, percentile } from './charts/measured-latencies'
export { bill, endToEnd, findAnomalies, ledger, unpaired, verdict } from './checker'
export type { Anomaly, Bill, CrashPoints, Guarantee, LedgerRow, Sweep, Unpaired } from './checker'
export type { Verdict } from './checker'
export { batchArrivals } from './checker'
export { crashPoints } from './explore/crash-points'
export { sweep } from './explore/sweep'
export type { Alternative, Change, Vary } from './explore/vary'
export { check, hint } from './notebook/check'
export { claim } from './notebook/claim'
export { compare, recorded } from './notebook/compare'
export { javaClient } from './notebook/java-client'
export { expectVerdict } from './notebook/expect-verdict'
export { predict } from './notebook/predict'
export { progress } from './lab/progress'
export { show } from './notebook/show'
export * from './notebook/exercises'
export type { Run } from './history/run'
export type { Plan } from './history/plan'
