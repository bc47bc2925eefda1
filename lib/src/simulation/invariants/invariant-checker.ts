/**
 * Watches a whole simulated cluster and asserts, after every event of its queue, what may never be
 * broken: each invariant is a function in a file of its own. Work is proportional to what an event
 * has touched: batches are looked at once per replica, partitions when a log of theirs, the
 * controller or one of their brokers has moved.
 */
import { partitionKey } from '../broker/partition'
import type { LogWatcher } from '../log/log-watcher'
import type { PartitionLog } from '../log/partition-log'
import type { MetadataImage, PartitionImage, TopicImage } from '../metadata-image'
import { setting, topicSetting, type Settings } from '../settings'
import type { StoredBatch } from '../stored-batch'
import { markersAgree, transactionsEndWhole } from './atomic-visibility'
import { BrokenInvariant } from './broken-invariant'
import { gapFreeSequences } from './gap-free-sequences'
import { groupOffsetsExist, noteGroupOffsets } from './group-offsets-exist'
import { highWatermarkMonotonic } from './high-watermark-monotonic'
import { lastStableOffset } from './last-stable-offset'
import { leaderCandidateCompleteness } from './leader-candidate-completeness'
import { leaderCompleteness } from './leader-completeness'
import { leaderInIsr } from './leader-in-isr'
import { logMatching } from './log-matching'
import { noCommittedRecordLost } from './no-committed-record-lost'
import { noFencedAppend } from './no-fenced-append'
import { ObservedPartition, type ClusterView, type PartitionRules } from './observed-partition'
import { ObservedReplica } from './observed-replica'
import { ObservedTransactions, statesOf } from './observed-transactions'
import { noHangingTransaction, oneOpenTransaction } from './one-open-transaction'
import { replicationQuorumSuperset } from './replication-quorum-superset'
import { validControllerState } from './valid-controller-state'
import { validFetcherState } from './valid-fetcher-state'
import { validHighWatermark } from './valid-high-watermark'
import { validIsrState } from './valid-isr-state'

/** Of a batch that a replica is about to take, in this order. */
const ofBatches = {
  'no append by a fenced epoch': noFencedAppend,
  'log matching': logMatching,
  'gap-free sequences': gapFreeSequences,
}

/** Of a partition that an event has touched; what says most comes first. */
const ofPartitions = {
  'no committed record lost': noCommittedRecordLost,
  'no committed offset beyond the log end': groupOffsetsExist,
  'leader completeness': leaderCompleteness,
  'leader candidate completeness': leaderCandidateCompleteness,
  'replication quorum superset': replicationQuorumSuperset,
  'valid ISR state': validIsrState,
  'valid fetcher state': validFetcherState,
}

const groupsTopic = '__consumer_offsets'
const transactionsTopic = '__transaction_state'

export interface CheckerOptions {
  view: ClusterView
  settings: Settings
  seed: number
}

export class InvariantChecker {
  private readonly partitions = new Map<string, ObservedPartition>()
  private readonly touchedPartitions = new Set<ObservedPartition>()
  private readonly touchedReplicas = new Map<ObservedReplica, ObservedPartition>()
  private readonly transactions = new ObservedTransactions()
  /** Nothing is promised about transactions any more once committed records may be lost. */
  private transactional: 'asserted' | 'suspended' = 'asserted'
  private readonly verification: 'on' | 'off'
  private image: MetadataImage = { version: 0, brokers: new Map(), topics: new Map() }
  private events = 0
  private broken: { invariant: string; what: string } | undefined

  constructor(private readonly options: CheckerOptions) {
    const { settings } = options
    const isOn = setting(settings, 'transaction.partition.verification.enable')
    this.verification = isOn ? 'on' : 'off'
  }

  /**
   * To be called after every event.
   * @throws {BrokenInvariant} for the first invariant that the event broke
   */
  afterEvent(): void {
    this.events += 1
    if (this.touchedPartitions.size > 0) {
      for (const partition of this.touchedPartitions) this.lookAtPartition(partition)
      this.touchedPartitions.clear()
    }
    if (this.touchedReplicas.size > 0) {
      for (const [replica, partition] of this.touchedReplicas)
        this.lookAtReplica(partition, replica)
      this.touchedReplicas.clear()
    }
    const { broken, events } = this
    if (broken !== undefined) {
      throw new BrokenInvariant({ ...broken, seed: this.options.seed, event: events })
    }
  }

