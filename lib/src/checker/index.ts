/**
 * The checker: from the record of a run to what was lost, doubled, reordered or processed twice.
 * Pure functions of a `Run`; what a broker knows it learns from the final logs alone.
 */
export { ledger } from './ledger'
export type { DeliveryCell, LedgerOffset, LedgerRow, Told } from './ledger'
export type { TransactionState } from './log-records'
export { sinks } from './sinks'
export type { Sink } from './sinks'
export { processing } from './processing'
export type { ProcessedRow, ProcessingCell, ProcessingStage } from './processing'
export { verdict } from './verdict'
export type { Guarantee, StageVerdict, Verdict, Witness } from './verdict'
export { halfSeen, halves, outcomeOf, sameStage, stageName } from './outcomes'
export type { Half, HalfSeen, MessageOutcome, StageOutcome } from './outcomes'
export { pointName, survivalOf } from './survival'
export type { CrashPoint, CrashPoints, Survival } from './survival'
export { clopperPearson } from './clopper-pearson'
export { runClasses, sweepOf } from './sweep'
export type { RunClass, Sweep, SweptRun, SweptStage, Variation } from './sweep'
export { checkExpectation } from './expectation'
export type { Expectation } from './expectation'
export { anomalies, findAnomalies } from './anomalies/index'
export type { Anomaly, AnomalyName } from './anomaly'
