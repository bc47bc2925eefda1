/** Which handler serves which API; a broker has no authorizer, so rules of access are refused. */
import { apiVersions } from '../../protocol/apis/api-versions'
import { addOffsetsToTxn } from '../../protocol/apis/add-offsets-to-txn'
import { addPartitionsToTxn } from '../../protocol/apis/add-partitions-to-txn'
import { brokerFeatures } from '../../protocol/apis/broker-features'
import { createAcls } from '../../protocol/apis/create-acls'
import { deleteAcls } from '../../protocol/apis/delete-acls'
import { deleteGroups } from '../../protocol/apis/delete-groups'
import { deleteRecords } from '../../protocol/apis/delete-records'
import { describeAcls } from '../../protocol/apis/describe-acls'
import { describeConfigs } from '../../protocol/apis/describe-configs'
import { describeGroups } from '../../protocol/apis/describe-groups'
import { describeTransactions } from '../../protocol/apis/describe-transactions'
import { endTxn } from '../../protocol/apis/end-txn'
import { fetch } from '../../protocol/apis/fetch'
import { findCoordinator } from '../../protocol/apis/find-coordinator'
import { heartbeat } from '../../protocol/apis/heartbeat'
import { initProducerId } from '../../protocol/apis/init-producer-id'
import { joinGroup } from '../../protocol/apis/join-group'
import { leaveGroup } from '../../protocol/apis/leave-group'
import { listGroups } from '../../protocol/apis/list-groups'
import { listOffsets } from '../../protocol/apis/list-offsets'
import { metadata } from '../../protocol/apis/metadata'
import { offsetCommit } from '../../protocol/apis/offset-commit'
import { offsetFetch } from '../../protocol/apis/offset-fetch'
import { produce } from '../../protocol/apis/produce'
import { syncGroup } from '../../protocol/apis/sync-group'
import { txnOffsetCommit } from '../../protocol/apis/txn-offset-commit'
import { errorCode } from '../../protocol/errors'
import type { AnyApi } from '../../protocol/registry'
import { handleDescribeConfigs } from './config-requests'
import { handleDeleteRecords } from './delete-records-requests'
import { handleFetch } from './fetch-requests'
import { forwardedRequests } from './forwarded-requests'
import * as groups from './group-requests'
import { handleListOffsets } from './list-offsets-requests'
import * as cluster from './metadata-requests'
import { handleProduce } from './produce-requests'
import type { Handler } from './request'
import * as transactions from './transaction-requests'

const disabled = {
  errorCode: errorCode('SECURITY_DISABLED'),
  errorMessage: 'No Authorizer is configured.',
}

const handlers = new Map<AnyApi, Handler<any>>(forwardedRequests)

function serve<A extends AnyApi>(api: A, handler: Handler<A>): void {
  handlers.set(api, handler)
}

serve(produce, handleProduce)
serve(fetch, handleFetch)
serve(listOffsets, handleListOffsets)
serve(deleteRecords, handleDeleteRecords)
serve(metadata, cluster.handleMetadata)
serve(findCoordinator, cluster.handleFindCoordinator)
serve(apiVersions, cluster.handleApiVersions)
serve(brokerFeatures, cluster.handleBrokerFeatures)
serve(describeConfigs, handleDescribeConfigs)
serve(joinGroup, groups.handleJoinGroup)
serve(syncGroup, groups.handleSyncGroup)
serve(heartbeat, groups.handleHeartbeat)
serve(leaveGroup, groups.handleLeaveGroup)
serve(offsetCommit, groups.handleOffsetCommit)
serve(offsetFetch, groups.handleOffsetFetch)
serve(txnOffsetCommit, groups.handleTxnOffsetCommit)
serve(describeGroups, groups.handleDescribeGroups)
serve(listGroups, groups.handleListGroups)
serve(deleteGroups, groups.handleDeleteGroups)
serve(initProducerId, transactions.handleInitProducerId)
serve(addPartitionsToTxn, transactions.handleAddPartitionsToTxn)
serve(addOffsetsToTxn, transactions.handleAddOffsetsToTxn)
serve(endTxn, transactions.handleEndTxn)
serve(describeTransactions, transactions.handleDescribeTransactions)
serve(describeAcls, (_broker, _request, reply) => {
  reply({ throttleTimeMs: 0, ...disabled, resources: [] })
})
serve(createAcls, (_broker, { creations }, reply) => {
  reply({ throttleTimeMs: 0, results: creations.map(() => disabled) })
})
serve(deleteAcls, (_broker, { filters }, reply) => {
  const filterResults = filters.map(() => ({ ...disabled, matchingAcls: [] }))
  reply({ throttleTimeMs: 0, filterResults })
})

/** @throws {Error} naming an API that no broker here serves */
export function handlerOf(api: AnyApi): Handler<any> {
  const handler = handlers.get(api)
  if (handler !== undefined) return handler
  throw new Error(`The simulated broker does not serve ${api.name} version ${api.version}`)
}
