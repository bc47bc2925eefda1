/**
 * Faults of generated plans, each forced at one frame, effect or store write. They are named by
 * what the frame carries (a value, a transaction's end), never by a count that depends on time:
 * `nth` on requests that kafkajs repeats until the cluster is ready would be one.
 */
import {
  crash,
  delay,
  disconnect,
  drop,
  duplicate,
  effect,
  holdUntil,
  on,
  request,
  resendAt,
  response,
  stored,
} from '../../lib/src/faults'
import type { Act, Fault, FrameMatch, Point } from '../../lib/src/history/plan'
import type { Chance } from './chance'

/** Well below and well above the apps' requestTimeout. */
const shortMs = 30
export const requestTimeoutMs = 600
const longMs = 900

/** A frame that a fault may strike, and what may be done to it. */
export interface Target {
  api: string
  match: FrameMatch
  /** Whether the app sends it again when no answer comes: then it can be held until that. */
  repeated?: 'sent again' | 'sent once'
  /** A later point at which a copy may arrive without racing with what the app does then. */
  copyAt?: Point
  /** Acts that would make the run wait longer than its timeouts are meant to last. */
  without?: readonly Act['act'][]
}

/** A generated fault need not fire: an earlier one may have led the app elsewhere. */
export function optional(point: Point, ...acts: Act[]): Fault {
  return { ...on(point, ...acts), optional: true }
}

/** One of the acts that real Kafka allows at this frame. */
export function frameFault(chance: Chance, target: Target): Fault {
  const { api, match, repeated = 'sent once', copyAt, without = [] } = target
  const again = request(api, { ...match, nth: (match.nth ?? 1) + 1 })
  const both: Act[] = [drop(), disconnect(), disconnect(), delay(chance.pick([shortMs, longMs]))]
  if (repeated === 'sent again') both.push(holdUntil(again))
  const atRequest: Act[] = [...both, duplicate()]
  if (copyAt) atRequest.push(resendAt(copyAt), resendAt(copyAt))
  const side = chance.pick(['request', 'response'] as const)
  const acts = (side === 'request' ? atRequest : both).filter(({ act }) => !without.includes(act))
  const point = side === 'request' ? request : response
  return optional(point(api, { nth: 1, ...match }), chance.pick(acts))
}

/** The app dies as the frame leaves it, or as the answer reaches it. */
export function crashAtFrame(chance: Chance, { api, match }: Target): Fault {
  const point = chance.pick([request, response])
  return optional(point(api, { nth: 1, ...match }), crash())
}

export function crashAtEffect(kind: string, id: string): Fault {
  return optional(effect(kind, { id, nth: 1 }), crash())
}

export function crashWhenStored(key: string, nth: number): Fault {
  return optional(stored(key, { nth }), crash())
}

export function hasAct(faults: readonly Fault[], name: Act['act']): boolean {
  return faults.some(({ acts }) => acts.some(({ act }) => act === name))
}

/** How often the plan's apps may have to be restarted. */
export function crashesIn(faults: readonly Fault[]): number {
  return faults.filter((fault) => hasAct([fault], 'crash')).length
}
