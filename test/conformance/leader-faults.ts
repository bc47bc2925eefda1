/**
 * The leader of orders-0 dies at a Produce. Whether its last records had reached the followers is
 * decided by the plan: either they have time to (200 ms: a follower's next Fetch is never further
 * away than that), or they stand still from well before the append until after the death.
 */
import {
  followersOf,
  kill,
  leaderOf,
  pause,
  request,
  response,
  restart,
  resume,
  sleep,
} from '../../lib/src/faults'
import type { Fault } from '../../lib/src/history/plan'
import type { Chance } from './chance'
import { optional } from './generate-faults'

export const replicationMs = 200
/** As in the facts: a Fetch that waits at the leader is answered by then. */
const standstillMs = 300

/** Longer than broker.session.timeout.ms: by then another broker leads. */
export const failoverMs = 2000

export function leaderFaults(chance: Chance, acks: number, values: string[]): Fault[] {
  const value = values[chance.integer(1, values.length - 2)]!
  const asked = request('Produce', { value, nth: 1 })
  const answered = response('Produce', { value, nth: 1 })
  const comesBack = chance.happens(0.5) ? [sleep(failoverMs), restart(1)] : []
  const ways: (() => Fault[])[] = [
    () => [optional(asked, sleep(replicationMs), kill(leaderOf('orders')), ...comesBack)],
    () => [optional(answered, sleep(replicationMs), kill(1), ...comesBack)],
  ]
  const unreplicated = () => [
    optional(asked, sleep(replicationMs), pause(followersOf('orders')), sleep(standstillMs)),
    optional(answered, kill(1), resume(2), resume(3), ...comesBack),
  ]
  // With acks=-1 there is no answer while the followers stand still: the app sends it again.
  const unacknowledged = () => [
    optional(asked, sleep(replicationMs), pause(followersOf('orders')), sleep(standstillMs)),
    optional(request('Produce', { value, nth: 2 }), kill(1), resume(2), resume(3), ...comesBack),
  ]
  const standing = acks === 1 ? unreplicated : unacknowledged
  ways.push(standing, standing, standing)
  return chance.pick(ways)()
}