  /** A broker's disk has a log of a partition from now on. */
  watch(broker: number, topic: string, index: number, log: PartitionLog): LogWatcher | undefined {
    const partition = this.partitions.get(partitionKey(topic, index))
    if (partition === undefined) return undefined
    const replica = new ObservedReplica(broker, log)
    // Made anew where one was: the disk, or what was on it, is gone.
    if (partition.replicas.has(broker)) replica.tail = 'cut'
    partition.replicas.set(broker, replica)
    return {
      appended: (batch) => this.appended(partition, replica, batch),
      rebuilt: () => {
        replica.rebuild()
        this.touch(partition, replica)
      },
      moved: () => this.moved(partition, replica),
    }
  }

  /** The controller has decided something; to be called with every image. */
  decided(image: MetadataImage): void {
    const before = this.image
    this.image = image
    for (const topic of before.topics.values()) {
      if (image.topics.get(topic.name)?.id === topic.id) continue
      for (const index of topic.partitions.keys()) {
        this.partitions.delete(partitionKey(topic.name, index))
      }
    }
    for (const topic of image.topics.values()) {
      const known = before.topics.get(topic.name)
      if (known === topic) continue
      for (const [index, partition] of topic.partitions.entries()) {
        this.decidedPartition(topic, index, partition)
      }
    }
  }

  /** A broker has heard from the controller and may lead, or wait for, something else. */
  heard(): void {
    for (const partition of this.partitions.values()) this.touchedPartitions.add(partition)
  }

  /** To be called when it is done; `power`: what was not flushed is gone. */
  died(broker: number, of: 'kill' | 'power loss'): void {
    const epoch = this.image.brokers.get(broker)?.epoch ?? -1
    for (const partition of this.partitions.values()) {
      const replica = partition.replicas.get(broker)
      if (replica === undefined) continue
      partition.uncleanShutdowns.set(broker, epoch)
      if (of === 'power loss') replica.tail = 'cut'
      replica.reached = undefined
      this.touchedPartitions.add(partition)
    }
  }

  private touch(partition: ObservedPartition, replica: ObservedReplica): void {
    this.touchedReplicas.set(replica, partition)
    this.touchedPartitions.add(partition)
  }

  private appended(
    partition: ObservedPartition,
    replica: ObservedReplica,
    batch: StoredBatch,
  ): void {
    const isNew = !partition.written.has(batch)
    for (const [invariant, check] of Object.entries(ofBatches)) {
      this.expect(invariant, check(partition, replica, batch))
    }
    if (isNew && partition.topic === transactionsTopic) this.transactions.written(batch)
    replica.take(batch)
    this.touch(partition, replica)
  }

  private moved(partition: ObservedPartition, replica: ObservedReplica): void {
    this.touch(partition, replica)
    const leadership = partition.leadershipOf(replica.broker)
    if (leadership === undefined || leadership.leaderEpoch < partition.uncleanEpoch) return
    const { highWatermark } = replica.log
    for (const batch of partition.commitUpTo(highWatermark, replica)) {
      this.committed(partition, batch)
    }
  }

  private committed(partition: ObservedPartition, batch: StoredBatch): void {
    const { topic } = partition
    if (batch.producerId >= 0 && batch.transactional) {
      this.committedInTransaction(partition, batch)
    }
    if (topic === transactionsTopic) this.committedStates(batch)
    if (topic === groupsTopic) {
      noteGroupOffsets(batch, (name, index) => this.partitions.get(partitionKey(name, index)))
    }
  }

  private committedInTransaction(partition: ObservedPartition, batch: StoredBatch): void {
    const { producerId, control } = batch
    const { openCommitted } = partition
    if (this.transactional === 'asserted') {
      this.expect('at most one open transaction', oneOpenTransaction(partition, batch))
    }
    const torn = this.tornBy(partition, batch)
    if (control !== undefined) openCommitted.delete(producerId)
    else if (!openCommitted.has(producerId)) openCommitted.set(producerId, batch)
    if (this.transactional === 'suspended') return
    this.expect('atomic visibility of transactions', torn)
    if (this.verification === 'off') return
    const hanging = noHangingTransaction(partition, this.transactions, batch)
    this.expect('at most one open transaction', hanging)
  }

  /** A marker for nothing decides nothing, however late it comes. */
  private tornBy(partition: ObservedPartition, batch: StoredBatch): string | undefined {
    if (this.transactional === 'suspended') return undefined
    if (!partition.openCommitted.has(batch.producerId)) return undefined
    return markersAgree(partition, this.transactions, batch)
  }

