/**
 * The leader's side of one follower's Fetch: where the follower is in each partition, and which of
 * them have news for it. A partition that gets records tells its sessions; nobody looks at the
 * others. As in Kafka a new high watermark or log start alone does not end a waiting Fetch: it goes
 * along with the next answer. `replica.fetch.min.bytes` is 1.
 */
import type { PartitionLog } from '../log/partition-log'
import type { Timer, Timers } from '../timers'
import type { FollowerProgress } from './follower-progress'
import type { Leadership } from './leadership'
import type { Partition } from './partition'
import type {
  FetchedPartition,
  FetchOutcome,
  FetchPosition,
  ReplicaFetchRequest,
  ReplicaFetchResponse,
} from './replica-fetch'

export class SessionPosition {
  fetchOffset = -1
  sentHighWatermark = -1
  sentLogStartOffset = -1

  constructor(
    readonly session: ReplicationSession,
    readonly partition: Partition,
    readonly leadership: Leadership,
    readonly follower: FollowerProgress,
  ) {}

  get hasNewOffsets(): boolean {
    const { highWatermark, startOffset } = this.partition.log
    return highWatermark > this.sentHighWatermark || startOffset > this.sentLogStartOffset
  }
}

interface Waiting {
  request: ReplicaFetchRequest
  answer: (response: ReplicaFetchResponse) => void
  timer: Timer
}

export class ReplicationSession {
  lastFetchMs = 0
  private readonly positions = new Map<string, SessionPosition>()
  private readonly withRecords = new Set<SessionPosition>()
  private readonly withNewOffsets = new Set<SessionPosition>()
  /** Not in sync: each Fetch may show that they are again. */
  private readonly outOfSync = new Set<SessionPosition>()
  private failures: FetchedPartition[] = []
  private waiting: Waiting | undefined

  constructor(
    private readonly timers: Timers,
    private readonly findPartition: (key: string) => Partition | undefined,
  ) {}

  fetch(request: ReplicaFetchRequest, answer: (response: ReplicaFetchResponse) => void): void {
    this.lastFetchMs = this.timers.now()
    for (const key of request.forgotten) this.forget(key)
    for (const position of request.positions) this.move(request, position)
    for (const position of this.outOfSync) this.reconsider(position)
    if (this.withRecords.size > 0 || this.failures.length > 0) {
      answer(this.response(request))
      return
    }
    const timer = this.timers.after(request.maxWaitMs, () => this.respond())
    this.waiting = { request, answer, timer }
  }

  /** The follower has begun another session. */
  end(): void {
    this.waiting?.timer.cancel()
    this.waiting = undefined
    for (const key of [...this.positions.keys()]) this.forget(key)
  }

  hasRecords(position: SessionPosition): void {
    this.withRecords.add(position)
    this.respond()
  }

  hasNewOffsets(position: SessionPosition): void {
    this.withNewOffsets.add(position)
  }

  fellBehind(position: SessionPosition): void {
    this.outOfSync.add(position)
  }

  /** This broker does not lead the partition any more, or not in that epoch. */
  lost(position: SessionPosition): void {
    const { leadership, fetchOffset, partition } = position
    this.forget(partition.key)
    this.failures.push({
      key: partition.key,
      leaderEpoch: leadership.leaderEpoch,
      fetchOffset,
      outcome: { kind: 'error', error: 'NOT_LEADER_OR_FOLLOWER' },
    })
    this.respond()
  }

  private respond(): void {
    const { waiting } = this
    if (waiting === undefined) return
    this.waiting = undefined
    waiting.timer.cancel()
    waiting.answer(this.response(waiting.request))
  }

  private response({ maxBytes, partitionMaxBytes }: ReplicaFetchRequest): FetchedPartition[] {
    const results = this.failures
    this.failures = []
    let bytesLeft = maxBytes
    for (const position of this.withRecords) {
      if (bytesLeft <= 0) break
      const { log, key } = position.partition
      const { leadership, fetchOffset } = position
      if (fetchOffset < log.startOffset) {
        // Records were deleted since the follower named its position.
        this.withRecords.delete(position)
        const { leaderEpoch } = leadership
        results.push({ key, leaderEpoch, fetchOffset, outcome: outOfRange(log) })
        continue
      }
      const limit = Math.min(bytesLeft, partitionMaxBytes)
      const batches = log.read(fetchOffset, {
        upperBound: log.endOffset,
        maxBytes: limit,
        oversized: 'first batch',
      })
      for (const { bytes } of batches) bytesLeft -= bytes.length
      this.withRecords.delete(position)
      this.withNewOffsets.delete(position)
      results.push(this.fetched(position, batches))
    }
    for (const position of this.withNewOffsets) {
      if (position.hasNewOffsets) results.push(this.fetched(position, []))
    }
    this.withNewOffsets.clear()
    return results
  }

