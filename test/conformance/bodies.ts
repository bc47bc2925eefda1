/**
 * The apps of generated plans: plain kafkajs, steered by JSON parameters alone. Each goes on after
 * an error, as far as its parameters say so: what it was told is in the history, and the more it
 * does after a fault, the more there is to compare.
 */
import type { Consumer, Kafka, Producer, Transaction } from 'kafkajs'
import type { App } from '../../lib/src/lab'

export interface OutgoingMessage {
  value: string
  key?: string
  partition?: number
}

export interface ProduceParameters {
  topic: string
  acks: -1 | 0 | 1
  idempotent: boolean
  /** kafkajs's number: 0 none, 1 gzip. */
  compression: 0 | 1
  sends: OutgoingMessage[][]
  /** `together`: the first send is awaited, the others are not. */
  order: 'awaited' | 'together'
  /** What a restarted app does not send again. */
  remembers: 'nothing' | 'each send'
  /** After each send: whatever a fault set off has time to arrive. */
  pauseMs: number
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

export async function produce({ kafka, params, store, effect }: App) {
  const { topic, acks, idempotent, compression, sends, order, remembers, pauseMs } =
    params as ProduceParameters
  const producer = kafka.producer({ idempotent })
  await producer.connect()
  const sendOne = async (index: number) => {
    const messages = sends[index]!
    await Promise.allSettled([producer.send({ topic, acks, compression, messages })])
    if (remembers === 'each send') await store.set('sent', index + 1)
    if (pauseMs > 0) await pause(pauseMs)
  }
  const first = remembers === 'each send' ? (store.get<number>('sent') ?? 0) : 0
  const indexes = sends.map((_, index) => index).slice(first)
  const awaited = order === 'awaited' ? indexes : indexes.slice(0, 1)
  for (const index of awaited) await sendOne(index)
  await Promise.all(indexes.slice(awaited.length).map(sendOne))
  await producer.disconnect()
  await effect('produced', topic)
}

export interface TransactionParameters {
  sends: OutgoingMessage[][]
  /** `left`: neither committed nor aborted. */
  end: 'commit' | 'abort' | 'left'
}

export interface TransactParameters {
  topic: string
  transactionalId: string
  transactions: TransactionParameters[]
  /** `commit anyway`: a rejected send is ignored. `new producer` builds one after any error. */
  onError: 'abort' | 'commit anyway' | 'new producer'
  remembers: 'nothing' | 'each transaction'
  pauseMs: number
  /** Kafka's `transaction.timeout.ms`; left out: a minute. */
  timeoutMs?: number
  /** The app stands still once, after this value was sent and before it goes on. */
  stallsAfter?: { value: string; ms: number }
}

export async function transact({ kafka, params, store, effect }: App) {
  const { transactionalId, transactions, onError, remembers, pauseMs, timeoutMs } =
    params as TransactParameters
  const timeout = timeoutMs === undefined ? {} : { transactionTimeout: timeoutMs }
  const newProducer = () => kafka.producer({ idempotent: true, transactionalId, ...timeout })
  let producer = newProducer()
  await producer.connect()
  const first = remembers === 'each transaction' ? (store.get<number>('ended') ?? 0) : 0
  for (let index = first; index < transactions.length; index++) {
    const work = carryOut(producer, transactions[index]!, params as TransactParameters)
    const [result] = await Promise.allSettled([work])
    if (pauseMs > 0) await pause(pauseMs)
    if (remembers === 'each transaction') await store.set('ended', index + 1)
    if (result.status === 'rejected' && onError === 'new producer') {
      await producer.disconnect()
      producer = newProducer()
      await producer.connect()
    }
  }
  await producer.disconnect()
  await effect('produced', transactionalId)
}

async function carryOut(
  producer: Producer,
  { sends, end }: TransactionParameters,
  { topic, onError, pauseMs, stallsAfter }: TransactParameters,
): Promise<void> {
  const transaction = await producer.transaction()
  let failed = false
  for (const messages of sends) {
    const [sent] = await Promise.allSettled([transaction.send({ topic, messages })])
    if (sent.status === 'rejected') {
      failed = true
      if (onError === 'new producer') throw sent.reason
    }
    if (pauseMs > 0) await pause(pauseMs)
    if (messages.some(({ value }) => value === stallsAfter?.value)) await pause(stallsAfter!.ms)
  }
  if (end === 'abort' || (failed && onError === 'abort')) await transaction.abort()
  else if (end === 'commit') await transaction.commit()
}

export interface ConsumeParameters {
  topic: string
  group: string
  each: 'message' | 'batch'
  /** `first`: the app commits before the effect; `after`: behind it; `auto`: kafkajs does. */
  commit: 'auto' | 'first' | 'after'
  isolation: 'read_committed' | 'read_uncommitted'
  /** The handler throws once at this value, after the effect or before it. */
  throwsAt?: { value: string; when: 'before the effect' | 'after the effect' }
  /** The handler stands still once at this value, before the effect. */
  stallsAt?: { value: string; ms: number }
  /** Once, before the second attempt reads, all records below this offset are deleted. */
  deletesBelow?: number
}

/** Long enough for a slow machine, short enough to wait for after a crash. */
const membership = { sessionTimeout: 1000, heartbeatInterval: 100, rebalanceTimeout: 2000 }

export async function consume({ kafka, params, attempt, store, effect, caughtUp }: App) {
  const { topic, group, each, commit, isolation, throwsAt, stallsAt, deletesBelow } =
    params as ConsumeParameters
  if (attempt === 2 && deletesBelow !== undefined) await deleteBelow(kafka, topic, deletesBelow)
  const readUncommitted = isolation === 'read_uncommitted'
  const consumer = kafka.consumer({ groupId: group, readUncommitted, ...membership })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  const throwOnce = async (value: string, when: string) => {
    if (throwsAt?.value !== value || throwsAt.when !== when || store.get('thrown')) return
    await store.set('thrown', true)
    throw new Error(`the handler throws at ${value}`)
  }
  const process = async (partition: number, message: { offset: string; value: Buffer | null }) => {
    const value = String(message.value)
    if (commit === 'first') await commitNext(consumer, { topic, partition, ...message })
    if (stallsAt?.value === value && store.get('stalled') !== true) {
      await store.set('stalled', true)
      await pause(stallsAt.ms)
    }
    await throwOnce(value, 'before the effect')
    await effect('charge', value)
    await throwOnce(value, 'after the effect')
    if (commit === 'after') await commitNext(consumer, { topic, partition, ...message })
  }
  await consumer.run({
    autoCommit: commit === 'auto',
    ...(each === 'message'
      ? { eachMessage: ({ partition, message }) => process(partition, message) }
      : {
          eachBatch: async ({ batch, resolveOffset }) => {
            for (const message of batch.messages) {
              await process(batch.partition, message)
              resolveOffset(message.offset)
            }
          },
        }),
  })
  await caughtUp()
  await consumer.disconnect()
}

async function deleteBelow(kafka: Kafka, topic: string, offset: number): Promise<void> {
  const admin = kafka.admin()
  await admin.connect()
  await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: String(offset) }] })
  await admin.disconnect()
}

