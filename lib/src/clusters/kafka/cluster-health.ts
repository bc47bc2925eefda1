/**
 * What makes a started cluster usable and a damaged one whole again: the internal topics on known
 * replicas, coordinators that have loaded, and after faults full ISRs under preferred leaders. All
 * by waiting for what the brokers say, never by time.
 */
import { apiVersions } from '../../protocol/apis/api-versions'
import { describeConfigs } from '../../protocol/apis/describe-configs'
import { describeGroups } from '../../protocol/apis/describe-groups'
import { endTxn } from '../../protocol/apis/end-txn'
import { initProducerId } from '../../protocol/apis/init-producer-id'
import { metadata } from '../../protocol/apis/metadata'
import type { ResponseOf } from '../../protocol/api'
import { errorName } from '../../protocol/errors'
import { createTopics, deleteTopics, electPreferred, type TopicToCreate } from '../admin'
import { produce } from '../admin-produce'
import { check, mayPass, NotYetError } from '../admin-retry'
import { sleep } from '../lab-timers'
import type { WireClient } from '../wire-client'
import type { Settings } from './broker-settings'
import type { Limit } from './limit'

/** Both internal topics are led by broker 3, so that killing the leader of orders-0 spares them. */
const internalReplicas = [3, 1, 2]
const probe = 'kafka-lab-readiness'
const pauseMs = 20
/** Of DescribeConfigs. */
const brokerResource = 4

/** Resolves when the broker serves clients: it has registered and caught up with the metadata. */
export async function answers(wire: WireClient, id: number, limit: Limit): Promise<void> {
  await until(limit, async () => {
    check(`ApiVersions of broker ${id}`, (await wire.request(id, apiVersions, {})).errorCode)
  })
}

/**
 * Throws for a setting that Kafka does not know. A broker starts with it without a word, but then
 * treats its value as a secret; the settings that really are secrets have no use on this cluster.
 */
export async function refuseUnknownSettings(
  wire: WireClient,
  id: number,
  settings: Settings,
): Promise<void> {
  const names = Object.keys(settings)
  if (names.length === 0) return
  const { results } = await wire.request(id, describeConfigs, {
    resources: [{ resourceType: brokerResource, resourceName: `${id}`, configurationKeys: names }],
    includeSynonyms: false,
  })
  const configs = results.flatMap((result) => result.configs)
  const unknown = configs.filter(({ isSensitive }) => isSensitive).map(({ name }) => name)
  if (unknown.length > 0) {
    throw new Error(`Kafka knows no broker setting ${unknown.join(', ')}: look at its spelling`)
  }
}

/** Creates the internal topics, loads the coordinators and has a record acknowledged by all. */
export async function prepare(
  wire: WireClient,
  ids: number[],
  options: { settings: Settings; limit: Limit },
): Promise<void> {
  const replicas = internalReplicas.filter((id) => ids.includes(id))
  const coordinator = replicas[0] as number
  const topics = async (): Promise<void> => {
    await createTopics(wire, [
      ...internalTopics(replicas, options.settings),
      topicOn(replicas, probe, { 'min.insync.replicas': replicas.length }),
    ])
    const record = { key: null, value: 'ready', headers: {} }
    await Promise.all([
      groupCoordinatorLoaded(wire, coordinator, options.limit),
      transactionCoordinatorLoaded(wire, coordinator, options.limit),
      produce(wire, { topic: probe, partition: 0 }, [record]),
    ])
    await deleteTopics(wire, [probe])
  }
  await Promise.all([topics(), producerIds(wire, ids, options.limit)])
}

/** One broker after the other, so that each one's block of ids is the same every time. */
async function producerIds(wire: WireClient, ids: number[], limit: Limit): Promise<void> {
  for (const id of ids) {
    await until(limit, async () => {
      const body = { transactionalId: null, transactionTimeoutMs: 60_000 }
      const { errorCode } = await wire.request(id, initProducerId, body)
      check(`InitProducerId of broker ${id}`, errorCode)
    })
  }
}

/** Without this the first group meets COORDINATOR_LOAD_IN_PROGRESS. */
async function groupCoordinatorLoaded(
  wire: WireClient,
  coordinator: number,
  limit: Limit,
): Promise<void> {
  await until(limit, async () => {
    const { groups } = await wire.request(coordinator, describeGroups, { groups: [probe] })
    for (const { errorCode } of groups) check('The group coordinator', errorCode)
  })
}

