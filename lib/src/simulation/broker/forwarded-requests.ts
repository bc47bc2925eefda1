/** Requests that a broker passes on to the controller (`ForwardingManager`). */
import type { RequestOf, ResponseOf } from '../../protocol/api'
import { alterConfigs } from '../../protocol/apis/alter-configs'
import { alterPartitionReassignments } from '../../protocol/apis/alter-partition-reassignments'
import { createPartitions } from '../../protocol/apis/create-partitions'
import { createTopics } from '../../protocol/apis/create-topics'
import { deleteTopics } from '../../protocol/apis/delete-topics'
import { electLeaders } from '../../protocol/apis/elect-leaders'
import { listPartitionReassignments } from '../../protocol/apis/list-partition-reassignments'
import type { AnyApi } from '../../protocol/registry'
import type { Controller } from '../controller/controller'
import type { Handler } from './request'

type Method<A> = (
  controller: Controller,
  request: RequestOf<A>,
  answer: (response: ResponseOf<A>) => void,
) => void

function forwarded<A extends AnyApi>(api: A, method: Method<A>): [A, Handler<A>] {
  const handler: Handler<A> = ({ context }, request, reply) => {
    context.askController<ResponseOf<A>>({
      serve: (controller, answer) => method(controller, request, answer),
      answered: reply,
    })
  }
  return [api, handler]
}

export const forwardedRequests: readonly [AnyApi, Handler<any>][] = [
  forwarded(createTopics, (controller, ...rest) => controller.createTopics(...rest)),
  forwarded(deleteTopics, (controller, ...rest) => controller.deleteTopics(...rest)),
  forwarded(createPartitions, (controller, ...rest) => controller.createPartitions(...rest)),
  forwarded(alterConfigs, (controller, ...rest) => controller.alterConfigs(...rest)),
  forwarded(electLeaders, (controller, ...rest) => controller.electLeaders(...rest)),
  forwarded(alterPartitionReassignments, (controller, ...rest) =>
    controller.alterPartitionReassignments(...rest),
  ),
  forwarded(listPartitionReassignments, (controller, ...rest) =>
    controller.listPartitionReassignments(...rest),
  ),
]
