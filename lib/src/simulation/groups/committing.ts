/**
 * OffsetCommit, TxnOffsetCommit and OffsetFetch (`OffsetMetadataManager`). An offset can be fetched
 * once its record has passed the high watermark, and in a transaction once the commit marker has;
 * until then a fetch answers with the one before. Whether the topics exist, and whether the
 * partition was added to the transaction, is the broker's to ask.
 */
import type { RequestOf, ResponseOf } from '../../protocol/api'
import type { offsetCommit } from '../../protocol/apis/offset-commit'
import type { offsetFetch } from '../../protocol/apis/offset-fetch'
import type { txnOffsetCommit } from '../../protocol/apis/txn-offset-commit'
import { type KafkaErrorName, errorCode } from '../../protocol/errors'
import type { CoordinatorRecord } from '../coordinator-log'
import type { ClassicGroup } from './classic-group'
import { type Commit, checkCommit } from './commit-checks'
import { offsetRecord } from './group-records'
import type { Rebalances } from './rebalances'
import { refusedOffsetCommit, refusedOffsetFetch, refusedTxnOffsetCommit } from './refusals'
import type { Shard } from './shard'

type CommitRequest = RequestOf<typeof offsetCommit>
type CommitResponse = ResponseOf<typeof offsetCommit>
type TxnCommitRequest = RequestOf<typeof txnOffsetCommit>
type TxnCommitResponse = ResponseOf<typeof txnOffsetCommit>
type FetchResponse = ResponseOf<typeof offsetFetch>

const noOffset = -1

export class Committing {
  constructor(
    private readonly shard: Shard,
    private readonly rebalances: Rebalances,
  ) {}

  /** A member that commits has shown that it is alive, except while it waits for its assignment. */
  commit(request: CommitRequest, reply: (response: CommitResponse) => void): void {
    const { memberId, generationId } = request
    const found = this.findGroup(request.groupId, { memberId, generationId, kind: 'plain' })
    if (found.group === undefined) return reply(refusedOffsetCommit(request, found.error))
    const member = found.group.members.get(memberId)
    if (member !== undefined) this.rebalances.expectHeartbeat(found.group, member)
    const { topics, records } = this.checkPartitions(request)
    this.shard.writes.append({
      records,
      done: (error) =>
        reply(
          error === 'NONE' ? { throttleTimeMs: 0, topics } : refusedOffsetCommit(request, error),
        ),
      refused: () => this.takeBack(found),
    })
  }

  /** This version of the API names neither member nor generation, so no group refuses it. */
  commitInTransaction(
    request: TxnCommitRequest,
    reply: (response: TxnCommitResponse) => void,
  ): void {
    if (request.groupId === '') return reply(refusedTxnOffsetCommit(request, 'INVALID_GROUP_ID'))
    const commit: Commit = { memberId: '', generationId: -1, kind: 'transactional' }
    const found = this.findGroup(request.groupId, commit)
    if (found.group === undefined) return reply(refusedTxnOffsetCommit(request, found.error))
    const { topics, records } = this.checkPartitions(request)
    this.shard.writes.append({
      records,
      producer: { id: request.producerId, epoch: request.producerEpoch },
      done: (error) =>
        reply(
          error === 'NONE' ? { throttleTimeMs: 0, topics } : refusedTxnOffsetCommit(request, error),
        ),
      refused: () => this.takeBack(found),
    })
  }

  /** A commit from outside makes the group if need be: it then has offsets but no members. */
  private findGroup(groupId: string, commit: Commit): Found {
    const known = this.shard.groups.find(groupId)
    if (known === undefined) {
      if (commit.generationId >= 0) return { group: undefined, error: 'ILLEGAL_GENERATION' }
      return { group: this.shard.groups.create(groupId), origin: 'new' }
    }
    const error = checkCommit(known, commit)
    return error === 'NONE' ? { group: known, origin: 'known' } : { group: undefined, error }
  }

  /** The log refused the records of a group that was made for them. */
  private takeBack(found: Found): void {
    if (found.group === undefined || found.origin === 'known') return
    const { groupId, members, pendingJoin } = found.group
    if (members.size === 0 && pendingJoin.size === 0) this.shard.groups.forget(groupId)
  }

  private checkPartitions({ groupId, topics }: CommitRequest | TxnCommitRequest) {
    const records: CoordinatorRecord[] = []
    const commitTimestampMs = this.shard.timers.now()
    const answered = topics.map(({ topic, partitions }) => ({
      topic,
      partitions: partitions.map(({ partition, offset, metadata }) => {
        const text = metadata === null ? '' : metadata
        if (text.length > this.shard.options.offsetMetadataMaxBytes) {
          return { partition, errorCode: errorCode('OFFSET_METADATA_TOO_LARGE') }
        }
        const value = { offset, metadata: text, commitTimestampMs }
        records.push(offsetRecord(groupId, { topic, partition }, value))
        return { partition, errorCode: 0 }
      }),
    }))
    return { topics: answered, records }
  }

  /** Reads only what is there to stay, and so need not wait for anything. */
  fetch(request: RequestOf<typeof offsetFetch>, reply: (response: FetchResponse) => void): void {
    const committed = this.shard.offsets.committed.topicsOf(request.groupId)
    const wanted =
      request.topics === null
        ? [...committed].map(([topic, offsets]) => ({ topic, partitions: [...offsets.keys()] }))
        : request.topics
    const topics = wanted.map(({ topic, partitions }) => ({
      topic,
      partitions: partitions.map((partition) => {
        const found = committed.get(topic)?.get(partition)
        if (found === undefined) return { partition, offset: noOffset, metadata: '', errorCode: 0 }
        return { partition, offset: found.offset, metadata: found.metadata, errorCode: 0 }
      }),
    }))
    reply({ ...refusedOffsetFetch('NONE'), topics })
  }
}

type Found =
  { group: ClassicGroup; origin: 'known' | 'new' } | { group: undefined; error: KafkaErrorName }
