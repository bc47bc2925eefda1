/**
 * The follower's side of replication: one Fetch at a time to one leader, for all partitions this
 * broker follows there (`ReplicaFetcherThread`, with `num.replica.fetchers` = 1). A log that has
 * left the leader's is cut where the two part (KIP-320, `AbstractFetcherThread`), then fetched on.
 */
import type { PartitionLog } from '../log/partition-log'
import type { Timer, Timers } from '../timers'
import type { Partition } from './partition'
import type {
  FetchedPartition,
  FetchOutcome,
  FetchPosition,
  ReplicaFetchRequest,
  ReplicaFetchResponse,
} from './replica-fetch'

export interface FetcherContext {
  timers: Timers
  /** What is the same in every request of this broker. */
  limits(): Omit<ReplicaFetchRequest, 'session' | 'positions' | 'forgotten'>
  /** `replica.fetch.backoff.ms` */
  backoffMs: number
  send(
    request: ReplicaFetchRequest,
    answered: (response: ReplicaFetchResponse) => void,
    failed: () => void,
  ): void
}

interface Followed {
  partition: Partition
  leaderEpoch: number
  /** Set while the partition waits after an error. */
  delay: Timer | undefined
}

export class ReplicaFetcher {
  private readonly followed = new Map<string, Followed>()
  /** Whose position the leader does not know yet. */
  private readonly moved = new Set<Followed>()
  private readonly forgotten = new Set<string>()
  private session: 'new' | 'same' = 'new'
  private state: 'idle' | 'fetching' | 'backing off' = 'idle'

  constructor(private readonly context: FetcherContext) {}

  /** Follows the leader of that epoch from the end of the partition's log on. */
  add(partition: Partition, leaderEpoch: number): void {
    this.drop(partition.key)
    const followed: Followed = { partition, leaderEpoch, delay: undefined }
    this.followed.set(partition.key, followed)
    this.moved.add(followed)
    this.fetchOn()
  }

  remove(partition: Partition): void {
    if (this.drop(partition.key)) this.forgotten.add(partition.key)
  }

  private drop(key: string): boolean {
    const followed = this.followed.get(key)
    if (followed === undefined) return false
    followed.delay?.cancel()
    this.followed.delete(key)
    this.moved.delete(followed)
    return true
  }

  private fetchOn(): void {
    if (this.state !== 'idle' || this.followed.size === 0) return
    this.state = 'fetching'
    this.context.send(
      this.nextRequest(),
      (response) => this.answered(response),
      () => this.backOff(),
    )
  }

  private nextRequest(): ReplicaFetchRequest {
    const named = this.session === 'new' ? [...this.followed.values()] : [...this.moved]
    const request: ReplicaFetchRequest = {
      ...this.context.limits(),
      session: this.session,
      positions: named.filter(({ delay }) => delay === undefined).map(positionOf),
      forgotten: [...this.forgotten].filter((key) => !this.followed.has(key)),
    }
    this.session = 'same'
    this.moved.clear()
    this.forgotten.clear()
    return request
  }

  private answered(response: ReplicaFetchResponse): void {
    this.state = 'idle'
    if (response === 'unknown session') this.session = 'new'
    else for (const fetched of response) this.handle(fetched)
    this.fetchOn()
  }

  /** The leader is gone; the next Fetch is a new connection. */
  private backOff(): void {
    this.state = 'backing off'
    this.session = 'new'
    this.context.timers.after(this.context.backoffMs, () => {
      this.state = 'idle'
      this.fetchOn()
    })
  }

  private handle({ key, leaderEpoch, fetchOffset, outcome }: FetchedPartition): void {
    const followed = this.followed.get(key)
    if (followed === undefined || followed.delay !== undefined) return
    const { partition } = followed
    const { log } = partition
    if (followed.leaderEpoch !== leaderEpoch || log.endOffset !== fetchOffset) return
    if (outcome.kind === 'error') {
      this.delay(followed)
      return
    }
    if (outcome.kind === 'records') partition.replicate(outcome)
    else truncate(log, outcome)
    if (outcome.kind !== 'records' || outcome.batches.length > 0) this.moved.add(followed)
  }

  private delay(followed: Followed): void {
    this.moved.delete(followed)
    followed.delay = this.context.timers.after(this.context.backoffMs, () => {
      followed.delay = undefined
      this.moved.add(followed)
      this.fetchOn()
    })
  }
}

function positionOf({ partition, leaderEpoch }: Followed): FetchPosition {
  const { log, key, topicId } = partition
  const { endOffset: fetchOffset, latestEpoch: lastFetchedEpoch } = log
  return { key, topicId, leaderEpoch, fetchOffset, lastFetchedEpoch }
}

type Truncating = Extract<FetchOutcome, { kind: 'diverging' | 'out of range' }>

function truncate(log: PartitionLog, outcome: Truncating): void {
  if (outcome.kind === 'diverging') {
    // Of an epoch unknown here this is the end of the largest smaller one; then it asks on.
    const own = log.endOffsetForEpoch(outcome.epoch)
    log.truncateTo(Math.min(outcome.endOffset, own?.endOffset ?? log.endOffset))
  } else if (outcome.leaderEndOffset < log.endOffset) {
    log.truncateTo(outcome.leaderEndOffset)
  } else {
    log.restartAt(outcome.leaderStartOffset)
  }
}
