/**
 * Before and after a run: topics with the replicas the course's pictures rely on (partition p is
 * led by the broker at p modulo their number, the followers are the next ones), their seed records,
 * and the removal of everything that bears the run's name.
 */
import { createTopics, deleteTopics, listTopics } from '../clusters/admin'
import { deleteGroups, listGroups } from '../clusters/admin-groups'
import { produce } from '../clusters/admin-produce'
import type { Cluster } from '../clusters/cluster'
import type { Plan, SeedRecord, TopicPlan } from '../history/plan'
import type { Names } from './names'
import { partitionsOf } from './plan'

export async function createPlannedTopics(
  plan: Plan,
  cluster: Cluster,
  names: Names,
): Promise<void> {
  const brokers = cluster.brokers.map(({ id }) => id)
  const topics = Object.entries(plan.topics)
  if (topics.length === 0) return
  await createTopics(
    cluster.wire,
    topics.map(([name, topic]) => ({
      name: names.outside(name),
      assignment: replicaAssignment(topic, brokers),
      config: Object.fromEntries(
        Object.entries(topic.config ?? {}).map(([key, value]) => [key, String(value)]),
      ),
    })),
  )
  for (const [name, topic] of topics) {
    for (const [partition, records] of seedsByPartition(topic)) {
      await produce(cluster.wire, { topic: names.outside(name), partition }, records)
    }
  }
}

/** Broker ids per partition, the leader first. */
export function replicaAssignment(topic: TopicPlan, brokers: readonly number[]): number[][] {
  const factor = topic.replicationFactor ?? Math.min(3, brokers.length)
  return Array.from({ length: partitionsOf(topic) }, (_, partition) =>
    Array.from({ length: factor }, (_unused, replica) => {
      const broker = brokers[(partition + replica) % brokers.length]
      if (broker === undefined) throw new Error('the cluster has no broker')
      return broker
    }),
  )
}

function seedsByPartition(topic: TopicPlan) {
  const seeds = new Map<number, ReturnType<typeof toRecord>[]>()
  for (const given of topic.records ?? []) {
    const record: SeedRecord = typeof given === 'string' ? { value: given } : given
    const partition = record.partition ?? 0
    seeds.set(partition, [...(seeds.get(partition) ?? []), toRecord(record)])
  }
  return seeds
}

function toRecord({ value, key, headers }: SeedRecord) {
  return { value, key: key ?? null, headers: headers ?? {} }
}

/** Removes every topic and group of the run, also those the apps made themselves. */
export async function removeNamed(cluster: Cluster, names: Names): Promise<void> {
  const isMine = (name: string) => name.startsWith(names.prefix)
  const groups = (await listGroups(cluster.wire)).filter(isMine)
  if (groups.length > 0) await deleteGroups(cluster.wire, groups, 'remove')
  const topics = (await listTopics(cluster.wire)).filter(isMine)
  if (topics.length > 0) await deleteTopics(cluster.wire, topics)
}
