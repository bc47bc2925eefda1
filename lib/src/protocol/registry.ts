/**
 * Every API version the lab speaks. kafkajs 2.2.4 sends the smaller of its own highest version and
 * the broker's; every broker from Kafka 2.4 on has the versions listed here, so one per API is
 * enough (ApiVersions has a second, for the lab's own use). An API, or a version, that is not here
 * is an error that names it.
 */
import type { Api } from './api'
import { addOffsetsToTxn } from './apis/add-offsets-to-txn'
import { addPartitionsToTxn } from './apis/add-partitions-to-txn'
import { alterConfigs } from './apis/alter-configs'
import { alterPartitionReassignments } from './apis/alter-partition-reassignments'
import { apiVersions } from './apis/api-versions'
import { brokerFeatures } from './apis/broker-features'
import { createAcls } from './apis/create-acls'
import { createPartitions } from './apis/create-partitions'
import { createTopics } from './apis/create-topics'
import { deleteAcls } from './apis/delete-acls'
import { deleteGroups } from './apis/delete-groups'
import { deleteRecords } from './apis/delete-records'
import { deleteTopics } from './apis/delete-topics'
import { describeAcls } from './apis/describe-acls'
import { describeConfigs } from './apis/describe-configs'
import { describeGroups } from './apis/describe-groups'
import { describeTransactions } from './apis/describe-transactions'
import { electLeaders } from './apis/elect-leaders'
import { endTxn } from './apis/end-txn'
import { fetch } from './apis/fetch'
import { findCoordinator } from './apis/find-coordinator'
import { heartbeat } from './apis/heartbeat'
import { initProducerId } from './apis/init-producer-id'
import { joinGroup } from './apis/join-group'
import { leaveGroup } from './apis/leave-group'
import { listGroups } from './apis/list-groups'
import { listOffsets } from './apis/list-offsets'
import { listPartitionReassignments } from './apis/list-partition-reassignments'
import { metadata } from './apis/metadata'
import { offsetCommit } from './apis/offset-commit'
import { offsetFetch } from './apis/offset-fetch'
import { produce } from './apis/produce'
import { syncGroup } from './apis/sync-group'
import { txnOffsetCommit } from './apis/txn-offset-commit'
import { UnknownApiError } from './frame-errors'

/** All of them, in the order of their keys. */
export const apis = [
  produce,
  fetch,
  listOffsets,
  metadata,
  offsetCommit,
  offsetFetch,
  findCoordinator,
  joinGroup,
  heartbeat,
  leaveGroup,
  syncGroup,
  describeGroups,
  listGroups,
  apiVersions,
  brokerFeatures,
  createTopics,
  deleteTopics,
  deleteRecords,
  initProducerId,
  addPartitionsToTxn,
  addOffsetsToTxn,
  endTxn,
  txnOffsetCommit,
  describeAcls,
  createAcls,
  deleteAcls,
  describeConfigs,
  alterConfigs,
  createPartitions,
  deleteGroups,
  electLeaders,
  alterPartitionReassignments,
  listPartitionReassignments,
  describeTransactions,
] as const

/** Kafka's name of an API the lab speaks, e.g. `Produce`. */
export type ApiName = (typeof apis)[number]['name']

/** An API whose message types are not known at compile time. */
export type AnyApi = Api<any, any>

const refused = new Map([
  [17, 'SaslHandshake'],
  [36, 'SaslAuthenticate'],
])

const byKey = new Map<number, AnyApi[]>()
const byName = new Map<string, AnyApi[]>()
for (const api of apis as readonly AnyApi[]) {
  byKey.set(api.key, [...(byKey.get(api.key) ?? []), api])
  byName.set(api.name, [...(byName.get(api.name) ?? []), api])
}

/** @throws {UnknownApiError} the lab does not speak this API or this version of it */
export function apiOfKey(key: number, version: number): AnyApi {
  const known = byKey.get(key)
  if (known !== undefined) return versionOf(known, version)
  const name = refused.get(key)
  if (name !== undefined) {
    throw new UnknownApiError(`${name} (API key ${key}): the lab speaks to clusters without SASL`)
  }
  const names = [...byKey.values()].flat().map((api) => `${api.name} ${api.key}`)
  throw new UnknownApiError(`API key ${key} is not one the lab speaks: ${names.join(', ')}`)
}

/** @throws {UnknownApiError} the lab does not speak this API or this version of it */
export function apiOfName(name: string, version: number): AnyApi {
  const known = byName.get(name)
  if (known !== undefined) return versionOf(known, version)
  throw new UnknownApiError(
    `API '${name}' is not one the lab speaks: ${[...byName.keys()].join(', ')}`,
  )
}

function versionOf(known: AnyApi[], version: number): AnyApi {
  const api = known.find((candidate) => candidate.version === version)
  if (api !== undefined) return api
  const { name, key } = known[0] as AnyApi
  const versions = known.map((candidate) => candidate.version).join(', ')
  throw new UnknownApiError(
    `${name} (API key ${key}) version ${version} is not one the lab speaks; it knows ${versions}`,
  )
}
