/** The recording facade of a kafkajs producer and of its transactions. */
import type { Message, Producer, ProducerBatch, ProducerRecord, Transaction } from 'kafkajs'
import type { MessageRef, TopicPartitionOffset } from '../history/events'
import { PlanError } from './errors'
import { instrumentation, tableOf } from './facade-parts'
import type { ClientOf } from './facade-parts'
import { headerText, textOf } from './message-text'

type Sent = Awaited<ReturnType<Producer['send']>>

export function producerFacade(
  of: ClientOf<Producer> & { transactionalId: string | undefined },
): Producer {
  const { attempt, client, inner } = of
  const methods = {
    connect: () => attempt.operate('connect', client, {}, () => inner.connect()),
    disconnect: () => attempt.operate('disconnect', client, {}, () => inner.disconnect()),
    ...sending(of, inner, undefined),
    transaction: () => beginTransaction(of),
    isIdempotent: () => inner.isIdempotent(),
    ...instrumentation(of as never),
  }
  return tableOf('producer', methods) as unknown as Producer
}

/** `send` and `sendBatch`, of the producer itself or of one of its transactions. */
function sending(
  { attempt, client }: ClientOf<Producer>,
  inner: Pick<Producer, 'send' | 'sendBatch'>,
  transaction: number | undefined,
) {
  const { names } = attempt.services
  const recorded = (batch: ProducerBatch, send: () => Promise<Sent>) => {
    const messages = (batch.topicMessages ?? []).flatMap(({ topic, messages: list }) =>
      (list ?? []).map((message) => messageRef(topic, message)),
    )
    const twice = sentTwice(messages)
    if (twice) {
      attempt.services.failed(new PlanError([twice]))
      return new Promise<Sent>(() => undefined)
    }
    const value = {
      acks: batch.acks ?? -1,
      messages,
      ...(transaction !== undefined && { transaction }),
    }
    const work = () => send().then((sent) => names.resultInside(sent) as Sent)
    return attempt.operate('send', client, value, work, (sent) => ({ results: results(sent) }))
  }
  return {
    send: (record: ProducerRecord) => {
      const { topic, messages, ...rest } = record
      return recorded({ ...rest, topicMessages: [{ topic, messages }] }, () =>
        inner.send(names.argumentsOutside(record) as ProducerRecord),
      )
    },
    sendBatch: (batch: ProducerBatch) =>
      recorded(batch, () => inner.sendBatch(names.argumentsOutside(batch) as ProducerBatch)),
  }
}

function beginTransaction(
  of: ClientOf<Producer> & { transactionalId: string | undefined },
): Promise<Transaction> {
  const { attempt, client, inner } = of
  const transactionalId = of.transactionalId ?? ''
  return attempt.operate('transaction', client, { transactionalId }, async (transaction) => {
    const begun = await inner.transaction()
    const { names } = attempt.services
    const value = { transactionalId, transaction }
    const methods = {
      ...sending(of, begun, transaction),
      commit: () => attempt.operate('commitTransaction', client, value, () => begun.commit()),
      abort: () => attempt.operate('abortTransaction', client, value, () => begun.abort()),
      sendOffsets: (given: Parameters<Transaction['sendOffsets']>[0]) => {
        const offsets: TopicPartitionOffset[] = given.topics.flatMap(({ topic, partitions }) =>
          partitions.map(({ partition, offset }) => ({ topic, partition, offset: Number(offset) })),
        )
        const group = given.consumerGroupId
        return attempt.operate('sendOffsets', client, { group, transaction, offsets }, () =>
          begun.sendOffsets(names.argumentsOutside(given) as typeof given),
        )
      },
      isActive: () => begun.isActive(),
    }
    return tableOf('transaction', methods) as unknown as Transaction
  })
}

function messageRef(topic: string, message: Message): MessageRef {
  const cause = headerText(message.headers?.['cause'])
  return {
    topic,
    value: textOf(message.value),
    ...(message.key != null && { key: textOf(message.key) }),
    ...(message.partition !== undefined && { partition: message.partition }),
    ...(cause !== undefined && { cause }),
  }
}

/** One record per value in a send: otherwise nobody could tell which of the two was lost. */
function sentTwice(messages: readonly MessageRef[]): string | undefined {
  const seen = new Set<string>()
  for (const { topic, value } of messages) {
    const key = JSON.stringify([topic, value])
    if (seen.has(key)) {
      return (
        `one send() holds the value ${JSON.stringify(value)} for '${topic}' twice: ` +
        `the lab knows a message by its topic and value, so give each a value of its own`
      )
    }
    seen.add(key)
  }
  return undefined
}

/** One result per partition; with acks=0 kafkajs resolves without any. */
function results(sent: Sent): TopicPartitionOffset[] {
  return (sent ?? []).map(({ topicName, partition, baseOffset }) => ({
    topic: topicName,
    partition,
    offset: Number(baseOffset),
  }))
}
