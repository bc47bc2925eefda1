/**
 * Asks the transaction coordinator whether a partition belongs to a producer's ongoing transaction,
 * before the first batch of it is appended (KIP-890, `AddPartitionsToTxnManager`). What may pass by
 * itself becomes NOT_ENOUGH_REPLICAS, which old clients answer by trying again.
 */
import type { KafkaErrorName } from '../../protocol/errors'
import type { TopicPartition } from '../transactions/transaction'
import type { Broker } from './broker'

const passing: readonly KafkaErrorName[] = [
  'CONCURRENT_TRANSACTIONS',
  'NETWORK_EXCEPTION',
  'COORDINATOR_LOAD_IN_PROGRESS',
  'COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR',
]

export interface TransactionalProducer {
  transactionalId: string
  producerId: number
  producerEpoch: number
}

export function verifyTransaction(
  { context, image, transactions }: Broker,
  producer: TransactionalProducer,
  place: TopicPartition,
  reply: (error: KafkaErrorName) => void,
): void {
  const answered = (error: KafkaErrorName): void => {
    reply(passing.includes(error) ? 'NOT_ENOUGH_REPLICAS' : error)
  }
  const { transactionalId } = producer
  const index = transactions.partitionFor(transactionalId, image)
  const states = image.topics.get(transactions.topic)
  const leader = index === undefined ? undefined : states?.partitions[index]?.leader
  if (leader === undefined || leader === -1) return answered('COORDINATOR_NOT_AVAILABLE')
  context.askBroker<KafkaErrorName>(leader, {
    serve: (broker, answer) => {
      const residence = broker.transactions.of(transactionalId, broker.image)
      if (residence === undefined) answer('NOT_COORDINATOR')
      else residence.coordinator.verify(producer, place, answer)
    },
    answered,
    failed: () => answered('NETWORK_EXCEPTION'),
  })
}
