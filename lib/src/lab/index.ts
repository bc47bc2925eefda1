/** Running experiments: the lab, what an experiment is, and what can be wrong with one. */
export { embeddedLab, openLab } from './lab'
export type { Lab } from './lab'
export type { App, AppBody, AppSettings, Experiment, Store } from './experiment'
export { PlanError, RunError, TimeLimitError } from './errors'
export type { Bodies } from './plan'
