/**
 * What must come true by itself once all faults are over: the cluster is whole, every partition
 * takes writes, no transaction hangs, groups become stable with whoever joins them.
 */
import assert from 'node:assert/strict'
import { describeTransactions } from '../../../../lib/src/protocol/apis/describe-transactions'
import { electLeaders } from '../../../../lib/src/protocol/apis/elect-leaders'
import { listOffsets } from '../../../../lib/src/protocol/apis/list-offsets'
import { produce } from '../../../../lib/src/protocol/apis/produce'
import { batchOf, outcomeOf } from '../cluster/model-client'
import { MemberClient } from './member-client'
import { keepsRecords, verifiesTransactions, type Place, type Plan } from './plan'
import type { World } from './world'

const limitMs = 20_000

export function requireLiveness(world: World, plan: Plan): void {
  becomesWhole(world)
  const waits: Wait[] = [...placesOf(plan).map((place) => takesWrites(world, place))]
  for (const id of transactionalIds(plan)) waits.push(comesToRest(world, id))
  for (const group of groups(plan)) waits.push(letsIn(world, group))
  waitFor(world, waits)
  // A marker that was lost with its transaction's end already logged comes never again.
  if (!keepsRecords(plan) || !verifiesTransactions(plan)) return
  waitFor(
    world,
    placesOf(plan).map((place) => hasNothingUnstable(world, place)),
  )
}

interface Wait {
  what: string
  isOver: () => boolean
}

function waitFor(world: World, waits: Wait[]): void {
  const endMs = world.cluster.now() + limitMs
  world.runWhile(endMs, () => waits.some(({ isOver }) => !isOver()))
  const left = waits.filter(({ isOver }) => !isOver()).map(({ what }) => what)
  assert.deepEqual(left, [], `not after ${limitMs} ms without faults`)
}

function becomesWhole(world: World): void {
  const { cluster } = world
  let over = false
  const elect = (): void => {
    if (over) return
    world.ask(1, electLeaders, { topicPartitions: null, timeoutMs: 300 }, () => undefined)
    world.after(200, elect)
  }
  elect()
  waitFor(world, [{ what: 'the cluster is whole', isOver: () => cluster.isWhole() }])
  over = true
}

function takesWrites(world: World, { topic, partition }: Place): Wait {
  let done = false
  const attempt = (broker: number): void => {
    const records = batchOf(['last'])
    const topics = [{ topic, partitions: [{ partition, records }] }]
    const request = { transactionalId: null, acks: -1, timeoutMs: 300, topics }
    world.ask(broker, produce, request, (response) => {
      done = response !== 'no answer' && outcomeOf(response).startsWith('NONE@')
      if (!done) world.after(20, () => attempt((broker % 3) + 1))
    })
  }
  attempt(1)
  return { what: `${topic}-${partition} takes writes`, isOver: () => done }
}

function comesToRest(world: World, id: string): Wait {
  let done = false
  const attempt = (broker: number): void => {
    world.ask(broker, describeTransactions, { transactionalIds: [id] }, (response) => {
      const [state] = response === 'no answer' ? [] : response.transactionStates
      const rests = state?.errorCode === 0 && /Complete|Empty/.test(state.transactionState)
      // Nobody ever began: TRANSACTIONAL_ID_NOT_FOUND.
      done = rests || state?.errorCode === 105
      if (!done) world.after(50, () => attempt((broker % 3) + 1))
    })
  }
  attempt(3)
  return { what: `transaction ${id} is at rest`, isOver: () => done }
}

function letsIn(world: World, group: string): Wait {
  const member = new MemberClient(world, group, 800)
  member.join()
  return { what: `group ${group} lets a member in`, isOver: () => member.isMember }
}

/** read_committed reads as far as anybody. */
function hasNothingUnstable(world: World, { topic, partition }: Place): Wait {
  let done = false
  const ends: number[] = []
  const attempt = (broker: number): void => {
    for (const isolationLevel of [0, 1]) {
      const topics = [{ topic, partitions: [{ partition, timestamp: -1 }] }]
      world.ask(broker, listOffsets, { replicaId: -1, isolationLevel, topics }, (response) => {
        const found = response === 'no answer' ? undefined : response.topics[0]?.partitions[0]
        ends[isolationLevel] = found?.errorCode === 0 ? found.offset : -1 - isolationLevel
        if (isolationLevel === 0) return
        done = ends[0] === ends[1]
        if (!done) world.after(50, () => attempt((broker % 3) + 1))
      })
    }
  }
  attempt(1)
  return { what: `nothing in ${topic}-${partition} is undecided`, isOver: () => done }
}

export function placesOf({ topics }: Plan): Place[] {
  return topics.flatMap(({ name, assignment }) =>
    assignment.map((_, partition) => ({ topic: name, partition })),
  )
}

function transactionalIds({ clients }: Plan): string[] {
  const ids = clients.flatMap((each) =>
    each.kind === 'transactional' ? [each.transactionalId] : [],
  )
  return [...new Set(ids)]
}

function groups({ clients }: Plan): string[] {
  return [...new Set(clients.flatMap((each) => (each.kind === 'member' ? [each.group] : [])))]
}
