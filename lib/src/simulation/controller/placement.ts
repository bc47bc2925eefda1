/**
 * Which brokers get a partition's replicas. Kafka's StripedReplicaPlacer starts at a random broker;
 * here partition p starts at broker p mod n, so that pictures repeat. As there, the first replica
 * is on a broker that is not fenced, and fenced ones come last.
 */
import { refusal, type Refusal } from './refusal'
import type { ControllerState } from './state'

export function placeReplicas(
  state: ControllerState,
  replicationFactor: number,
  partitions: { first: number; count: number },
): readonly (readonly number[])[] | Refusal {
  const brokers = [...state.brokers.values()].sort((a, b) => a.id - b.id)
  const active = brokers.filter((broker) => !broker.fenced).map((broker) => broker.id)
  const fenced = brokers.filter((broker) => broker.fenced).map((broker) => broker.id)
  if (active.length === 0) {
    return refusal('INVALID_REPLICATION_FACTOR', 'all brokers are fenced')
  }
  if (replicationFactor > brokers.length) {
    return refusal(
      'INVALID_REPLICATION_FACTOR',
      `replication factor ${replicationFactor} needs as many brokers: ${brokers.length} registered`,
    )
  }
  return Array.from({ length: partitions.count }, (_, offset) => {
    const partition = partitions.first + offset
    const order = [...rotated(active, partition), ...rotated(fenced, partition)]
    return order.slice(0, replicationFactor)
  })
}

function rotated(brokers: readonly number[], by: number): number[] {
  const start = brokers.length === 0 ? 0 : by % brokers.length
  return [...brokers.slice(start), ...brokers.slice(0, start)]
}

/**
 * Why replicas named by a client cannot be (`validateManualPartitionAssignment`). With a
 * replication factor there must be as many.
 */
export function refusedAssignment(
  state: ControllerState,
  replicas: readonly number[],
  replicationFactor: number | undefined,
): Refusal | undefined {
  const refused = (reason: string) => refusal('INVALID_REPLICA_ASSIGNMENT', reason)
  if (replicas.length === 0) return refused('an assignment names no replicas')
  for (const broker of replicas) {
    if (!state.brokers.has(broker)) return refused(`broker ${broker} is not registered`)
  }
  if (new Set(replicas).size < replicas.length) {
    return refused(`the assignment [${replicas}] names a broker twice`)
  }
  if (replicationFactor !== undefined && replicas.length !== replicationFactor) {
    return refused(
      `the assignment [${replicas}] has another number of replicas than the topic's other ` +
        `partitions: ${replicationFactor}`,
    )
  }
  return undefined
}
