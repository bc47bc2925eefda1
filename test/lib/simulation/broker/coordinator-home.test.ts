/** How coordinators come and go with the leadership of their partitions. */
import assert from 'node:assert/strict'
import { CoordinatorHome } from '../../../../lib/src/simulation/broker/coordinator-home'
import type { ReplicatedLog } from '../../../../lib/src/simulation/broker/replicated-log'
import { EventQueue } from '../../../../lib/src/simulation/event-queue'
import { imageOf, logOf, partitionOn } from './logs'

function make(records: Record<number, string>) {
  const queue = new EventQueue()
  const heard: string[] = []
  const logs: ReplicatedLog[] = []
  const home = new CoordinatorHome({
    topic: 'orders',
    timers: queue,
    startedAtMs: 0,
    timeoutMs: Infinity,
    create: (log, epoch) => {
      logs.push(log)
      return {
        loaded: () => heard.push(`loaded ${epoch}`),
        resign: () => heard.push(`resigned ${epoch}`),
      }
    },
    replay: (_coordinator, { log }) => heard.push(`replayed ${log.endOffset}`),
  })
  const partition = partitionOn(1, logOf(records), queue)
  const lead = (leader: number, leaderEpoch: number) => {
    partition.apply(imageOf({ isr: [1], leader, leaderEpoch }), 1)
    home.leaderEpochChanged(partition)
  }
  const run = () => {
    while (queue.runNext(Infinity));
  }
  return { heard, home, lead, run, logs }
}

describe('A coordinator', () => {
  it('serves at once where its partition is empty', () => {
    const { heard, home, lead } = make({})
    lead(1, 1)
    assert.deepEqual(heard, ['replayed 0', 'loaded 1'])
    assert.equal(home.at(0)?.state, 'loaded')
  })

  it('reads what is there before it serves', () => {
    const { heard, home, lead, run } = make({ 1: 'ab' })
    lead(1, 2)
    assert.equal(home.at(0)?.state, 'loading')
    run()
    assert.deepEqual(heard, ['replayed 2', 'loaded 2'])
  })

  it('resigns when its partition gets another leader, and is not loaded then', () => {
    const { heard, home, lead, run } = make({ 1: 'ab' })
    lead(1, 2)
    lead(2, 3)
    run()
    assert.deepEqual(heard, ['resigned 2'])
    assert.equal(home.at(0), undefined)
  })

  it('of an earlier leadership cannot write under a later one', () => {
    const { lead, logs } = make({})
    lead(1, 1)
    lead(1, 2)
    const errors: string[] = []
    for (const log of logs) log.append([{ key: 'k', value: 'v' }], (error) => errors.push(error))
    assert.deepEqual(errors, ['NOT_LEADER_OR_FOLLOWER', 'NONE'])
  })
})