  private committedStates(batch: StoredBatch): void {
    if (this.transactional === 'suspended') return
    for (const { transactionalId, value } of statesOf(batch)) {
      if (value === null) continue
      const torn = transactionsEndWhole(this.transactions, { transactionalId, value }, (key) =>
        this.partitions.get(key),
      )
      this.expect('atomic visibility of transactions', torn)
      if (/^(Complete|Empty)/.test(value.state)) this.transactions.ended(value)
    }
  }

  private decidedPartition(topic: TopicImage, index: number, image: PartitionImage): void {
    const key = partitionKey(topic.name, index)
    const rules = this.rulesFor(topic, image)
    let partition = this.partitions.get(key)
    const before = partition?.image
    if (partition === undefined) {
      partition = new ObservedPartition(topic.name, index, image, rules, this.options.view)
      this.partitions.set(key, partition)
    }
    partition.rules = rules
    this.touchedPartitions.add(partition)
    if (before === image) return
    this.expect('leader in ISR', withKey(key, leaderInIsr(image)))
    const invalid = validControllerState(before, image, this.image)
    this.expect('valid controller state', withKey(key, invalid))
    partition.image = image
    partition.elected.set(image.leaderEpoch, image.leader)
    const isUnclean =
      before !== undefined && ![-1, ...before.isr, ...before.elr].includes(image.leader)
    if (isUnclean && rules.uncleanElections === 'allowed') {
      partition.completeness = 'suspended'
      partition.uncleanEpoch = image.leaderEpoch
      this.transactional = 'suspended'
    }
    this.welcomeBack(partition)
  }

  /** Who is in the ISR again with all that is committed counts as if it had never died. */
  private welcomeBack(partition: ObservedPartition): void {
    for (const [broker, epoch] of partition.uncleanShutdowns) {
      const replica = partition.replicas.get(broker)
      const isNewLife = (this.image.brokers.get(broker)?.epoch ?? -1) > epoch
      if (!isNewLife || !partition.image.isr.includes(broker)) continue
      if (replica === undefined || !partition.hasCommitted(replica)) continue
      partition.uncleanShutdowns.delete(broker)
      replica.tail = 'whole'
    }
  }

  private lookAtReplica(partition: ObservedPartition, replica: ObservedReplica): void {
    const { log, broker } = replica
    const leadership = partition.leadershipOf(broker)
    if (replica.reached?.leadership !== leadership) replica.reached = undefined
    const { key } = partition
    const invalid = validHighWatermark(partition, replica)
    this.expect('valid high watermark', withKey(key, invalid))
    const backwards = highWatermarkMonotonic(replica)
    this.expect('high watermark monotonic per leader epoch', withKey(key, backwards))
    this.expect('last stable offset', withKey(key, lastStableOffset(replica)))
    if (leadership === undefined) return
    const { highWatermark, lastStableOffset: stable } = log
    replica.reached = { leadership, highWatermark, lastStableOffset: stable }
  }

  private lookAtPartition(partition: ObservedPartition): void {
    const { leader, completeness, mayHaveLost } = partition
    if (leader !== undefined) {
      const mayLack = completeness === 'suspended' || mayHaveLost
      if (mayLack && !partition.hasCommitted(leader.replica)) {
        partition.acceptLoss(leader)
        this.transactional = 'suspended'
      }
      partition.completeness = 'asserted'
    }
    for (const [invariant, check] of Object.entries(ofPartitions)) {
      this.expect(invariant, withKey(partition.key, check(partition)))
    }
  }

  private rulesFor({ config, partitions }: TopicImage, image: PartitionImage): PartitionRules {
    const { settings } = this.options
    const minimum = topicSetting(config, settings, 'min.insync.replicas')
    const factor = partitions[0]?.replicas.length ?? image.replicas.length
    const hasElr = setting(settings, 'eligible.leader.replicas.version') !== 0
    const isUnclean = topicSetting(config, settings, 'unclean.leader.election.enable')
    return {
      minInSyncReplicas: Math.min(minimum, factor),
      eligibleLeaderReplicas: hasElr ? 'on' : 'off',
      uncleanElections: isUnclean ? 'allowed' : 'refused',
    }
  }

  /** The first violation is the one to report; what comes after it may follow from it. */
  private expect(invariant: string, what: string | undefined): void {
    if (what !== undefined) this.broken ??= { invariant, what }
  }
}

function withKey(key: string, what: string | undefined): string | undefined {
  return what === undefined ? undefined : `${key}: ${what}`
}
