/**
 * Conditions to wait for where an app has none: EndTxn is answered before its markers are written
 * (Kafka's TransactionCoordinator), and facts need them in the log before they go on or end.
 */
import { setTimeout as pause } from 'node:timers/promises'
import type { Kafka } from 'kafkajs'

/**
 * Resolves when the partition's last stable offset has reached `offset`; the run's time limit
 * bounds it. It is what kafkajs's admin gives as `high`: it asks with isolation level
 * read_committed.
 */
export async function stableUpTo(
  kafka: Kafka,
  { topic, partition = 0, offset }: { topic: string; partition?: number; offset: number },
): Promise<void> {
  const admin = kafka.admin()
  await admin.connect()
  for (;;) {
    const partitions = await admin.fetchTopicOffsets(topic)
    const found = partitions.find((entry) => entry.partition === partition)
    if (!found) throw new Error(`${topic} has no partition ${partition}`)
    if (Number(found.high) >= offset) return admin.disconnect()
    await pause(5)
  }
}

/**
 * Resolves when the last transaction of this id has its markers in every log: InitProducerId of a
 * new producer is answered CONCURRENT_TRANSACTIONS, and kafkajs repeats it, until then.
 */
export async function markersWritten(kafka: Kafka, transactionalId: string): Promise<void> {
  const successor = kafka.producer({ idempotent: true, transactionalId })
  await successor.connect()
  await successor.transaction()
  await successor.disconnect()
}
