/**
 * Requests of transactional producers go to the coordinator of the transactional id's partition, if
 * that is here. A producer without transactional id gets its producer id from any broker.
 */
import type { RequestOf, ResponseOf } from '../../protocol/api'
import type { addOffsetsToTxn } from '../../protocol/apis/add-offsets-to-txn'
import type { addPartitionsToTxn } from '../../protocol/apis/add-partitions-to-txn'
import type { describeTransactions } from '../../protocol/apis/describe-transactions'
import type { endTxn } from '../../protocol/apis/end-txn'
import type { initProducerId } from '../../protocol/apis/init-producer-id'
import { errorCode, type KafkaErrorName } from '../../protocol/errors'
import { describeTransaction } from '../transactions/describe'
import type { TransactionCoordinator } from '../transactions/transaction-coordinator'
import type { Broker } from './broker'
import { allWith, merged, splitByExistence } from './existing-partitions'
import type { Reply } from './request'

function coordinatorOf(
  { transactions, image }: Broker,
  transactionalId: string,
): TransactionCoordinator | undefined {
  return transactions.of(transactionalId, image)?.coordinator
}

function refused(error: KafkaErrorName) {
  return { throttleTimeMs: 0, errorCode: errorCode(error) }
}

export function handleInitProducerId(
  broker: Broker,
  request: RequestOf<typeof initProducerId>,
  reply: Reply<typeof initProducerId>,
): void {
  const { transactionalId } = request
  const noProducer = { producerId: -1, producerEpoch: -1 }
  if (transactionalId === null) {
    const producerId = broker.producerIds.next()
    if (producerId !== undefined) reply({ ...refused('NONE'), producerId, producerEpoch: 0 })
    else reply({ ...refused('COORDINATOR_LOAD_IN_PROGRESS'), ...noProducer })
    return
  }
  const coordinator = coordinatorOf(broker, transactionalId)
  if (coordinator === undefined) reply({ ...refused('NOT_COORDINATOR'), ...noProducer })
  else coordinator.initProducerId(request, reply)
}

const partitionOf = (partition: number): number => partition

/** All or nothing: beside a partition that does not exist the others are not attempted. */
export function handleAddPartitionsToTxn(
  broker: Broker,
  request: RequestOf<typeof addPartitionsToTxn>,
  reply: Reply<typeof addPartitionsToTxn>,
): void {
  const { topics } = request
  const { existing, unknown } = splitByExistence(broker.image, topics, partitionOf)
  const coordinator = coordinatorOf(broker, request.transactionalId)
  if (unknown.length > 0) {
    const wrong = allWith(unknown, partitionOf, 'UNKNOWN_TOPIC_OR_PARTITION')
    const others = allWith(existing, partitionOf, 'OPERATION_NOT_ATTEMPTED')
    reply({ throttleTimeMs: 0, topics: merged(wrong, others) })
  } else if (coordinator === undefined) {
    reply({ throttleTimeMs: 0, topics: allWith(topics, partitionOf, 'NOT_COORDINATOR') })
  } else {
    coordinator.addPartitionsToTxn(request, reply)
  }
}

export function handleAddOffsetsToTxn(
  broker: Broker,
  request: RequestOf<typeof addOffsetsToTxn>,
  reply: Reply<typeof addOffsetsToTxn>,
): void {
  const { groups, image } = broker
  const partition = groups.partitionFor(request.groupId, image)
  const coordinator = coordinatorOf(broker, request.transactionalId)
  if (coordinator === undefined) reply(refused('NOT_COORDINATOR'))
  else if (partition === undefined) reply(refused('COORDINATOR_NOT_AVAILABLE'))
  else coordinator.addOffsetsToTxn(request, { topic: groups.topic, partition }, reply)
}

export function handleEndTxn(
  broker: Broker,
  request: RequestOf<typeof endTxn>,
  reply: Reply<typeof endTxn>,
): void {
  const coordinator = coordinatorOf(broker, request.transactionalId)
  if (coordinator === undefined) reply(refused('NOT_COORDINATOR'))
  else coordinator.endTxn(request, reply)
}

export function handleDescribeTransactions(
  broker: Broker,
  { transactionalIds }: RequestOf<typeof describeTransactions>,
  reply: Reply<typeof describeTransactions>,
): void {
  const { startedAtMs } = broker.context
  const transactionStates = transactionalIds.map((id) => {
    const coordinator = coordinatorOf(broker, id)
    if (coordinator === undefined) return describeTransaction(id, 'NOT_COORDINATOR')
    return sinceEpoch(coordinator.describe(id), startedAtMs)
  })
  reply({ throttleTimeMs: 0, transactionStates })
}

type TransactionDescription = ResponseOf<typeof describeTransactions>['transactionStates'][number]

/** Coordinators count from the cluster's start, clients from 1970; -1: it has not begun. */
function sinceEpoch(
  described: TransactionDescription,
  startedAtMs: number,
): TransactionDescription {
  const { transactionStartTimeMs: began } = described
  if (began === -1) return described
  return { ...described, transactionStartTimeMs: Math.floor(startedAtMs + began) }
}
