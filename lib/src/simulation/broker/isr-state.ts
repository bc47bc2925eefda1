/**
 * The in-sync replicas as the leader sees them: what the controller has committed, and at most one
 * change that the leader has proposed and not yet heard about. While a replica is being added, the
 * high watermark already waits for it: the controller may have elected it by then
 * (`PartitionState` in `Partition.scala`, KIP-497).
 */
import type { KafkaErrorName } from '../../protocol/errors'
import type { PartitionImage } from '../metadata-image'

/** The controller's answer to AlterPartition. */
export type AlterPartitionResult =
  | { error: 'NONE'; isr: readonly number[]; partitionEpoch: number; leaderEpoch: number }
  | { error: Exclude<KafkaErrorName, 'NONE'> }

export interface IsrProposal {
  leaderEpoch: number
  partitionEpoch: number
  newIsr: readonly number[]
}

/** With these the controller says that the proposal was not applied. */
const notApplied: readonly KafkaErrorName[] = ['OPERATION_NOT_ATTEMPTED', 'INELIGIBLE_REPLICA']
/** With these the leader is behind: what holds comes with the next image. */
const outdated: readonly KafkaErrorName[] = [
  'UNKNOWN_TOPIC_OR_PARTITION',
  'UNKNOWN_TOPIC_ID',
  'FENCED_LEADER_EPOCH',
  'INVALID_UPDATE_VERSION',
  'INVALID_REQUEST',
  'NEW_LEADER_ELECTED',
]

export class IsrState {
  committed: readonly number[]
  /** As committed, with a replica that is being added. */
  maximal: readonly number[]
  private partitionEpoch: number
  private pending: IsrProposal | undefined

  constructor(image: PartitionImage) {
    this.committed = image.isr
    this.maximal = image.isr
    this.partitionEpoch = image.partitionEpoch
  }

  get isChanging(): boolean {
    return this.pending !== undefined
  }

  /** @returns whether anything is new */
  apply(image: Pick<PartitionImage, 'isr' | 'partitionEpoch'>): boolean {
    if (image.partitionEpoch <= this.partitionEpoch) return false
    this.commit(image.isr, image.partitionEpoch)
    return true
  }

  propose(newIsr: readonly number[], leaderEpoch: number): IsrProposal {
    this.pending = { leaderEpoch, partitionEpoch: this.partitionEpoch, newIsr }
    const added = newIsr.filter((id) => !this.committed.includes(id))
    this.maximal = [...this.committed, ...added]
    return this.pending
  }

  /** @returns what to do about the proposal: it is settled, it waits for an image, send it again */
  answer(proposal: IsrProposal, result: AlterPartitionResult): 'settled' | 'waiting' | 'again' {
    if (this.pending !== proposal) return 'settled'
    if (result.error === 'NONE') {
      if (result.leaderEpoch !== proposal.leaderEpoch) return 'waiting'
      if (result.partitionEpoch < this.partitionEpoch) return 'waiting'
      this.commit(result.isr, result.partitionEpoch)
      return 'settled'
    }
    if (notApplied.includes(result.error)) {
      this.commit(this.committed, this.partitionEpoch)
      return 'settled'
    }
    return outdated.includes(result.error) ? 'waiting' : 'again'
  }

  private commit(isr: readonly number[], partitionEpoch: number): void {
    this.committed = isr
    this.maximal = isr
    this.partitionEpoch = partitionEpoch
    this.pending = undefined
  }
}
