/**
 * Who may commit offsets, as a table: the first rule that fits decides
 * (`ClassicGroup.validateOffsetCommit`). Which member owns a partition is never checked, and a
 * commit during PreparingRebalance is accepted, so that members can save their work before they
 * join again.
 */
import type { KafkaErrorName } from '../../protocol/errors'
import type { ClassicGroup } from './classic-group'

export interface Commit {
  /** Empty from outside the group. */
  readonly memberId: string
  /** -1 from outside the group. */
  readonly generationId: number
  /** Transactional commits may lack member and generation, and ignore the state (KIP-447). */
  readonly kind: 'plain' | 'transactional'
}

interface Rule {
  fits(group: ClassicGroup, commit: Commit): boolean
  answer: KafkaErrorName
}

const namesMember = ({ memberId, generationId }: Commit) => generationId >= 0 || memberId !== ''

const rules: readonly Rule[] = [
  {
    fits: (group) => group.state === 'Dead',
    answer: 'COORDINATOR_NOT_AVAILABLE',
  },
  {
    fits: (group, commit) => commit.generationId < 0 && group.state === 'Empty',
    answer: 'NONE',
  },
  {
    fits: (group, commit) => namesMember(commit) && !group.members.has(commit.memberId),
    answer: 'UNKNOWN_MEMBER_ID',
  },
  {
    fits: (group, commit) => namesMember(commit) && commit.generationId !== group.generationId,
    answer: 'ILLEGAL_GENERATION',
  },
  {
    fits: (group, commit) =>
      !namesMember(commit) && commit.kind === 'plain' && group.state !== 'Empty',
    answer: 'UNKNOWN_MEMBER_ID',
  },
  {
    fits: (group, commit) => commit.kind === 'plain' && group.state === 'CompletingRebalance',
    answer: 'REBALANCE_IN_PROGRESS',
  },
]

/** `NONE` when the commit may be written. */
export function checkCommit(group: ClassicGroup, commit: Commit): KafkaErrorName {
  return rules.find((rule) => rule.fits(group, commit))?.answer ?? 'NONE'
}
