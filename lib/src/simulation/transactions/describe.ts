/** One transaction as DescribeTransactions (KIP-664) tells it, or why it cannot be told. */
import type { ResponseOf } from '../../protocol/api'
import type { describeTransactions } from '../../protocol/apis/describe-transactions'
import { errorCode, type KafkaErrorName } from '../../protocol/errors'
import type { TransactionValue } from './transaction'

type Description = ResponseOf<typeof describeTransactions>['transactionStates'][number]

export function describeTransaction(
  transactionalId: string,
  known: TransactionValue | KafkaErrorName,
): Description {
  if (typeof known === 'string') {
    return {
      errorCode: errorCode(known),
      transactionalId,
      transactionState: '',
      transactionTimeoutMs: 0,
      transactionStartTimeMs: 0,
      producerId: 0,
      producerEpoch: 0,
      topics: [],
    }
  }
  return {
    errorCode: errorCode('NONE'),
    transactionalId,
    transactionState: known.state,
    transactionTimeoutMs: known.timeoutMs,
    transactionStartTimeMs: known.startedAtMs,
    producerId: known.producerId,
    producerEpoch: known.producerEpoch,
    topics: topicsOf(known),
  }
}

function topicsOf({ partitions }: TransactionValue): Description['topics'] {
  const topics = new Map<string, number[]>()
  for (const { topic, partition } of partitions) {
    const known = topics.get(topic)
    if (known === undefined) topics.set(topic, [partition])
    else known.push(partition)
  }
  return [...topics].map(([topic, numbers]) => ({ topic, partitions: numbers }))
}
