/**
 * The final observation of a run, by the lab's own client and from the disks: nothing in it was
 * told by kafkajs.
 */
import { listTopics, partitionState } from '../clusters/admin'
import { groupOffsets, listGroups } from '../clusters/admin-groups'
import { markersWritten } from '../clusters/admin-transactions'
import type { Cluster } from '../clusters/cluster'
import { readPartition } from '../clusters/observe'
import type { History } from '../history/events'
import type { PartitionLog, ReplicaLog, Run } from '../history/run'
import type { Names } from './names'
import { partitionsOf } from './plan'
import type { Plan } from '../history/plan'

/** Reads what lies on each replica's disk. Call before anything is healed. */
export function readReplicas(plan: Plan, cluster: Cluster, names: Names): ReplicaLog[] {
  const { control } = cluster
  if (!control) return []
  const logs: ReplicaLog[] = []
  for (const [topic, settings] of Object.entries(plan.topics).sort(byName)) {
    for (let partition = 0; partition < partitionsOf(settings); partition++) {
      for (const replica of control.replicaLogs(names.outside(topic), partition)) {
        logs.push({ topic, partition, ...replica })
      }
    }
  }
  return logs
}

/** The logs and the groups as a healed cluster serves them. */
export async function readCluster(
  cluster: Cluster,
  names: Names,
  history: History,
): Promise<Pick<Run, 'logs' | 'groups'>> {
  const { wire } = cluster
  const ids = new Set(
    history.flatMap((event) =>
      event.type === 'frame' && event.fields.transactionalId !== undefined
        ? [names.outside(event.fields.transactionalId)]
        : [],
    ),
  )
  await markersWritten(wire, [...ids])
  const isMine = (name: string) => name.startsWith(names.prefix)
  const logs: PartitionLog[] = []
  for (const topic of (await listTopics(wire)).filter(isMine)) {
    for (const { partition } of await partitionState(wire, topic)) {
      const log = await readPartition(wire, topic, partition)
      logs.push({ ...log, topic: names.inside(topic) })
    }
  }
  // A coordinator that has just moved may not be listed with its groups yet: asking for one waits.
  const met = history.flatMap((event) =>
    event.type === 'frame' && event.fields.group !== undefined
      ? [names.outside(event.fields.group)]
      : [],
  )
  const listed = (await listGroups(wire)).filter(isMine)
  const groups = []
  for (const group of [...new Set([...met, ...listed])].sort()) {
    for (const { topic, partition, offset } of await groupOffsets(wire, group)) {
      groups.push({ group: names.inside(group), topic: names.inside(topic), partition, offset })
    }
  }
  return { logs, groups }
}

function byName([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1
}
