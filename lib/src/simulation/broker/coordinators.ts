/** How group and transaction coordinators are set up on a broker, and read back from their logs. */
import { decodeRecordBatches } from '../../protocol/record-batch'
import type { CoordinatorRecord } from '../coordinator-log'
import { GroupCoordinator } from '../groups/group-coordinator'
import { setting, type Settings } from '../settings'
import type { StoredBatch } from '../stored-batch'
import { TransactionCoordinator } from '../transactions/transaction-coordinator'
import type { BrokerContext } from './broker-context'
import { CoordinatorHome } from './coordinator-home'
import type { MarkerSender } from './marker-sender'
import type { ProducerIds } from './producer-ids'

export const groupsTopic = '__consumer_offsets'
export const transactionsTopic = '__transaction_state'

export function groupCoordinators(context: BrokerContext): CoordinatorHome<GroupCoordinator> {
  const { timers, startedAtMs, settings, random } = context
  return new CoordinatorHome<GroupCoordinator>({
    topic: groupsTopic,
    timers,
    startedAtMs,
    // Its answers have a timeout of their own.
    timeoutMs: Infinity,
    create: (log) => new GroupCoordinator({ log, timers, random, options: groupOptions(settings) }),
    replay: (coordinator, { log }) => {
      for (const batch of log.allBatches()) {
        const { control, transactional, producerId: id, producerEpoch: epoch } = batch
        if (control !== undefined) coordinator.replayMarker(id, control.verdict)
        else if (transactional) coordinator.replay(recordsOf(batch), { id, epoch })
        else coordinator.replay(recordsOf(batch))
      }
    },
  })
}

export function transactionCoordinators(
  context: BrokerContext,
  producerIds: ProducerIds,
  markers: MarkerSender,
): CoordinatorHome<TransactionCoordinator> {
  const { timers, startedAtMs, settings } = context
  return new CoordinatorHome<TransactionCoordinator>({
    topic: transactionsTopic,
    timers,
    startedAtMs,
    timeoutMs: setting(settings, 'request.timeout.ms'),
    create: (log, coordinatorEpoch) =>
      new TransactionCoordinator({
        log,
        timers,
        coordinatorEpoch,
        nextProducerId: (reply) => reply(producerIds.next()),
        sendMarkers: (marker, partitions, done) => markers.send(marker, partitions, done),
        options: {
          maxTimeoutMs: setting(settings, 'transaction.max.timeout.ms'),
          abortScanMs: setting(
            settings,
            'transaction.abort.timed.out.transaction.cleanup.interval.ms',
          ),
          transactionalIdExpirationMs: setting(settings, 'transactional.id.expiration.ms'),
          expirationScanMs: setting(
            settings,
            'transaction.remove.expired.transaction.cleanup.interval.ms',
          ),
        },
      }),
    replay: (coordinator, { log }) => {
      for (const batch of log.allBatches()) coordinator.replay(recordsOf(batch))
    },
  })
}

function groupOptions(settings: Settings) {
  return {
    minSessionTimeoutMs: setting(settings, 'group.min.session.timeout.ms'),
    maxSessionTimeoutMs: setting(settings, 'group.max.session.timeout.ms'),
    initialRebalanceDelayMs: setting(settings, 'group.initial.rebalance.delay.ms'),
    maxSize: setting(settings, 'group.max.size'),
    offsetsRetentionMs: setting(settings, 'offsets.retention.minutes') * 60_000,
    offsetsRetentionCheckIntervalMs: setting(settings, 'offsets.retention.check.interval.ms'),
    offsetsCommitTimeoutMs: setting(settings, 'offsets.commit.timeout.ms'),
    offsetMetadataMaxBytes: setting(settings, 'offset.metadata.max.bytes'),
  }
}

function recordsOf({ bytes, baseOffset }: StoredBatch): CoordinatorRecord[] {
  return decodeRecordBatches(bytes, 'refuse').flatMap(({ records }) =>
    records.map(({ key, value }) => {
      if (key === null) throw new Error(`A coordinator's record at ${baseOffset} has no key`)
      return { key, value }
    }),
  )
}
