/**
 * Brings a transaction's marker into all its partitions: asks their leaders, and asks again until
 * all have it (`TransactionMarkerChannelManager`). A deleted topic needs none. A log that refuses
 * the marker for good (its producer or coordinator is an older one) ends the sending: the
 * transaction then belongs to another coordinator.
 */
import type { KafkaErrorName } from '../../protocol/errors'
import type { TopicPartition } from '../transactions/transaction'
import type { TransactionMarker } from '../transactions/transaction-ending'
import type { BrokerContext } from './broker-context'
import type { WrittenMarker } from './marker-writer'
import { partitionKey } from './partition'
import type { ReplicaManager } from './replica-manager'

const retryMs = 20

const final: readonly KafkaErrorName[] = [
  'INVALID_PRODUCER_EPOCH',
  'TRANSACTION_COORDINATOR_FENCED',
]

interface Sending {
  marker: TransactionMarker
  missing: Map<string, TopicPartition>
  done: () => void
}

export class MarkerSender {
  constructor(
    private readonly context: BrokerContext,
    private readonly replicas: ReplicaManager,
  ) {}

  /** `done` is called once when the marker stands in all partitions, and never if one refuses. */
  send(marker: TransactionMarker, partitions: readonly TopicPartition[], done: () => void): void {
    const missing = new Map(
      partitions.map((place) => [partitionKey(place.topic, place.partition), place]),
    )
    this.sendMissing({ marker, missing, done }, [...missing.values()])
  }

  private sendMissing(sending: Sending, partitions: readonly TopicPartition[]): void {
    const byLeader = new Map<number, TopicPartition[]>()
    const leaderless: TopicPartition[] = []
    for (const place of partitions) {
      const leader = this.leaderOf(place)
      if (leader === undefined) sending.missing.delete(partitionKey(place.topic, place.partition))
      else if (leader === -1) leaderless.push(place)
      else byLeader.set(leader, [...(byLeader.get(leader) ?? []), place])
    }
    if (sending.missing.size === 0) return sending.done()
    for (const [leader, places] of byLeader) this.ask(sending, leader, places)
    this.retry(sending, leaderless)
  }

  private ask(sending: Sending, leader: number, places: readonly TopicPartition[]): void {
    this.context.askBroker<WrittenMarker[]>(leader, {
      serve: (broker, answer) => broker.markers.write(sending.marker, places, answer),
      answered: (written) => this.answered(sending, written),
      failed: () => this.retry(sending, places),
    })
  }

  private answered(sending: Sending, written: WrittenMarker[]): void {
    const again: TopicPartition[] = []
    for (const { error, ...place } of written) {
      if (final.includes(error)) return
      if (error === 'NONE') sending.missing.delete(partitionKey(place.topic, place.partition))
      else again.push(place)
    }
    if (sending.missing.size === 0) sending.done()
    else this.retry(sending, again)
  }

  private retry(sending: Sending, places: readonly TopicPartition[]): void {
    if (places.length === 0) return
    this.context.timers.after(retryMs, () => this.sendMissing(sending, places))
  }

  /** -1: none; undefined: there is no such partition. */
  private leaderOf({ topic, partition }: TopicPartition): number | undefined {
    return this.replicas.image.topics.get(topic)?.partitions[partition]?.leader
  }
}
