import assert from 'node:assert/strict'
import type { KafkaErrorName } from '../../../../lib/src/protocol/errors'
import { ClassicGroup, type GroupState } from '../../../../lib/src/simulation/groups/classic-group'
import { type Commit, checkCommit } from '../../../../lib/src/simulation/groups/commit-checks'
import { emptyAssignment } from '../../../../lib/src/simulation/groups/group-member'
import { ManualTimers } from './manual-timers'

// Every state against every kind of commit, in Kafka's order of checks; the group is in generation 3.
const states = ['Empty', 'PreparingRebalance', 'CompletingRebalance', 'Stable', 'Dead'] as const

type Row = [who: string, commit: Omit<Commit, 'kind'>, answers: Record<GroupState, KafkaErrorName>]

const outside = { memberId: '', generationId: -1 }
const dead = { Dead: 'COORDINATOR_NOT_AVAILABLE' } as const

function same(answer: KafkaErrorName) {
  return { PreparingRebalance: answer, CompletingRebalance: answer, Stable: answer, ...dead }
}

const plain: Row[] = [
  ['from outside the group', outside, { Empty: 'NONE', ...same('UNKNOWN_MEMBER_ID') }],
  [
    'of a member',
    { memberId: 'a', generationId: 3 },
    { Empty: 'UNKNOWN_MEMBER_ID', ...same('NONE'), CompletingRebalance: 'REBALANCE_IN_PROGRESS' },
  ],
  [
    'of a member in a generation that is over',
    { memberId: 'a', generationId: 2 },
    { Empty: 'UNKNOWN_MEMBER_ID', ...same('ILLEGAL_GENERATION') },
  ],
  [
    'of a member that names no generation',
    { memberId: 'a', generationId: -1 },
    { Empty: 'NONE', ...same('ILLEGAL_GENERATION') },
  ],
  [
    'of a member that was removed',
    { memberId: 'gone', generationId: 3 },
    { Empty: 'UNKNOWN_MEMBER_ID', ...same('UNKNOWN_MEMBER_ID') },
  ],
  [
    'of a removed member in a generation that is over',
    { memberId: 'gone', generationId: 2 },
    { Empty: 'UNKNOWN_MEMBER_ID', ...same('UNKNOWN_MEMBER_ID') },
  ],
  [
    'with a generation and no member',
    { memberId: '', generationId: 3 },
    { Empty: 'UNKNOWN_MEMBER_ID', ...same('UNKNOWN_MEMBER_ID') },
  ],
]

const transactional: Row[] = [
  ['without member and generation', outside, { Empty: 'NONE', ...same('NONE') }],
  [
    'of a member',
    { memberId: 'a', generationId: 3 },
    { Empty: 'UNKNOWN_MEMBER_ID', ...same('NONE') },
  ],
  [
    'of a member in a generation that is over',
    { memberId: 'a', generationId: 2 },
    { Empty: 'UNKNOWN_MEMBER_ID', ...same('ILLEGAL_GENERATION') },
  ],
  [
    'of a member that was removed',
    { memberId: 'gone', generationId: 3 },
    { Empty: 'UNKNOWN_MEMBER_ID', ...same('UNKNOWN_MEMBER_ID') },
  ],
]

function groupIn(state: GroupState): ClassicGroup {
  const group = new ClassicGroup('g', new ManualTimers())
  if (state !== 'Empty') {
    group.add({
      memberId: 'a',
      clientId: 'a',
      clientHost: '/127.0.0.1',
      rebalanceTimeoutMs: 60_000,
      sessionTimeoutMs: 10_000,
      protocolType: 'consumer',
      protocols: [{ name: 'range', metadata: emptyAssignment }],
      assignment: emptyAssignment,
      isNew: false,
      awaitingJoin: undefined,
      awaitingSync: undefined,
    })
  }
  group.generationId = 3
  group.state = state
  return group
}

describe('a commit of offsets', () => {
  for (const kind of ['plain', 'transactional'] as const) {
    for (const [who, commit, answers] of kind === 'plain' ? plain : transactional) {
      for (const state of states) {
        it(`${who} (${kind}) in a group that is ${state}: ${answers[state]}`, () => {
          assert.equal(checkCommit(groupIn(state), { ...commit, kind }), answers[state])
        })
      }
    }
  }
})
