/**
 * Asks the transaction coordinator whether a partition belongs to a producer's ongoing transaction,
 * before the first batch of it is appended (KIP-890, `AddPartitionsToTxnManager`). What may pass by
 * itself becomes NOT_ENOUGH_REPLICAS, which old clients answer by trying again.
 */
import type { KafkaErrorName } from '../../protocol/errors'
import type { VerificationGuard } from '../log/transaction-verification'
import type { TopicPartition } from '../transactions/transaction'
import type { Broker } from './broker'
import type { Partition } from './partition'

const passing: readonly KafkaErrorName[] = [
  'CONCURRENT_TRANSACTIONS',
  'NETWORK_EXCEPTION',
  'COORDINATOR_LOAD_IN_PROGRESS',
  'COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR',
]

export interface FirstBatch {
  transactionalId: string
  producerId: number
  producerEpoch: number
  baseSequence: number
}

/**
 * Before a transactional batch. With NONE it may be appended: with the guard, or without where
 * there was nothing to ask, since the transaction is open here or verification is off.
 */
export function verifyTransaction(
  broker: Broker,
  partition: Partition,
  batch: FirstBatch,
  done: (error: KafkaErrorName, guard?: VerificationGuard) => void,
): void {
  const { timers, startedAtMs } = broker.context
  const { log, leadership, topic, index } = partition
  if (leadership === undefined) return done('NOT_LEADER_OR_FOLLOWER')
  if (log.settings.transactionVerification === 'off') return done('NONE')
  const guard = log.startVerification({ ...batch, nowMs: startedAtMs + timers.now() })
  if (guard === 'not needed') return done('NONE')
  if (typeof guard === 'string') return done(guard)
  askCoordinator(broker, batch, { topic, partition: index }, (error) => {
    done(passing.includes(error) ? 'NOT_ENOUGH_REPLICAS' : error, guard)
  })
}

function askCoordinator(
  { context, image, transactions }: Broker,
  batch: FirstBatch,
  place: TopicPartition,
  answered: (error: KafkaErrorName) => void,
): void {
  const { transactionalId } = batch
  const index = transactions.partitionFor(transactionalId, image)
  const states = image.topics.get(transactions.topic)
  const leader = index === undefined ? undefined : states?.partitions[index]?.leader
  if (leader === undefined || leader === -1) return answered('COORDINATOR_NOT_AVAILABLE')
  context.askBroker<KafkaErrorName>(leader, {
    serve: (broker, answer) => {
      const residence = broker.transactions.of(transactionalId, broker.image)
      if (residence === undefined) answer('NOT_COORDINATOR')
      else residence.coordinator.verify(batch, place, answer)
    },
    answered,
    failed: () => answered('NETWORK_EXCEPTION'),
  })
}
