/**
 * The coordinators that live on this broker, one for each partition of an internal topic that it
 * leads. A new leader reads the partition and rebuilds the coordinator's state from it; one that
 * leads no more resigns. Which partition a group or transactional id belongs to follows from its
 * name (`partitionFor`).
 */
import type { MetadataImage } from '../metadata-image'
import type { Partition } from './partition'
import { ReplicatedLog, type ReplicatedLogOptions } from './replicated-log'

/** Reading a partition that is not empty takes a little; clients are told to wait. */
const loadMs = 1

export interface Coordinator {
  /** Everything that was replayed counts; requests are answered from now on. */
  loaded(): void
  resign(): void
}

export interface HomeOptions<C> extends ReplicatedLogOptions {
  topic: string
  create(log: ReplicatedLog, coordinatorEpoch: number): C
  /** Tells the coordinator what stands in its partition's log. */
  replay(coordinator: C, partition: Partition): void
}

export interface Residence<C> {
  coordinator: C
  log: ReplicatedLog
  partition: Partition
  state: 'loading' | 'loaded'
}

export class CoordinatorHome<C extends Coordinator> {
  private readonly residences = new Map<number, Residence<C>>()

  constructor(private readonly options: HomeOptions<C>) {}

  get topic(): string {
    return this.options.topic
  }

  leaderEpochChanged(partition: Partition): void {
    if (partition.topic !== this.topic) return
    const before = this.residences.get(partition.index)
    this.residences.delete(partition.index)
    before?.coordinator.resign()
    if (partition.leadership !== undefined) this.moveIn(partition)
  }

  /** Undefined: another broker coordinates this. */
  of(key: string, image: MetadataImage): Residence<C> | undefined {
    const partition = this.partitionFor(key, image)
    return partition === undefined ? undefined : this.residences.get(partition)
  }

  at(partition: number): Residence<C> | undefined {
    return this.residences.get(partition)
  }

  all(): C[] {
    return [...this.residences.values()].map(({ coordinator }) => coordinator)
  }

  partitionFor(key: string, image: MetadataImage): number | undefined {
    const count = image.topics.get(this.topic)?.partitions.length
    return count === undefined ? undefined : (javaHash(key) & 0x7fffffff) % count
  }

  private moveIn(partition: Partition): void {
    const { options } = this
    const log = new ReplicatedLog(partition, options)
    const coordinator = options.create(log, partition.leaderEpoch)
    const residence: Residence<C> = { coordinator, log, partition, state: 'loading' }
    this.residences.set(partition.index, residence)
    const load = (): void => {
      if (this.residences.get(partition.index) !== residence) return
      options.replay(coordinator, partition)
      residence.state = 'loaded'
      coordinator.loaded()
    }
    if (partition.log.endOffset === partition.log.startOffset) load()
    else options.timers.after(loadMs, load)
  }
}

/** `String.hashCode` */
function javaHash(text: string): number {
  let hash = 0
  for (let index = 0; index < text.length; index++) {
    hash = (Math.imul(31, hash) + text.charCodeAt(index)) | 0
  }
  return hash
}