function commitNext(
  consumer: Consumer,
  { topic, partition, offset }: { topic: string; partition: number; offset: string },
): Promise<void> {
  return consumer.commitOffsets([{ topic, partition, offset: nextOf(offset) }])
}

function nextOf(offset: string): string {
  return String(Number(offset) + 1)
}

export interface CopyParameters {
  from: string
  to: string
  group: string
  transactionalId: string
  /** Values whose transaction is aborted once, after the offsets were sent. */
  aborts: string[]
}

/** Read, process, write: one transaction per message, its offset inside. */
export async function copy({ kafka, params, store, caughtUp }: App) {
  const { from, to, group, transactionalId, aborts } = params as CopyParameters
  const newProducer = () => kafka.producer({ idempotent: true, transactionalId })
  let producer = newProducer()
  await producer.connect()
  const consumer = kafka.consumer({ groupId: group, ...membership })
  await consumer.connect()
  await consumer.subscribe({ topic: from, fromBeginning: true })
  const copyOne = async (value: string, transaction: Transaction, offsets: TopicOffset) => {
    const headers = { cause: value }
    await transaction.send({ topic: to, messages: [{ value: `copy of ${value}`, headers }] })
    await transaction.sendOffsets({ consumerGroupId: group, topics: [offsets] })
    if (!aborts.includes(value) || store.get(value)) return transaction.commit()
    await store.set(value, 'aborted')
    await transaction.abort()
    throw new Error(`aborted at ${value}`)
  }
  await consumer.run({
    autoCommit: false,
    eachMessage: async ({ topic, partition, message }) => {
      const offsets = { topic, partitions: [{ partition, offset: nextOf(message.offset) }] }
      const work = producer
        .transaction()
        .then((transaction) => copyOne(String(message.value), transaction, offsets))
      const [result] = await Promise.allSettled([work])
      if (result.status === 'fulfilled') return
      // kafkajs's producer is stuck after a commit whose outcome it does not know.
      await producer.disconnect()
      producer = newProducer()
      await producer.connect()
      throw result.reason
    },
  })
  await caughtUp()
  await consumer.disconnect()
  await producer.disconnect()
}

interface TopicOffset {
  topic: string
  partitions: { partition: number; offset: string }[]
}
