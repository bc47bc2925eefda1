/**
 * Everything the lab does to a cluster around a run, in one place: the functions of the files beside
 * this one, with their client filled in.
 */
import {
  deleteGroups,
  describeGroups,
  findCoordinator,
  groupOffsets,
  listGroups,
} from './admin-groups'
import { produce } from './admin-produce'
import {
  createTopics,
  deleteTopics,
  describeCluster,
  kafkaVersion,
  listTopics,
  partitionState,
} from './admin-topics'
import { readPartition } from './observe'
import type { WireClient } from './wire-client'

const functions = {
  describeCluster,
  kafkaVersion,
  createTopics,
  deleteTopics,
  listTopics,
  partitionState,
  produce,
  readPartition,
  findCoordinator,
  listGroups,
  describeGroups,
  deleteGroups,
  groupOffsets,
}

type Functions = typeof functions

/** The function without its first parameter. */
type WithoutClient<F> = F extends (client: WireClient, ...rest: infer Rest) => infer Result
  ? (...rest: Rest) => Result
  : never

export type ClusterAdmin = { [Name in keyof Functions]: WithoutClient<Functions[Name]> } & {
  /** Closes the client; resolves when no socket is left. */
  close(): Promise<void>
}

/** The admin of the cluster that this client talks to; it owns the client from now on. */
export function clusterAdmin(client: WireClient): ClusterAdmin {
  const bound = Object.entries(functions).map(([name, call]) => [
    name,
    (...rest: unknown[]) => (call as (...all: unknown[]) => unknown)(client, ...rest),
  ])
  return { ...Object.fromEntries(bound), close: () => client.close() } as ClusterAdmin
}
