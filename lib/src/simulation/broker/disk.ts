/**
 * What a broker's machine keeps when its process dies: the logs of its partitions. A topic made
 * anew under an old name has another id and so another log.
 */
import type { LogWatcher } from '../log/log-watcher'
import { PartitionLog, type LogSettings } from '../log/partition-log'
import { partitionKey } from './partition'

interface StoredLog {
  topicId: number
  log: PartitionLog
}

export class Disk {
  private readonly logs = new Map<string, StoredLog>()

  /** @param watch called for every log that is made */
  constructor(
    private readonly watch: (
      topic: string,
      partition: number,
      log: PartitionLog,
    ) => LogWatcher | undefined = () => undefined,
  ) {}

  /** The partition's log; an empty one if there is none. */
  open(
    place: { topic: string; topicId: number; partition: number },
    settings: LogSettings,
  ): PartitionLog {
    const key = partitionKey(place.topic, place.partition)
    const stored = this.logs.get(key)
    if (stored?.topicId === place.topicId) {
      stored.log.settings = settings
      return stored.log
    }
    const log = new PartitionLog(settings)
    log.watcher = this.watch(place.topic, place.partition, log)
    this.logs.set(key, { topicId: place.topicId, log })
    return log
  }

  find(topic: string, partition: number): PartitionLog | undefined {
    return this.logs.get(partitionKey(topic, partition))?.log
  }

  delete(topic: string, partition: number): void {
    this.logs.delete(partitionKey(topic, partition))
  }

  /** Stray logs go: of partitions that moved to other brokers, or of topics deleted meanwhile. */
  deleteUnless(isReplica: (key: string, topicId: number) => boolean): void {
    for (const [key, { topicId }] of this.logs) {
      if (!isReplica(key, topicId)) this.logs.delete(key)
    }
  }

  clear(): void {
    this.logs.clear()
  }

  all(): PartitionLog[] {
    return [...this.logs.values()].map(({ log }) => log)
  }
}
