/** The anomalies by name; each stands in a file of its own with the argument why it is sound. */
import type { Run } from '../../history/run'
import type { Anomaly, AnomalyName } from '../anomaly'
import { abortedReads } from './aborted-read'
import { duplicates } from './duplicate'
import { falseFailures } from './false-failure'
import { inconsistentOffsets } from './inconsistent-offsets'
import { lostWrites } from './lost-write'
import { missing } from './missing'
import { nonmonotonicSends } from './nonmonotonic-send'
import { reprocessed } from './reprocessed'
import { skipped } from './skipped'
import { tornTransactions } from './torn-transaction'
import { unknownOutcomes } from './unknown-outcome'
import { unseen } from './unseen'

export const anomalies: Readonly<Record<AnomalyName, (run: Run) => Anomaly[]>> = {
  'lost-write': lostWrites,
  missing,
  duplicate: duplicates,
  'false-failure': falseFailures,
  'unknown-outcome': unknownOutcomes,
  'nonmonotonic-send': nonmonotonicSends,
  'inconsistent-offsets': inconsistentOffsets,
  'torn-transaction': tornTransactions,
  'aborted-read': abortedReads,
  unseen,
  skipped,
  reprocessed,
}

/** All anomalies of a run, in the order of the table above. */
export function findAnomalies(run: Run): Anomaly[] {
  return Object.values(anomalies).flatMap((find) => find(run))
}
