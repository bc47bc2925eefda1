/** Deletes records, moves partitions to other brokers, asks for preferred leaders. */
import { alterPartitionReassignments } from '../../../../lib/src/protocol/apis/alter-partition-reassignments'
import { deleteRecords } from '../../../../lib/src/protocol/apis/delete-records'
import { electLeaders } from '../../../../lib/src/protocol/apis/elect-leaders'
import type { AdminAct } from './plan'
import type { World } from './world'

export class AdminClient {
  constructor(private readonly world: World) {}

  /** Whether it worked does not matter. */
  perform({ act, topic, partition, replicas }: AdminAct, done: () => void): void {
    const { world } = this
    const broker = replicas[0] ?? 1
    const timeoutMs = 300
    if (act === 'delete records') {
      // Up to the high watermark.
      const topics = [{ topic, partitions: [{ partition, offset: -1 }] }]
      world.ask(broker, deleteRecords, { topics, timeoutMs }, done)
    } else if (act === 'move') {
      const topics = [{ topic, partitions: [{ partition, replicas }] }]
      world.ask(broker, alterPartitionReassignments, { topics, timeoutMs }, done)
    } else {
      world.ask(broker, electLeaders, { topicPartitions: null, timeoutMs }, done)
    }
  }
}