/** Without this the first transaction meets COORDINATOR_LOAD_IN_PROGRESS. */
async function transactionCoordinatorLoaded(
  wire: WireClient,
  coordinator: number,
  limit: Limit,
): Promise<void> {
  await until(limit, async () => {
    const unknown = { transactionalId: probe, producerId: 0, producerEpoch: 0, committed: false }
    const { errorCode } = await wire.request(coordinator, endTxn, unknown)
    // Only a loaded coordinator knows that it does not know this transactional id.
    if (errorName(errorCode) !== 'INVALID_PRODUCER_ID_MAPPING') {
      check('The transaction coordinator', errorCode)
    }
  })
}

/** As the brokers would create them themselves (GroupCoordinator, TransactionStateManager). */
function internalTopics(replicas: number[], settings: Settings): TopicToCreate[] {
  const offsets = topicOn(
    replicas,
    '__consumer_offsets',
    {
      'cleanup.policy': 'compact',
      'compression.type': 'producer',
      'segment.bytes': settings['offsets.topic.segment.bytes'] ?? 104_857_600,
    },
    Number(settings['offsets.topic.num.partitions']),
  )
  const transactions = topicOn(
    replicas,
    '__transaction_state',
    {
      'cleanup.policy': 'compact',
      'compression.type': 'uncompressed',
      'unclean.leader.election.enable': false,
      'min.insync.replicas': settings['transaction.state.log.min.isr'] as number,
      'segment.bytes': settings['transaction.state.log.segment.bytes'] ?? 104_857_600,
    },
    Number(settings['transaction.state.log.num.partitions']),
  )
  return [offsets, transactions]
}

function topicOn(
  replicas: number[],
  name: string,
  config: Settings,
  partitions = 1,
): TopicToCreate {
  return {
    name,
    assignment: Array.from({ length: partitions }, () => replicas),
    config: Object.fromEntries(Object.entries(config).map(([key, value]) => [key, String(value)])),
  }
}

/**
 * Resolves when every broker sees all brokers, every partition with its full ISR and its first
 * replica as its leader. Rejects, when its limit is reached, naming what is not.
 */
export async function settle(wire: WireClient, ids: number[], limit: Limit): Promise<void> {
  await Promise.all(ids.map((id) => answers(wire, id, limit)))
  await until(limit, async () => {
    const request = { topics: null, allowAutoTopicCreation: false }
    const views = await Promise.all(ids.map((id) => wire.request(id, metadata, request)))
    const partial = [...new Set(views.flatMap((view) => notWhole(view, ids)))]
    if (partial.length > 0) throw new NotYetError(partial.join('; '))
    const misled = [...new Set(views.flatMap(misledPartitions))]
    if (misled.length === 0) return
    await electPreferred(wire, null)
    throw new NotYetError(misled.join('; '))
  })
}

type View = ResponseOf<typeof metadata>

function notWhole({ brokers, topics }: View, ids: number[]): string[] {
  const absent = ids.filter((id) => !brokers.some(({ nodeId }) => nodeId === id))
  const shrunk = topics.flatMap(({ topic, partitions }) => {
    return partitions
      .filter(({ isr, replicas }) => isr.length < replicas.length)
      .map(({ partition, isr, replicas }) => {
        return `${topic}-${partition} has the ISR [${isr}] of the replicas [${replicas}]`
      })
  })
  return [...absent.map((id) => `broker ${id} has not registered`), ...shrunk]
}

function misledPartitions({ topics }: View): string[] {
  return topics.flatMap(({ topic, partitions }) => {
    return partitions
      .filter(({ leaderId, replicas }) => leaderId !== replicas[0])
      .map(({ partition, leaderId, replicas }) => {
        return `${topic}-${partition} is led by broker ${leaderId} instead of ${replicas[0]}`
      })
  })
}

/** Repeats what may pass by itself while a cluster settles; the limit ends it. */
async function until(limit: Limit, attempt: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if (!mayPass(error)) throw error
      limit.signal.throwIfAborted()
      limit.seen(error.message)
    }
    await sleep(pauseMs)
  }
}
