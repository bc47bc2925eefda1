/**
 * What the controller has decided, as one immutable value: the controller makes a new image with
 * every change and sends it to the brokers, each of which acts on the one it last heard of. Kafka
 * sends deltas of a replicated metadata log (KRaft); the controller's own quorum is left out here.
 */

export interface BrokerImage {
  readonly id: number
  readonly host: string
  readonly port: number
  /** Grows with every registration; an AlterPartition of an older one is refused. */
  readonly epoch: number
  /** A fenced broker leads nothing, joins no ISR and is not told to clients. */
  readonly fenced: boolean
}

export interface PartitionImage {
  /** Broker ids; the first is the preferred leader. */
  readonly replicas: readonly number[]
  readonly isr: readonly number[]
  /** Eligible leader replicas (KIP-966); empty when the feature is off. */
  readonly elr: readonly number[]
  /** -1: none. */
  readonly leader: number
  readonly leaderEpoch: number
  /** Grows with every change of the partition; AlterPartition names the one it is based on. */
  readonly partitionEpoch: number
}

export interface TopicImage {
  readonly name: string
  /** Kafka's topic id as a number; a topic made anew under an old name has another. */
  readonly id: number
  /** By Kafka's names; what was set on the topic only. */
  readonly config: Readonly<Record<string, string>>
  readonly partitions: readonly PartitionImage[]
}

export interface MetadataImage {
  /** Grows by one with every change. */
  readonly version: number
  readonly brokers: ReadonlyMap<number, BrokerImage>
  readonly topics: ReadonlyMap<string, TopicImage>
}
