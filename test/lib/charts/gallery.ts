/** Every chart once, by the name of its snapshot. */
import {
  attempts,
  counts,
  latencies,
  partitionLogs,
  player,
  replicaLogs,
  sequence,
  watermarks,
  staircases,
  toldAndWritten,
  sequenceWindow,
  survivalMatrix,
  takeovers,
  type Chart,
} from '../../../lib/src/charts'
import { ablationTable } from '../../../lib/src/charts/ablation-table'
import { anomalyTable, ledgerTable, verdictTable } from '../../../lib/src/charts/checker-tables'
import { crashMap, crashTable } from '../../../lib/src/charts/crash-points'
import { mixes } from '../../../lib/src/charts/mixes'
import { openInstants } from '../../../lib/src/charts/open-instants'
import { threeViews } from '../../../lib/src/charts/three-views'
import { sweepBars, sweepTable } from '../../../lib/src/charts/sweep'
import { findAnomalies, ledger, verdict } from '../../../lib/src/checker'
import {
  crashedBilling,
  crashedPolicies,
  crashedWithoutHarm,
  sweptShop,
} from '../../support/explored'
import { sweptBrokers, sweptBrokersMatrix } from '../../support/swept-brokers'
import { abortedTransaction } from '../../support/runs/aborted-transaction'
import { chargedTwice } from '../../support/runs/charged-twice'
import { crossed } from '../../support/runs/halves'
import { hundredOrders } from '../../support/runs/hundred-orders'
import { lateAnswer } from '../../support/runs/late-answer'
import { diskLost } from '../../support/runs/disk-lost'
import { leaderKilled } from '../../support/runs/leader-killed'
import { lostAck } from '../../support/runs/lost-ack'
import { openTransaction } from '../../support/runs/open-transaction'
import { outOfOrder } from '../../support/runs/out-of-order'
import { numberedBatches } from '../../support/runs/numbered-batches'
import { Recording, runOf } from '../../support/runs/recording'
import { takenOver } from '../../support/runs/taken-over'

const acksOne = hundredOrders({ acks: 1, lostEach: 11, duplicatedEach: 7 })
const acksAll = hundredOrders({ acks: -1, duplicatedEach: 20 })
const both = { 'acks 1': acksOne, 'acks all': acksAll }
const oneMessage = hundredOrders({ acks: -1, messages: 1, embedded: 'embedded' })
const empty = runOf(new Recording())

export const gallery: Record<string, () => Chart> = {
  'sequence-lost-ack': () => sequence(lostAck()),
  'sequence-all-frames': () => sequence(lostAck(), { frames: 'all' }),
  'sequence-leader-killed': () => sequence(leaderKilled()),
  'sequence-charged-twice': () => sequence(chargedTwice()),
  'sequence-transactions': () => sequence(abortedTransaction()),
  'sequence-late-answer': () => sequence(lateAnswer()),
  'sequence-one-of-hundred': () => sequence(acksOne, { messages: ['order-7'] }),
  'sequence-cut': () => sequence(acksOne),
  'sequence-empty': () => sequence(empty),
  'sequence-window': () => sequenceWindow(numberedBatches()),
  'sequence-window-empty': () => sequenceWindow(empty),
  'logs-lost-ack': () => partitionLogs(lostAck()),
  'logs-leader-killed': () => partitionLogs(leaderKilled()),
  'logs-transactions': () => partitionLogs(abortedTransaction()),
  'logs-cut': () => partitionLogs(acksOne),
  'logs-empty': () => partitionLogs(empty),
  'replicas-leader-killed': () => replicaLogs(leaderKilled()),
  'replicas-disk-lost': () => replicaLogs(diskLost()),
  'replicas-unseen': () => replicaLogs(acksOne),
  'player-lost-ack': () => player(lostAck()),
  'player-charged-twice': () => player(chargedTwice()),
  'player-leader-killed': () => player(leaderKilled()),
  'player-transactions': () => player(abortedTransaction()),
  'player-cut': () => player(acksOne),
  'player-empty': () => player(empty),
  'watermarks-open-transaction': () => watermarks(openTransaction()),
  'watermarks-never-ended': () => watermarks(openTransaction('never ended')),
  'watermarks-untold': () => watermarks(abortedTransaction()),
  'counts-one-run': () => counts(chargedTwice()),
  'counts-two-runs': () => counts(both),
  'counts-empty': () => counts(empty),
  'staircases-one-run': () => staircases(outOfOrder()),
  'staircases-two-runs': () => staircases({ first: chargedTwice(), second: outOfOrder() }),
  'staircases-empty': () => staircases(empty),
  'takeovers-evicted': () => takeovers(takenOver()),
  'takeovers-empty': () => takeovers(empty),
  'latencies-two-runs': () => latencies(both),
  'latencies-one-message': () => latencies(oneMessage),
  'latencies-empty': () => latencies(empty),
  'attempts-lost-ack': () => attempts(lostAck(), { deadlineMs: 100 }),
  'told-and-written': () => toldAndWritten(acksOne),
  'mixes-nine-cells': () => mixes(crossed(), { from: 'orders', into: 'charge' }),
  'mixes-empty': () => mixes({}, { from: 'orders', into: 'charge' }),
  'three-views-lost-ack': () => threeViews(lostAck()),
  'three-views-charged-twice': () => threeViews(chargedTwice()),
  'table-ledger': () => ledgerTable(ledger(chargedTwice())),
  'table-verdict': () => verdictTable(verdict(leaderKilled())),
  'crash-points': () => crashMap(crashedBilling()),
  'crash-points-without-verdict': () => crashMap(crashedBilling('without verdict')),
  'crash-points-three-policies': () => crashMap(crashedPolicies()),
  'table-ablation': () =>
    ablationTable({
      'no deduplication': chargedTwice(),
      'saved before': crashedPolicies()['saved before'],
      complete: crashedPolicies()['in one write'],
    }),
  'sweep-two-variations': () => sweepBars(sweptShop()),
  'survival-matrix': () => survivalMatrix(sweptBrokers(), sweptBrokersMatrix),
  'table-crash-points': () => crashTable(crashedBilling('without verdict')),
  'table-open-instants': () =>
    openInstants({ 'process first': crashedBilling(), 'one write': crashedWithoutHarm() }),
  'table-sweep': () => sweepTable(sweptShop()),
  'table-anomalies': () => anomalyTable(findAnomalies(lostAck())),
}
