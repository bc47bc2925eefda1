/**
 * WriteTxnMarkers: the leaders of a transaction's partitions append its marker as with acks=all. In
 * a partition of `__consumer_offsets` the marker also decides about the offsets committed in the
 * transaction, once it is there to stay.
 */
import type { KafkaErrorName } from '../../protocol/errors'
import { encodeMarker } from '../../protocol/record-batch-encode'
import type { GroupCoordinator } from '../groups/group-coordinator'
import { setting } from '../settings'
import type { TopicPartition } from '../transactions/transaction'
import type { TransactionMarker } from '../transactions/transaction-ending'
import type { BrokerContext } from './broker-context'
import type { CoordinatorHome } from './coordinator-home'
import type { Partition } from './partition'
import type { ReplicaManager } from './replica-manager'

export interface WrittenMarker extends TopicPartition {
  error: KafkaErrorName
}

export class MarkerWriter {
  constructor(
    private readonly context: BrokerContext,
    private readonly replicas: ReplicaManager,
    private readonly groups: CoordinatorHome<GroupCoordinator>,
  ) {}

  /** Answers when it is known of every partition. */
  write(
    marker: TransactionMarker,
    places: readonly TopicPartition[],
    answer: (written: WrittenMarker[]) => void,
  ): void {
    const written: WrittenMarker[] = []
    for (const place of places) {
      this.writeTo(marker, place, (error) => {
        written.push({ ...place, error })
        if (written.length === places.length) answer(written)
      })
    }
  }

  private writeTo(
    marker: TransactionMarker,
    { topic, partition: index }: TopicPartition,
    done: (error: KafkaErrorName) => void,
  ): void {
    const partition = this.replicas.find(topic, index)
    if (partition === undefined) return done('UNKNOWN_TOPIC_OR_PARTITION')
    if (topic !== this.groups.topic) return this.append(partition, marker, done)
    const residence = this.groups.at(index)
    if (residence?.state !== 'loaded') return done('NOT_LEADER_OR_FOLLOWER')
    this.append(partition, marker, (error) => {
      if (error === 'NONE') residence.coordinator.markerWritten(marker.producerId, marker.verdict)
      done(error)
    })
  }

  private append(
    partition: Partition,
    marker: TransactionMarker,
    done: (error: KafkaErrorName) => void,
  ): void {
    const { timers, startedAtMs, settings } = this.context
    const timestampMs = Math.floor(startedAtMs + timers.now())
    const result = partition.append(encodeMarker({ ...marker, timestampMs }), -1, {
      origin: 'coordinator',
    })
    if (result.outcome === 'refused') return done(result.error)
    const timeoutMs = setting(settings, 'request.timeout.ms')
    partition.awaitReplication(result.lastOffset, timeoutMs, done)
  }
}
