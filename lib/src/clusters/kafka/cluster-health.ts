/**
 * What makes a started cluster usable and a damaged one whole again: the internal topics on known
 * replicas, coordinators that have loaded, and after faults full ISRs under preferred leaders. All
 * by waiting for what the brokers say, never by time.
 */
import { Kafka, logLevel } from 'kafkajs'
import { apiVersions } from '../../protocol/apis/api-versions'
import { createTopics } from '../../protocol/apis/create-topics'
import { deleteTopics } from '../../protocol/apis/delete-topics'
import { describeGroups } from '../../protocol/apis/describe-groups'
import { endTxn } from '../../protocol/apis/end-txn'
import { initProducerId } from '../../protocol/apis/init-producer-id'
import { metadata } from '../../protocol/apis/metadata'
import { request } from './broker-request'
import type { Settings } from './broker-settings'
import { electLeaders } from './elect-leaders'
import type { BrokerAddress } from './local-cluster'

/** Both internal topics are led by broker 3, so that killing orders-0's leader spares them. */
const internalReplicas = [3, 1, 2]
const pauseMs = 10
const invalidProducerIdMapping = 49
const probe = 'kafka-lab-readiness'

/** Resolves when the broker serves clients: it has registered and caught up. */
export async function answers(broker: BrokerAddress, signal: AbortSignal): Promise<void> {
  await until(signal, async () => {
    await request(broker, apiVersions, {})
    return true
  })
}

/** Creates the internal topics, loads the coordinators and has a record acknowledged by all. */
export async function prepare(
  brokers: BrokerAddress[], settings: Settings, signal: AbortSignal
): Promise<void> {
  const [first] = brokers as [BrokerAddress]
  const replicas = internalReplicas.filter((id) => brokers.some((broker) => broker.id === id))
  await create(first, internalTopics(replicas, settings))
  const coordinator = brokers.find(({ id }) => id === replicas[0]) as BrokerAddress
  await until(signal, async () => {
    const { groups } = await request(coordinator, describeGroups, { groups: [probe] })
    return groups[0]?.errorCode === 0
  })
  await until(signal, async () => {
    // A loaded coordinator knows that it does not know this transactional id.
    const unknown = { transactionalId: probe, producerId: 0, producerEpoch: 0, committed: false }
    return (await request(coordinator, endTxn, unknown)).errorCode === invalidProducerIdMapping
  })
  // One after the other, so that each broker's block of producer ids is the same every time.
  for (const broker of brokers) {
    const body = { transactionalId: null, transactionTimeoutMs: 60_000 }
    await until(signal, async () => (await request(broker, initProducerId, body)).errorCode === 0)
  }
  await until(signal, () => acknowledgedByAll(brokers))
  await request(first, deleteTopics, { topicNames: [probe], timeoutMs: 5000 })
  await until(signal, async () => {
    const seen = await Promise.all(brokers.map((broker) => topicsOf(broker)))
    return !seen.flat().some(({ topic }) => topic === probe)
  })
}

/**
 * Resumed and restarted brokers are in the cluster again: every partition has its full ISR and is
 * led by its first replica. Rejects, when the signal says so, naming what is not.
 */
export async function settle(brokers: BrokerAddress[], signal: AbortSignal): Promise<void> {
  await Promise.all(brokers.map((broker) => answers(broker, signal)))
  await until(signal, async () => {
    const seen = await Promise.all(brokers.map((broker) => topicsOf(broker)))
    const unhealthy = seen.flat().flatMap((topic) => {
      return topic.partitions.flatMap((partition) => ailments(topic.topic, partition))
    })
    if (unhealthy.length === 0) return true
    if (unhealthy.some(({ what }) => what === 'leader')) {
      const everything = { topicPartitions: null, timeoutMs: 1000 }
      await request(brokers[0] as BrokerAddress, electLeaders, everything)
    }
    throw new Error([...new Set(unhealthy.map(({ text }) => text))].join('; '))
  })
}

type Partition = Awaited<ReturnType<typeof topicsOf>>[number]['partitions'][number]

function ailments(topic: string, partition: Partition): { what: string; text: string }[] {
  const name = `${topic}-${partition.partition}`
  const { isr, replicas, leaderId } = partition
  if (isr.length < replicas.length) {
    return [{ what: 'isr', text: `${name} has ISR [${isr}] of replicas [${replicas}]` }]
  }
  if (leaderId === replicas[0]) return []
  return [{ what: 'leader', text: `${name} is led by ${leaderId} instead of ${replicas[0]}` }]
}

async function topicsOf(broker: BrokerAddress) {
  const body = { topics: null, allowAutoTopicCreation: false }
  return (await request(broker, metadata, body)).topics
}

async function acknowledgedByAll(brokers: BrokerAddress[]): Promise<boolean> {
  const kafka = new Kafka({
    brokers: brokers.map(({ host, port }) => `${host}:${port}`),
    logLevel: logLevel.NOTHING,
  })
  const producer = kafka.producer()
  await producer.connect()
  await producer.send({ topic: probe, acks: -1, messages: [{ value: 'ready' }] })
  await producer.disconnect()
  return true
}

type Topic = Parameters<typeof createTopics.request.write>[1]['topics'][number]

function topicOn(
  replicas: number[], topic: string, partitions: number, configs: Settings
): Topic {
  return {
    topic,
    numPartitions: -1,
    replicationFactor: -1,
    assignments: Array.from({ length: partitions }, (_, partition) => ({
      partition,
      brokerIds: replicas,
    })),
    configs: Object.entries(configs).map(([name, value]) => ({ name, value: String(value) })),
  }
}

/** As the brokers would create them themselves (GroupCoordinator, TransactionStateManager). */
function internalTopics(replicas: number[], settings: Settings): Topic[] {
  return [
    topicOn(replicas, '__consumer_offsets', Number(settings['offsets.topic.num.partitions']), {
      'cleanup.policy': 'compact',
      'compression.type': 'producer',
      'segment.bytes': settings['offsets.topic.segment.bytes'] ?? 104_857_600,
    }),
    topicOn(replicas, '__transaction_state', Number(settings['transaction.state.log.num.partitions']), {
      'cleanup.policy': 'compact',
      'compression.type': 'uncompressed',
      'unclean.leader.election.enable': false,
      'min.insync.replicas': settings['transaction.state.log.min.isr'] ?? 2,
      'segment.bytes': settings['transaction.state.log.segment.bytes'] ?? 104_857_600,
    }),
    topicOn(replicas, probe, 1, { 'min.insync.replicas': replicas.length }),
  ]
}

async function create(broker: BrokerAddress, topics: Topic[]): Promise<void> {
  const body = { topics, timeoutMs: 10_000, validateOnly: false }
  const answer = await request(broker, createTopics, body)
  const failed = answer.topics.find(({ errorCode }) => errorCode !== 0)
  if (failed !== undefined) {
    const { topic, errorCode, errorMessage } = failed
    throw new Error(`creating ${topic} failed with error ${errorCode}: ${errorMessage}`)
  }
}

/** Polls; while the cluster settles a refused or unanswered request is no error. */
async function until(signal: AbortSignal, isSo: () => Promise<boolean>): Promise<void> {
  let last = 'it is not so yet'
  for (;;) {
    if (signal.aborted) throw new Error(`${(signal.reason as Error).message} (${last})`)
    try {
      if (await isSo()) return
    } catch (error) {
      last = (error as Error).message
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
}
