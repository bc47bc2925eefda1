/**
 * One life of a broker's process: what it keeps in memory and how its parts are wired. What
 * outlives it is on its disk; requests are handled by request-handlers.ts.
 */
import type { GroupCoordinator } from '../groups/group-coordinator'
import type { MetadataImage, TopicImage } from '../metadata-image'
import type { TransactionCoordinator } from '../transactions/transaction-coordinator'
import type { BrokerContext } from './broker-context'
import type { CoordinatorHome } from './coordinator-home'
import { groupCoordinators, transactionCoordinators } from './coordinators'
import { Lifecycle } from './lifecycle'
import { MarkerSender } from './marker-sender'
import { MarkerWriter } from './marker-writer'
import type { Partition } from './partition'
import { ProducerIds } from './producer-ids'
import { ReplicaManager } from './replica-manager'

export class Broker {
  readonly lifecycle: Lifecycle
  readonly replicas: ReplicaManager
  readonly groups: CoordinatorHome<GroupCoordinator>
  readonly transactions: CoordinatorHome<TransactionCoordinator>
  readonly markers: MarkerWriter
  readonly producerIds: ProducerIds

  constructor(readonly context: BrokerContext) {
    this.lifecycle = new Lifecycle(context, (image, brokerEpoch) => this.act(image, brokerEpoch))
    this.replicas = new ReplicaManager(context, {
      leaderEpochChanged: (partition) => this.leaderEpochChanged(partition),
      topicDeleted: (topic) => this.topicDeleted(topic),
    })
    this.producerIds = new ProducerIds(context, () => this.replicas.brokerEpoch)
    this.groups = groupCoordinators(context)
    const sender = new MarkerSender(context, this.replicas)
    this.transactions = transactionCoordinators(context, this.producerIds, sender)
    this.markers = new MarkerWriter(context, this.replicas, this.groups)
  }

  /** What the controller has decided, as far as this broker has heard. */
  get image(): MetadataImage {
    return this.replicas.image
  }

  private act(image: MetadataImage, brokerEpoch: number): void {
    this.replicas.brokerEpoch = brokerEpoch
    this.replicas.apply(image)
  }

  private leaderEpochChanged(partition: Partition): void {
    this.groups.leaderEpochChanged(partition)
    this.transactions.leaderEpochChanged(partition)
  }

  private topicDeleted({ name }: TopicImage): void {
    for (const coordinator of this.groups.all()) coordinator.deleteTopicOffsets([name])
  }
}