  private fetched(
    position: SessionPosition,
    batches: Extract<FetchOutcome, { kind: 'records' }>['batches'],
  ): FetchedPartition {
    const { log, key } = position.partition
    position.sentHighWatermark = log.highWatermark
    position.sentLogStartOffset = log.startOffset
    return {
      key,
      leaderEpoch: position.leadership.leaderEpoch,
      fetchOffset: position.fetchOffset,
      outcome: {
        kind: 'records',
        batches,
        highWatermark: log.highWatermark,
        logStartOffset: log.startOffset,
      },
    }
  }

  private move(request: ReplicaFetchRequest, asked: FetchPosition): void {
    const partition = this.findPartition(asked.key)
    const failure = partition === undefined ? unknownPartition : check(partition, asked)
    const leadership = partition?.leadership
    const follower = leadership?.followers.get(request.replicaId)
    if (partition === undefined || failure !== undefined || leadership === undefined) {
      this.fail(asked, failure ?? notLeader)
    } else if (follower === undefined) {
      this.fail(asked, unknownLeaderEpoch)
    } else {
      const position = this.positionOf(partition, leadership, follower)
      position.fetchOffset = asked.fetchOffset
      follower.position = position
      leadership.followerFetched(follower, asked.fetchOffset, request.brokerEpoch)
      if (asked.fetchOffset < partition.log.endOffset) this.withRecords.add(position)
      if (position.hasNewOffsets) this.withNewOffsets.add(position)
      if (!leadership.isInSync(follower)) this.outOfSync.add(position)
    }
  }

  private positionOf(
    partition: Partition,
    leadership: Leadership,
    follower: FollowerProgress,
  ): SessionPosition {
    const known = this.positions.get(partition.key)
    if (known?.leadership === leadership && known.follower === follower) return known
    this.forget(partition.key)
    const position = new SessionPosition(this, partition, leadership, follower)
    this.positions.set(partition.key, position)
    return position
  }

  private reconsider(position: SessionPosition): void {
    const { leadership, follower } = position
    leadership.expandIsr(follower)
    if (leadership.isInSync(follower)) this.outOfSync.delete(position)
  }

  private fail({ key, leaderEpoch, fetchOffset }: FetchPosition, outcome: FetchOutcome): void {
    this.forget(key)
    this.failures.push({ key, leaderEpoch, fetchOffset, outcome })
  }

  private forget(key: string): void {
    const position = this.positions.get(key)
    if (position === undefined) return
    this.positions.delete(key)
    this.withRecords.delete(position)
    this.withNewOffsets.delete(position)
    this.outOfSync.delete(position)
    if (position.follower.position === position) position.follower.position = undefined
  }
}

const unknownPartition = { kind: 'error', error: 'UNKNOWN_TOPIC_OR_PARTITION' } as const
const notLeader = { kind: 'error', error: 'NOT_LEADER_OR_FOLLOWER' } as const
const unknownLeaderEpoch = { kind: 'error', error: 'UNKNOWN_LEADER_EPOCH' } as const
const fencedLeaderEpoch = { kind: 'error', error: 'FENCED_LEADER_EPOCH' } as const
const unknownTopicId = { kind: 'error', error: 'UNKNOWN_TOPIC_ID' } as const

function outOfRange({ startOffset, endOffset }: PartitionLog): FetchOutcome {
  return {
    kind: 'out of range',
    leaderStartOffset: startOffset,
    leaderEndOffset: endOffset,
  }
}

/** Why the leader has nothing for that position (`Partition.readRecords`); undefined: it has. */
function check(partition: Partition, asked: FetchPosition): FetchOutcome | undefined {
  const { log } = partition
  if (asked.topicId !== partition.topicId) return unknownTopicId
  if (asked.leaderEpoch < partition.leaderEpoch) return fencedLeaderEpoch
  if (asked.leaderEpoch > partition.leaderEpoch) return unknownLeaderEpoch
  const { fetchOffset, lastFetchedEpoch } = asked
  if (lastFetchedEpoch !== undefined) {
    const common = log.endOffsetForEpoch(lastFetchedEpoch)
    if (common === undefined || fetchOffset < log.startOffset) return outOfRange(log)
    if (common.epoch < lastFetchedEpoch || common.endOffset < fetchOffset) {
      return { kind: 'diverging', ...common }
    }
  }
  if (fetchOffset < log.startOffset || fetchOffset > log.endOffset) return outOfRange(log)
  return undefined
}
